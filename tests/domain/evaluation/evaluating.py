"""Short ways to evaluate an invented household and to look at one figure, test or doubt of the result."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from engine.domain.commission import Declaration
from engine.domain.evaluation import evaluate
from engine.domain.findings import Findings, ItemAnswer, Value
from engine.domain.household import Household
from engine.domain.result import Doubt, Evaluation, Figure, Outcome, Test
from tests.builders import (
    EXPLICIT_ITEMS,
    TODAY,
    a_commission,
    a_declaration,
    a_household,
    some_parameters,
    the_findings,
)

NOTHING_DECLARED = a_declaration(
    financial_assets_fen=None, dwellings=None, vehicles=None, entities=None, rigid_expenditure_fen=None
)


def evaluated(
    *answers: ItemAnswer,
    members: int = 1,
    household: Household | None = None,
    declaration: Declaration | None = NOTHING_DECLARED,
    items: Sequence[str] = EXPLICIT_ITEMS,
    limits: dict[str, Value] | None = None,
    **commission: Any,
) -> Evaluation:
    """Every member is asked every item; what is not answered here is 查无."""
    household = household or a_household(members)
    asked = tuple(dict.fromkeys((*items, *(answer.item for answer in answers))))
    return evaluate(
        a_commission(household, declaration=declaration, **commission),
        the_findings(household, asked, *answers),
        some_parameters(**(limits or {})),
        TODAY,
    )


def evaluated_findings(findings: Findings, household: Household, **commission: Any) -> Evaluation:
    """Exactly these findings."""
    return evaluate(a_commission(household, **commission), findings, some_parameters(), TODAY)


def figure(evaluation: Evaluation, code: str) -> Figure:
    return next(f for f in evaluation.figures if f.code == code)


def amount(evaluation: Evaluation, code: str) -> Decimal | None:
    return figure(evaluation, code).value


def check(evaluation: Evaluation, code: str) -> Test:
    return next(t for t in evaluation.tests if t.code == code)


def outcome(evaluation: Evaluation, code: str) -> Outcome:
    return check(evaluation, code).outcome


def codes(evaluation: Evaluation) -> tuple[str, ...]:
    return tuple(test.code for test in evaluation.tests)


def doubt(evaluation: Evaluation, code: str) -> Doubt | None:
    return next((d for d in evaluation.doubts if d.code == code), None)
