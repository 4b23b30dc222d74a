"""R16: motor vehicles and vessels the household owns, without those the local rule exempts."""

from collections.abc import Iterator
from decimal import Decimal

from engine.domain.evaluation.case import Case, declared_of_household
from engine.domain.evaluation.fact import Fact, mark_repeats, without_repeats
from engine.domain.evaluation.income_evidence import SUPPOSED
from engine.domain.evaluation.ledger import Grade, Line, Sheet, found_range
from engine.domain.evaluation.span import WHOLE

CATEGORY = "vehicles"
NO_LONGER_OWNED = ("transferred", "scrapped", "cancelled")
REPEATED = "同一车辆（船舶）已计入（D2）"


def is_vehicles_examined(case: Case) -> bool:
    return "property" in case.letter.content and (case.is_full or case.is_asked("GA02"))


def vehicle_sheet(case: Case) -> Sheet:
    return case.sheet(CATEGORY, "机动车（船舶）数量", "R16", "count", _lines(case))


def found_vehicles(case: Case) -> tuple[Decimal, Decimal] | None:
    return found_range(_found(case))


def owned_vehicles(case: Case) -> int:
    """All registered vehicles, exempt or not: what the overview of Annex D prints."""
    return sum(
        fact.text("status") not in NO_LONGER_OWNED for fact in without_repeats(case.facts("GA02"), _plate)
    )


def _lines(case: Case) -> Iterator[Line]:
    declaration, found = case.commission.declaration, tuple(_found(case))
    if case.is_trusted("", CATEGORY) and declaration is not None:
        yield declared_of_household("申报的车辆", Decimal(declaration.vehicles or 0), found, True)
        yield from (line.lost(SUPPOSED) for line in found)
    else:
        yield from found
    yield from case.gaps("GA02", "HS01")


def _found(case: Case) -> Iterator[Line]:
    for fact, is_repeat in mark_repeats(case.facts("GA02"), _plate):
        yield fact.line("机动车", WHOLE).lost(REPEATED) if is_repeat else _vehicle(case, fact)
    for fact, is_repeat in mark_repeats(case.facts("HS01"), _vessel_no):
        yield fact.line("船舶", WHOLE).lost(REPEATED) if is_repeat else _vessel(case, fact)


def _plate(fact: Fact) -> str | None:
    return fact.text("plate_no").upper() or None


def _vessel_no(fact: Fact) -> str | None:
    return fact.text("vessel_registration_no") or None


def _vehicle(case: Case, fact: Fact) -> Line:
    line, exempt_value = fact.line("机动车", WHOLE), case.parameters.vehicle_exempt_value
    if fact.text("status") in NO_LONGER_OWNED:
        return line.lost("已转出、报废或者注销")
    if fact.text("vehicle_type") in case.parameters.vehicle_exempt_types:
        return line.exempted("按当地规定不计的车辆类型")
    return _by_value(fact, line, exempt_value, "current_value")


def _vessel(case: Case, fact: Fact) -> Line:
    """A vessel may be a tool of production, which only a person can tell."""
    line = fact.line("船舶", WHOLE, Grade.ESTIMATED, "可能是生产工具，须核实")
    return _by_value(fact, line, case.parameters.vehicle_exempt_value, "vessel_value")


def _by_value(fact: Fact, line: Line, exempt_value: Decimal, name: str) -> Line:
    value = fact.money(name)
    if not exempt_value:
        return line
    if value is None:
        return fact.line(line.label, WHOLE, Grade.ESTIMATED, "现值未返回，可能低于不计的价值")
    return line.exempted("现值不高于当地规定不计的价值") if value <= exempt_value else line
