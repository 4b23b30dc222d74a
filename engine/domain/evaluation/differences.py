"""D4: where declaration and findings differ, and whether the difference moves a test across its limit."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.commission import Declaration
from engine.domain.evaluation import entities, expenditure, financial, real_estate, vehicles
from engine.domain.evaluation.assessment import Assessment, assess
from engine.domain.evaluation.case import Case, WhatIf
from engine.domain.evaluation.comparison import MUST_BE_BELOW
from engine.domain.evaluation.income import CATEGORIES
from engine.domain.evaluation.income_evidence import NAMES, declared_income, found_income
from engine.domain.evaluation.ledger import Grade
from engine.domain.evaluation.span import WHOLE
from engine.domain.result import Doubt, Outcome

INCOMES = (*(category.code for category in CATEGORIES.values()), "support_income")
PARTS: Mapping[str, tuple[str, ...]] = {  # the sheets with the lines of a figure that is derived
    "per_capita_month": (*INCOMES, expenditure.CATEGORY),
    "income_per_capita_year": INCOMES,
    "rigid_remainder": (*INCOMES, expenditure.CATEGORY),
    "financial_assets_per_capita": (financial.CATEGORY,),
    "dwelling_area_per_capita": ("dwelling_area",),
}

Range = tuple[Decimal, Decimal]  # without and with what the local rule exempts


@dataclass(frozen=True)
class Thing:
    """Something declared as one number for the household, and the sheet that counts it."""

    code: str
    name: str
    declared: Callable[[Declaration], Decimal | None]
    found: Callable[[Case], Range | None]


def _yuan(fen: int | None) -> Decimal | None:
    return None if fen is None else Decimal(fen) / 100


def _whole(number: int | None) -> Decimal | None:
    return None if number is None else Decimal(number)


def _dwellings(case: Case) -> Range:
    owned = Decimal(real_estate.found_dwellings(case))
    return owned, owned


THINGS = (
    Thing(financial.CATEGORY, "金融资产", lambda d: _yuan(d.financial_assets_fen), financial.found_assets),
    Thing(vehicles.CATEGORY, "机动车（船舶）", lambda d: _whole(d.vehicles), vehicles.found_vehicles),
    Thing(real_estate.CATEGORY, "住房", lambda d: _whole(d.dwellings), _dwellings),
    Thing(entities.CATEGORY, "市场主体", lambda d: _whole(d.entities), entities.found_entities),
    Thing(
        expenditure.CATEGORY,
        "必要支出",
        lambda d: _yuan(d.rigid_expenditure_fen),
        expenditure.found_expenditure,
    ),
)


def find_differences(case: Case, result: Assessment) -> Iterator[Doubt]:
    """Departments that know of nothing, or have not all answered, contradict only who declared less."""
    declaration = case.commission.declaration
    if declaration is not None:
        yield from _incomes(case, result)
        yield from _things(case, result, declaration)


def find_unverified(result: Assessment) -> Iterator[Doubt]:
    """A test that only unverified amounts keep from being decided: a person has to look (L1)."""
    for test in result.tests:
        if test.outcome is Outcome.UNDETERMINED and test.value is not None:
            question = "低于" if test.code in MUST_BE_BELOW else "超过"
            label = f"{test.label}含申报或者推算的数额，是否{question}当地标准取决于该数额"
            yield Doubt("unverified_amount_decides", label, None, _soft_items(result, test.code), True)


def _soft_items(result: Assessment, test: str) -> tuple[str, ...]:
    sheets = (sheet for sheet in result.sheets if sheet.code in PARTS.get(test, (test,)))
    lines = (line for sheet in sheets for line in sheet.counted if line.grade is not Grade.RECORDED)
    return tuple(sorted({line.item for line in lines if line.item}))


def _incomes(case: Case, result: Assessment) -> Iterator[Doubt]:
    if result.sheet("per_capita_month") is None:
        return
    for person in case.members:
        for name, category in CATEGORIES.items():
            evidence = category.read(case, person.ref)
            declared = declared_income(case, person.ref, name, evidence)
            asked = [item for item in category.items if case.is_asked(item)]
            is_complete = all(case.is_complete_for(person.ref, item) for item in asked)
            if _contradict(declared, found_income(case, evidence), is_complete):
                items = tuple(item for item in asked if case.facts(item, person=person.ref))
                label = f"申报的{NAMES[name]}与查询结果不一致"
                is_material = _moves(case, result, person.ref, name)
                yield Doubt(f"{name}_income_differs", label, person.ref, items, is_material)


def _things(case: Case, result: Assessment, declaration: Declaration) -> Iterator[Doubt]:
    for thing in THINGS:
        sheet = result.sheet(thing.code)
        if sheet is not None:
            is_complete = all(line.amount is not None for line in sheet.counted)
            if _contradict(thing.declared(declaration), thing.found(case), is_complete):
                items = tuple(sorted({line.item for line in sheet.counted if line.item}))
                label = f"申报的{thing.name}与查询结果不一致"
                yield Doubt(f"{thing.code}_differ", label, None, items, _moves(case, result, "", thing.code))


def _contradict(declared: Decimal | None, found: Range | None, is_complete: bool) -> bool:
    """Exempt things may be declared or not. Less than one yuan is rounding."""
    if declared is None or found is None or not found[1]:
        return False
    return declared <= found[0] - WHOLE or (is_complete and declared >= found[1] + WHOLE)


def _moves(case: Case, result: Assessment, person: str, category: str) -> bool:
    trusted = frozenset({(person, category)})
    return assess(case.supposing(WhatIf(trusted=trusted))).differs_from(result)
