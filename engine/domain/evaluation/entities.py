"""R18: market entities the household runs, has invested in or represents by law."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from engine.domain.evaluation.business import CLOSED
from engine.domain.evaluation.case import Case, declared_of_household
from engine.domain.evaluation.fact import Fact, merge_by_keys
from engine.domain.evaluation.income_evidence import SUPPOSED
from engine.domain.evaluation.ledger import Grade, Line, Sheet, found_range
from engine.domain.evaluation.span import WHOLE

CATEGORY = "entities"
ITEMS = ("SC01", "SC02", "SC03")
ONLY_EMPLOYED = "representative_office_employee"
INDIVIDUAL = "92"  # GB 32100: registered by market regulation, 个体工商户
COUPLE_SHOP = "couple_shop_without_employees"


def is_entities_examined(case: Case) -> bool:
    return "property" in case.letter.content and (case.is_full or any(case.is_asked(item) for item in ITEMS))


def entity_sheet(case: Case) -> Sheet:
    return case.sheet(CATEGORY, "市场主体数量", "R18", "count", _lines(case))


def found_entities(case: Case) -> tuple[Decimal, Decimal] | None:
    return found_range(_found(case))


def has_invested_enterprise(case: Case) -> bool | None:
    """For the overview of Annex D: exempt or not. None when a source that could know did not answer."""
    if any(_is_standing(group) and _ties(group) is Grade.RECORDED for group in _entities(case)):
        return True
    return False if all(case.is_complete(item) for item in ITEMS) else None


def _lines(case: Case) -> Iterator[Line]:
    declaration, found = case.commission.declaration, tuple(_found(case))
    if case.is_trusted("", CATEGORY) and declaration is not None:
        yield declared_of_household("申报的市场主体", Decimal(declaration.entities or 0), found, True)
        yield from (line.lost(SUPPOSED) for line in found)
    else:
        yield from found
    yield from case.gaps(*ITEMS)


def _found(case: Case) -> Iterator[Line]:
    for group in _entities(case):
        yield _counted(case, group)
        yield from (fact.line("市场主体", WHOLE).lost("同一市场主体已计入（D2）") for fact in group[1:])


def _entities(case: Case) -> tuple[tuple[Fact, ...], ...]:
    facts = [fact for fact in case.facts(*ITEMS) if fact.text("person_category") != ONLY_EMPLOYED]
    return merge_by_keys(facts, _keys)


def _keys(fact: Fact) -> Iterable[str]:
    return (fact.text("uscc"), fact.text("registration_no"))


def _counted(case: Case, group: tuple[Fact, ...]) -> Line:
    grade = _ties(group)
    reason = "" if grade is Grade.RECORDED else "仅任职，须核实与该主体的关系"
    line = group[0].line("市场主体", WHOLE, grade, reason)
    if not _is_standing(group):
        return line.lost("已注销或者吊销")
    if case.parameters.entity_exempt_rule == COUPLE_SHOP and all(map(_is_shop, group)):
        return _shop(group, line)
    return line


def _is_shop(fact: Fact) -> bool:
    """A person's own business (个体工商户), by its unified code where there is one; a company never is."""
    return fact.item == "SC01" and fact.text("uscc")[:2] in ("", INDIVIDUAL)


def _shop(group: tuple[Fact, ...], line: Line) -> Line:
    """A couple's shop without employees counts as none; without their number nobody can say."""
    employees = [fact.number("employees") for fact in group]
    if all(number == 0 for number in employees):
        return line.exempted("无雇员的个体经营，按当地规定不计")
    if any(employees):
        return line
    return group[0].line("市场主体", WHOLE, Grade.ESTIMATED, "雇员数未返回，可能属于不计的个体经营")


def _is_standing(group: tuple[Fact, ...]) -> bool:
    return any(fact.text("status") not in CLOSED for fact in group)


def _ties(group: tuple[Fact, ...]) -> Grade:
    """To run, invest and represent by law are ties of one's own; a mere post is not: names get borrowed."""
    own = any(fact.item != "SC03" or fact.flag("is_legal_representative") for fact in group)
    return Grade.RECORDED if own else Grade.ESTIMATED
