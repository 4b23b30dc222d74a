"""A figure held against a local limit: the outcome, and in words why it could not be told."""

from decimal import Decimal

from engine.domain.evaluation.ledger import Sheet
from engine.domain.evaluation.span import judge, rounded
from engine.domain.result import Outcome, Test

MUST_BE_BELOW = ("per_capita_month", "income_per_capita_year")  # 低于: the limit itself is not within
INCOMPLETE = "所需数据未全部获得，未获得的数据不作为零"
UNVERIFIED = "含申报或者推算的数额，不能单独据以比较，须核实"
KNOWN_PART = "尚有数据未获得，已获得的数据合计已超过标准"
KNOWN_NOT_BELOW = "尚有数据未获得，已获得的数据合计已不低于标准"
SAME = "与标准相同，不属于低于标准"
ESTIMATED = "含推算的数额"


def compare(sheet: Sheet, limit: Decimal, rule: str) -> Test:
    """The test has the code and the label of its figure."""
    is_strict = sheet.code in MUST_BE_BELOW
    outcome = judge(sheet.span, limit, sheet.unit, is_strict)
    shown_limit = rounded(limit, sheet.unit) if sheet.unit != "count" else limit
    reason = _reason(sheet, outcome, limit, is_strict)
    return Test(sheet.code, sheet.label, rule, sheet.value, shown_limit, outcome, reason)


def _reason(sheet: Sheet, outcome: Outcome, limit: Decimal, is_strict: bool) -> str:
    if sheet.value is None:
        known = KNOWN_NOT_BELOW if is_strict else KNOWN_PART
        return known if outcome is Outcome.EXCEEDS else INCOMPLETE
    if outcome is Outcome.UNDETERMINED:
        return UNVERIFIED
    if is_strict and sheet.value == limit:
        return SAME
    return ESTIMATED if sheet.is_estimated else ""
