"""All sheets and tests a service calls for: made once for the result and again for every what-if."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.evaluation.case import Case
from engine.domain.evaluation.comparison import compare
from engine.domain.evaluation.entities import entity_sheet, is_entities_examined
from engine.domain.evaluation.financial import financial_sheets, is_financial_examined
from engine.domain.evaluation.hardship import hardship_sheets, hardship_tests, is_hardship_examined
from engine.domain.evaluation.income import band_of, count_income, is_income_examined
from engine.domain.evaluation.ledger import Sheet
from engine.domain.evaluation.real_estate import (
    is_real_estate_examined,
    real_estate_sheets,
    real_estate_tests,
)
from engine.domain.evaluation.rigid import is_rigid_examined, rigid_sheets, rigid_tests
from engine.domain.evaluation.vehicles import is_vehicles_examined, vehicle_sheet
from engine.domain.result import Band, Test

Part = tuple[tuple[Sheet, ...], tuple[Test, ...]]


@dataclass(frozen=True)
class Assessment:
    sheets: tuple[Sheet, ...]
    tests: tuple[Test, ...]
    band: Band

    def sheet(self, code: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if sheet.code == code), None)

    def differs_from(self, other: "Assessment") -> bool:
        """D4: whether any test, or the band, comes out differently."""
        return (self.band, _outcomes(self)) != (other.band, _outcomes(other))


def assess(case: Case) -> Assessment:
    band = Band.UNDETERMINED
    parts: list[Part] = [((case.head_count,), ())]
    if is_income_examined(case):
        band, income_parts = _income(case)
        parts += income_parts
    parts += [*_property(case)]
    if is_hardship_examined(case):
        hardship = hardship_sheets(case)
        parts.append((hardship, hardship_tests(hardship)))
    sheets = tuple(sheet for part in parts for sheet in part[0])
    return Assessment(sheets, tuple(test for part in parts for test in part[1]), band)


def _income(case: Case) -> tuple[Band, list[Part]]:
    income = count_income(case)
    test = compare(income.per_capita, case.parameters.standard_month, "R12")
    parts: list[Part] = [(income.sheets, (test,))]
    if is_rigid_examined(case, income):
        rigid = rigid_sheets(case, income)
        parts.append((rigid, rigid_tests(case, rigid)))
    return band_of(case, income.per_capita.span), parts


def _property(case: Case) -> Iterator[Part]:
    parameters = case.parameters
    if is_financial_examined(case):
        financial = financial_sheets(case)
        yield financial, (compare(financial[1], parameters.financial_limit, "R15"),)
    if is_vehicles_examined(case):
        vehicles = vehicle_sheet(case)
        yield (vehicles,), (compare(vehicles, Decimal(parameters.vehicle_limit), "R16"),)
    if is_real_estate_examined(case):
        estates = real_estate_sheets(case)
        yield estates, real_estate_tests(case, estates)
    if is_entities_examined(case):
        entities = entity_sheet(case)
        yield (entities,), (compare(entities, Decimal(parameters.entity_limit), "R18"),)


def _outcomes(assessment: Assessment) -> tuple[tuple[str, str], ...]:
    return tuple((test.code, test.outcome) for test in assessment.tests)
