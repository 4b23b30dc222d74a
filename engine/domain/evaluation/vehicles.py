"""R16: motor vehicles and vessels the household owns, without those the local rule exempts."""

from collections.abc import Iterator
from decimal import Decimal

from engine.domain.evaluation.case import Case, declared_line
from engine.domain.evaluation.fact import Fact, split_repeats
from engine.domain.evaluation.income_evidence import SUPPOSED
from engine.domain.evaluation.ledger import Grade, Line, Sheet
from engine.domain.evaluation.span import WHOLE, ZERO

CATEGORY = "vehicles"
NO_LONGER_OWNED = ("transferred", "scrapped", "cancelled")
REPEATED = "同一车辆（船舶）已计入（D2）"


def is_vehicles_examined(case: Case) -> bool:
    return "property" in case.letter.content and (case.is_full or case.is_asked("GA02"))


def vehicle_sheet(case: Case) -> Sheet:
    return case.sheet(CATEGORY, "机动车（船舶）数量", "R16", "count", _lines(case))


def found_vehicles(case: Case) -> Decimal:
    return sum((line.amount or ZERO for line in _found(case) if line.counted), ZERO)


def owned_vehicles(case: Case) -> int:
    """All registered vehicles, exempt or not: what the overview of Annex D prints."""
    first, _ = split_repeats(case.facts("GA02"), _plate)
    return sum(fact.text("status") not in NO_LONGER_OWNED for fact in first)


def _lines(case: Case) -> Iterator[Line]:
    declaration = case.commission.declaration
    if case.is_trusted("", CATEGORY) and declaration is not None:
        yield declared_line("申报的车辆", Decimal(declaration.vehicles or 0), None, True)
        yield from (line.lost(SUPPOSED) for line in _found(case))
    else:
        yield from _found(case)
    yield from case.gaps("GA02", "HS01")


def _found(case: Case) -> Iterator[Line]:
    first, repeats = split_repeats(case.facts("GA02"), _plate)
    yield from (_vehicle(case, fact) for fact in first)
    yield from (fact.line("机动车", WHOLE).lost(REPEATED) for fact in repeats)
    first, repeats = split_repeats(
        case.facts("HS01"), lambda fact: fact.text("vessel_registration_no") or None
    )
    yield from (_vessel(case, fact) for fact in first)
    yield from (fact.line("船舶", WHOLE).lost(REPEATED) for fact in repeats)


def _plate(fact: Fact) -> str | None:
    return fact.text("plate_no").upper() or None


def _vehicle(case: Case, fact: Fact) -> Line:
    line, exempt_value = fact.line("机动车", WHOLE), case.parameters.vehicle_exempt_value
    if fact.text("status") in NO_LONGER_OWNED:
        return line.lost("已转出、报废或者注销")
    if fact.text("vehicle_type") in case.parameters.vehicle_exempt_types:
        return line.lost("按当地规定不计的车辆类型")
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
    return line.lost("现值不高于当地规定不计的价值") if value <= exempt_value else line
