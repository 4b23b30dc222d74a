"""Verify the household's economic status (核对), MZ/T 072-2016 6.3 a)."""

from datetime import date, datetime
from decimal import Decimal

from engine.domain.evaluation import evaluate
from engine.domain.findings import Value
from engine.domain.json_text import canonical_json
from engine.domain.parameters import LocalParameters, local_parameters
from engine.domain.plain import to_plain
from engine.domain.report_number import SHANGHAI
from engine.runtime import Definition, decide, decision_of
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.evaluations import add_evaluation

LIMITS, OPERATION_NAME = "economic_limits", "evaluate_household"


def run(context: CallContext, arguments: Arguments) -> Results:
    commission = context.commission
    findings = context.findings
    today = day_of_application(context.case.received_at)
    decision = context.decision or LIMITS
    parameters = limits_in_force(context.definition, decision, commission.household.area, today)
    evaluation = evaluate(commission, findings, parameters, today)
    body = canonical_json(to_plain(evaluation))
    record = {
        "case_id": context.case.id,
        "parameters_version": evaluation.parameters_version,
        "inputs_digest": evaluation.inputs_digest,
        "definition_digest": context.definition.digest,
        "computed_at": context.now,
    }
    digest = add_evaluation(context.session, context.platform.vault, body, record)
    doubts = sorted({doubt.code for doubt in evaluation.doubts if doubt.is_material})
    facts = {"evaluation": digest, "doubts": doubts}
    record_audit(context.session, context.now, "system", "household_evaluated", context.case.id, facts)
    return {"has_doubts": bool(doubts), "doubts": doubts}


def day_of_application(received_at: datetime) -> date:
    """The day an evaluation takes as its own, whenever it is made."""
    return received_at.astimezone(SHANGHAI).date()


def limits_in_force(definition: Definition, decision: str, area: str, today: date) -> LocalParameters:
    """The limits in force in the month of the application, from the table the instance is pinned to."""
    row = decide(definition, decision, {"area": area, "month": today.year * 100 + today.month})
    if not isinstance(row, dict):
        raise TypeError(LIMITS)
    return local_parameters({name: _value(value) for name, value in row.items()})


def limits_consulted(definition: Definition) -> str:
    """The table of a definition that this operation asks."""
    return decision_of(definition, OPERATION_NAME) or LIMITS


def _value(value: object) -> Value:
    if value is None or isinstance(value, str | int | Decimal | bool | date | datetime):
        return value
    raise TypeError(LIMITS)


OPERATION = InsideOperation(run)
