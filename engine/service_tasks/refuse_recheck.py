"""Tell the unit that its report is not checked again, and why (不予复核), MZ/T 072-2016 6.5."""

from sqlalchemy import select

from engine.service_tasks.callbacks import UnitMessage, telling_unit, unit_message
from engine.service_tasks.operation import Arguments, CallContext, Results
from engine.store.audit import record_audit
from engine.store.cases import CaseState
from engine.store.human_tasks import HumanTask, TaskState, result_of

REVIEW = "recheck_review"


def prepare(context: CallContext, arguments: Arguments) -> UnitMessage:
    """The disputed report stays valid."""
    reviews = (HumanTask.element_id == REVIEW, HumanTask.state == TaskState.COMPLETED)
    wanted = select(HumanTask).where(HumanTask.case_id == context.case.id, *reviews)
    review = context.session.scalars(wanted.order_by(HumanTask.id.desc()).limit(1)).one()
    said = result_of(context.platform.vault, review) or {}
    data = {
        "original_report": arguments["original_report"],
        "reason": said.get("refusal_reason"),
        "message": said.get("opinion"),
    }
    return unit_message(context, "recheck.refused", review.created_at, data)


def record(context: CallContext, arguments: Arguments, status: int, attempt: int) -> Results:
    context.case.state = CaseState.CLOSED
    context.case.closed_at = context.now
    facts = {"original": arguments["original_report"]}
    record_audit(context.session, context.now, "system", "recheck_refused", context.case.id, facts)
    return {}


OPERATION = telling_unit(prepare, record, ("original_report",))
