"""Return the application with the reasons the reviewers chose (退回核对申请), MZ/T 072-2016 6.1 c).

The case stays what it is: the unit may mend the material and hand it in again under the same number.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from engine.runtime import decide
from engine.service_tasks.callbacks import telling_unit
from engine.service_tasks.check_materials import defects_of
from engine.service_tasks.operation import Arguments, CallContext, Results
from engine.service_tasks.papers import Notice, SentNotice, file_notice, send_notice
from engine.service_tasks.return_application import return_notice
from engine.store.audit import record_audit
from engine.store.cases import CaseState
from engine.store.human_tasks import HumanTask, TaskState, result_of

RETURN_REASONS = "return_reasons"
CHOOSING = "return_application"
Reason = Mapping[str, object]


def prepare(context: CallContext, arguments: Arguments) -> Notice:
    reasons = [*_defects(context), *_chosen(context, _choice(context))]
    may_resubmit = bool(arguments["may_resubmit"])
    data = {"reasons": reasons, "may_resubmit": arguments["may_resubmit"]}
    return return_notice(context, reasons, data, may_resubmit=may_resubmit)


def _defects(context: CallContext) -> Iterable[Reason]:
    """Of peers' material nothing is examined (6.1 note)."""
    if context.case.channel == "peer":
        return []
    return [
        {"code": defect.code, "field": defect.field, "clause": defect.clause, "message": defect.reason}
        for defect in defects_of(context)
    ]


def _choice(context: CallContext) -> Mapping[str, object]:
    """What was filled in last; nothing where nobody is asked for reasons."""
    chosen = (HumanTask.element_id == CHOOSING, HumanTask.state == TaskState.COMPLETED)
    wanted = select(HumanTask).where(HumanTask.case_id == context.case.id, *chosen)
    task = context.session.scalars(wanted.order_by(HumanTask.id.desc()).limit(1)).one_or_none()
    return (task and result_of(context.platform.vault, task)) or {}


def _chosen(context: CallContext, result: Mapping[str, object]) -> Iterable[Reason]:
    """The words for the codes are in the decision table; what the reviewers wrote goes with them."""
    codes = result.get("reasons") or ()
    for code in codes if isinstance(codes, list | tuple) else (codes,):
        row = decide(context.definition, RETURN_REASONS, {"code": str(code)})
        if isinstance(row, dict):
            yield {"code": str(code), "field": "", **row}
    if result.get("opinion"):
        yield {"code": "opinion", "field": "", "clause": "6.1 c", "message": result["opinion"]}


def record(context: CallContext, arguments: Arguments, sent: SentNotice, attempt: int) -> Results:
    file_notice(context, sent)
    context.case.state = CaseState.RETURNED
    if not arguments["may_resubmit"]:
        context.case.closed_at = context.now
    record_audit(context.session, context.now, "system", "application_returned", context.case.id)
    return {"accepted": False}


OPERATION = telling_unit(prepare, record, ("may_resubmit",), perform=send_notice)
