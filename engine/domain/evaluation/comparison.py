"""A figure held against a local limit: the outcome, and in words why it could not be told."""

from decimal import Decimal

from engine.domain.evaluation.ledger import Sheet
from engine.domain.evaluation.span import judge, rounded
from engine.domain.result import Outcome, Test

INCOMPLETE = "所需数据未全部获得，未获得的数据不作为零"
UNVERIFIED = "含申报或者推算的数额，不能单独据以比较，须核实"
KNOWN_PART = "尚有数据未获得，已获得的数据合计已超过"
SAME = "与标准相同，不属于低于标准"
ESTIMATED = "含推算的数额"


def compare(sheet: Sheet, limit: Decimal, rule: str, strict: bool = False) -> Test:
    """strict: only below the limit is within. The test has the code and the label of its figure."""
    outcome = judge(sheet.span, limit, sheet.unit, strict)
    shown_limit = rounded(limit, sheet.unit) if sheet.unit != "count" else limit
    reason = _reason(sheet, outcome, limit, strict)
    return Test(sheet.code, sheet.label, rule, sheet.value, shown_limit, outcome, reason)


def _reason(sheet: Sheet, outcome: Outcome, limit: Decimal, strict: bool) -> str:
    if sheet.value is None:
        return KNOWN_PART if outcome is Outcome.EXCEEDS else INCOMPLETE
    if outcome is Outcome.UNDETERMINED:
        return UNVERIFIED
    if strict and sheet.value == limit:
        return SAME
    return ESTIMATED if sheet.is_estimated else ""
