"""R8: support owed by those outside the household, by agreement or judgment, else by the local formula."""

from collections.abc import Iterator
from decimal import Decimal

from engine.domain.evaluation.case import Case
from engine.domain.evaluation.ledger import DECLARATION, Grade, Line, plain
from engine.domain.household import Person

FEW_CHILDREN = 2


def support_lines(case: Case) -> Iterator[Line]:
    for supporter in sorted(case.commission.household.supporters, key=lambda person: person.ref):
        supported = tuple(member.ref for member in case.members if member.ref in supporter.supports)
        if supported:
            yield from _of_one(case, supporter, supported)


def per_capita_of(supporter: Person) -> Decimal | None:
    """Monthly income per head of the supporter's own household in yuan; None when not declared."""
    if supporter.household_income_month_fen is None:
        return None
    return Decimal(supporter.household_income_month_fen) / 100 / max(supporter.household_size, 1)


def ability_threshold(case: Case) -> Decimal:
    return case.parameters.support_threshold_multiple * case.parameters.standard_month


def _of_one(case: Case, supporter: Person, supported: tuple[str, ...]) -> Iterator[Line]:
    agreed, months = supporter.support_by_agreement_month_fen, len(case.months)
    if supporter.excluded_reason:
        yield Line("赡养费", Decimal(0), supporter.ref).lost("按规定不计算该义务人的赡养能力（R8）")
    elif agreed is not None and case.parameters.support_by_agreement_first:
        amount = Decimal(agreed) / 100
        label = f"按协议或者判决每月 {plain(amount)} × {months} 个月"
        yield Line(label, amount * months, supporter.ref, source="agreement", reason="依据协议或者判决")
    else:
        yield from _by_formula(case, supporter, supported)


def _by_formula(case: Case, supporter: Person, supported: tuple[str, ...]) -> Iterator[Line]:
    per_capita, threshold, months = per_capita_of(supporter), ability_threshold(case), len(case.months)
    if per_capita is None:
        reason = "义务人家庭收入未知，不作为零"
        yield Line("赡养费", None, supporter.ref, source=DECLARATION, reason=reason)
        return
    excess, number = max(per_capita - threshold, Decimal(0)), _number_supported(case, supporter)
    for member in supported:
        rate = _rate(case, member)
        label = (
            f"赡养费：（{plain(per_capita)} − {plain(threshold)}，不足零按零）× {rate:f}"
            f" ÷ 被赡养 {number} 人 × {months} 个月，归 {member}"
        )
        amount = excess * rate * months / number
        yield Line(
            label,
            amount,
            supporter.ref,
            source=DECLARATION,
            grade=Grade.DECLARED,
            reason="义务人家庭收入依据申报",
        )


def _number_supported(case: Case, supporter: Person) -> int:
    """Members and others elsewhere; nobody supports a member who died or is not counted."""
    counted = {member.ref for member in case.members}
    left_out = {member.ref for member in case.commission.household.members} - counted
    return sum(ref not in left_out for ref in supporter.supports)


def _rate(case: Case, member: str) -> Decimal:
    """By the number of children who share the duty."""
    children = sum(member in supporter.supports for supporter in case.commission.household.supporters)
    parameters = case.parameters
    return parameters.support_rate_le2 if children <= FEW_CHILDREN else parameters.support_rate_ge3
