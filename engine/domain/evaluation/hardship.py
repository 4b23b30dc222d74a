"""R19: what 特困 asks beyond income and property: no labour capacity, no obligor able to support."""

from collections.abc import Iterator, Mapping

from engine.domain.evaluation.case import HARDSHIP_SERVICE, Case
from engine.domain.evaluation.comparison import compare
from engine.domain.evaluation.ledger import DECLARATION, Grade, Line, Sheet
from engine.domain.evaluation.span import WHOLE, ZERO
from engine.domain.evaluation.support_income import ability_threshold, per_capita_of
from engine.domain.household import Person
from engine.domain.identity import RESIDENT_ID, parse_resident_id
from engine.domain.result import Test

OLD_AGE = 60
WORKING_AGE = 16
# Disability type -> the mildest level without labour capacity, as 特困人员认定办法 (2021) draws the line.
SEVERE: Mapping[str, int] = {"1": 1, "4": 2, "5": 3, "6": 3, "7": 2}


def is_hardship_examined(case: Case) -> bool:
    return case.service == HARDSHIP_SERVICE


def hardship_sheets(case: Case) -> tuple[Sheet, Sheet]:
    capacity = case.sheet("labour_capacity", "有劳动能力的成员人数", "R19", "count", _labour(case))
    obligors = case.sheet(
        "capable_obligors", "有赡养、抚养、扶养能力的义务人人数", "R19", "count", _obligors(case)
    )
    return capacity, obligors


def hardship_tests(sheets: tuple[Sheet, Sheet]) -> tuple[Test, ...]:
    return tuple(compare(sheet, ZERO, "R19") for sheet in sheets)


def _labour(case: Case) -> Iterator[Line]:
    for member in case.members:
        line = Line("家庭成员", WHOLE, member.ref)
        age = _age(case, member)
        if age is None:
            yield Line("家庭成员", None, member.ref, reason="证件号码不含出生日期，年龄未知")
        elif age >= OLD_AGE or age < WORKING_AGE:
            yield line.lost("年满 60 周岁或者未满 16 周岁")
        elif _is_severely_disabled(case, member.ref):
            yield line.lost("重度残疾")
        elif case.is_complete_for(member.ref, "CL01"):
            yield line
        else:
            yield Line("家庭成员", None, member.ref, "CL01", reason="残疾人员信息未获得，不作为无残疾")


def _age(case: Case, member: Person) -> int | None:
    identity = parse_resident_id(member.id_no, case.today) if member.id_type == RESIDENT_ID else None
    return None if identity is None else identity.age_on(case.today)


def _is_severely_disabled(case: Case, person: str) -> bool:
    for fact in case.facts("CL01", person=person):
        level = fact.text("disability_level")
        if level.isdecimal() and 1 <= int(level) <= SEVERE.get(fact.text("disability_type"), 0):
            until = fact.day("valid_until")
            if until is None or until >= case.today:
                return True
    return False


def _obligors(case: Case) -> Iterator[Line]:
    """What a supporter's household earns is declared, so it alone never shows that somebody is able."""
    for supporter in sorted(case.commission.household.supporters, key=lambda person: person.ref):
        line = Line(
            "法定义务人",
            WHOLE,
            supporter.ref,
            source=DECLARATION,
            grade=Grade.DECLARED,
            reason="依据申报的收入",
        )
        per_capita = per_capita_of(supporter)
        if supporter.excluded_reason:
            yield line.lost("按规定视为无能力")
        elif per_capita is None:
            yield Line("法定义务人", None, supporter.ref, source=DECLARATION, reason="收入未知，不作为无能力")
        elif per_capita <= ability_threshold(case):
            yield line.lost("家庭人均收入不高于当地规定的起点")
        else:
            yield line
