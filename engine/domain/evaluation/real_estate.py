"""R17: what the household owns of dwellings and other real estate: number, area, use."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from engine.domain.evaluation.case import Case, declared_line
from engine.domain.evaluation.comparison import compare
from engine.domain.evaluation.fact import Fact, merge_by_keys
from engine.domain.evaluation.income_evidence import SUPPOSED
from engine.domain.evaluation.ledger import Grade, Line, Sheet
from engine.domain.evaluation.span import WHOLE, ZERO
from engine.domain.result import Test

CATEGORY = "dwellings"
ITEMS = ("GT01", "GT02")
RESIDENTIAL = ("residential", "")
SHARED = ("joint", "shared")
ALL_BUT_ROUNDING = Decimal("0.999")  # a register writes three thirds as 0.3333 each
NOT_OWNED = "public_rental"
MERGED = "住房信息与不动产登记信息为同一处（D2）"


@dataclass(frozen=True)
class Estate:
    """One building unit, from every record of it (D2: by unit, title or address)."""

    facts: tuple[Fact, ...]  # the registration first

    @property
    def registered(self) -> tuple[Fact, ...]:
        return tuple(fact for fact in self.facts if fact.item == "GT02")

    @property
    def held(self) -> tuple[Fact, ...]:
        """Registrations that still stand: of an owner who has passed a share on it stands no more."""
        return tuple(fact for fact in self.registered if fact.day("transfer_date") is None)

    @property
    def lead(self) -> Fact:
        return self.facts[0]

    @property
    def is_owned(self) -> bool:
        if self.registered:
            return bool(self.held)
        return all(fact.text("ownership_type") != NOT_OWNED for fact in self.facts)

    @property
    def is_dwelling(self) -> bool:
        uses = [use for fact in self.facts if (use := fact.text("use_type"))]
        return not uses or uses[0] in RESIDENTIAL

    @property
    def area(self) -> Decimal | None:
        areas = (fact.money("building_area" if fact.item == "GT02" else "floor_area") for fact in self.facts)
        return next((area for area in areas if area is not None), None)

    def share(self) -> tuple[Decimal, Grade]:
        """D2: by share; an unknown share is an equal one and flagged."""
        holders = {fact.person: fact.money("share") for fact in self.held}
        known = [share for share in holders.values() if share is not None]
        if holders and len(known) == len(holders):
            total = sum(known, ZERO)
            return (WHOLE if total > ALL_BUT_ROUNDING else total), Grade.RECORDED
        inside = len({fact.person for fact in self.facts if fact.day("transfer_date") is None})
        others = max((len(fact.words("co_owners")) for fact in self.facts), default=0)
        owners = max(inside, others + 1, 2 if self._is_shared else 1)
        return Decimal(inside) / owners, Grade.RECORDED if owners == inside else Grade.ESTIMATED

    @property
    def _is_shared(self) -> bool:
        return any(
            fact.text(name) in SHARED for fact in self.facts for name in ("ownership_type", "co_ownership")
        )


def is_real_estate_examined(case: Case) -> bool:
    return "property" in case.letter.content and (case.is_full or any(case.is_asked(item) for item in ITEMS))


def read_estates(case: Case) -> tuple[Estate, ...]:
    """D2: a unit by its numbers; what has none belongs to the unit of its address, a dwelling before others.

    Numbers come first because a parking space often has the address of the home it was sold with.
    """
    facts = case.facts("GT02", "GT01")
    units = [*merge_by_keys((fact for fact in facts if any(_numbers(fact))), _numbers)]
    units.sort(key=lambda unit: not Estate(unit).is_dwelling)
    for group in merge_by_keys((fact for fact in facts if not any(_numbers(fact))), _places):
        places = {place for fact in group for place in _places(fact)}
        at = next((n for n, unit in enumerate(units) if places & {p for f in unit for p in _places(f)}), None)
        if at is None:
            units.append(group)
        else:
            units[at] = (*units[at], *group)
    return tuple(map(Estate, units))


def real_estate_sheets(case: Case) -> tuple[Sheet, Sheet, Sheet, Sheet]:
    """Dwellings, other real estate, area of the dwellings, area per head."""
    estates, gaps = read_estates(case), tuple(case.gaps(*ITEMS))
    dwellings = case.sheet(CATEGORY, "住房套数", "R17", "count", (*_dwellings(case, estates), *gaps))
    others = [line for estate in estates if not estate.is_dwelling for line in _counted(estate, "非居住用房")]
    nonresidential = case.sheet("nonresidential", "非居住用房数量", "R17", "count", (*others, *gaps))
    owned = [estate for estate in estates if estate.is_dwelling and estate.is_owned]
    areas = (*(_area(estate) for estate in owned), *gaps)
    area = case.sheet("dwelling_area", "住房面积", "R17", "m2", areas, "各处面积按份额合计")
    per_head = case.per_head(area, "dwelling_area_per_capita", "人均住房面积", "R17", "m2")
    return dwellings, nonresidential, area, per_head


def real_estate_tests(case: Case, sheets: tuple[Sheet, Sheet, Sheet, Sheet]) -> tuple[Test, ...]:
    dwellings, nonresidential, _, per_head = sheets
    parameters = case.parameters
    counted = (
        compare(dwellings, Decimal(parameters.dwelling_limit), "R17"),
        compare(nonresidential, Decimal(parameters.nonresidential_limit), "R17"),
    )
    if not parameters.area_per_capita_limit:
        return counted
    return (*counted, compare(per_head, parameters.area_per_capita_limit, "R17"))


def found_dwellings(case: Case) -> int:
    return sum(estate.is_dwelling and estate.is_owned for estate in read_estates(case))


def plain_address(text: str) -> str:
    """Two registers write one address with different spaces and widths."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def _numbers(fact: Fact) -> tuple[str, ...]:
    return tuple(f"{name} {fact.text(name)}" for name in ("unit_no", "title_no") if fact.text(name))


def _places(fact: Fact) -> tuple[str, ...]:
    contract = fact.text("presale_contract_no")
    addresses = (plain_address(fact.text(name)) for name in ("location", "address"))
    return tuple(place for place in (f"contract {contract}" if contract else "", *addresses) if place)


def _dwellings(case: Case, estates: Iterable[Estate]) -> Iterator[Line]:
    found = (line for estate in estates if estate.is_dwelling for line in _counted(estate, "住房"))
    declaration = case.commission.declaration
    if case.is_trusted("", CATEGORY) and declaration is not None:
        yield declared_line("申报的住房", Decimal(declaration.dwellings or 0), None, True)
        yield from (line.lost(SUPPOSED) for line in found)
    else:
        yield from found


def _counted(estate: Estate, label: str) -> Iterator[Line]:
    line = estate.lead.line(label, WHOLE)
    yield line if estate.is_owned else line.lost("不属于现有房产：已转移登记或者承租公房")
    yield from (fact.line(label, WHOLE).lost(MERGED) for fact in estate.facts[1:])


def _area(estate: Estate) -> Line:
    area, (share, grade) = estate.area, estate.share()
    if area is None:
        return estate.lead.line("住房面积", None, reason="面积未返回，不作为零")
    reason = "份额未返回，按共有人均等推算" if grade is Grade.ESTIMATED else ""
    return estate.lead.line(f"住房面积 {area:f} 平方米 × 份额 {share:.4f}", area * share, grade, reason)
