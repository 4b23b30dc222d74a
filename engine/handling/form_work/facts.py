"""What a form shows of the case it belongs to (readonlyFrom): each fact by its name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain.report_number import SHANGHAI
from engine.form_definitions import FormDefinition
from engine.form_definitions.components import Component, Field, Repetition, keyed
from engine.platform import Platform
from engine.service_tasks.check_answers import SETTLED
from engine.store.cases import Case, commission_of
from engine.store.queries import findings_of, queries_of
from engine.store.units import CommissioningUnit


@dataclass(frozen=True)
class Sight:
    session: Session
    platform: Platform
    case: Case


def facts_for(form: FormDefinition, sight: Sight) -> dict[str, str]:
    """Only those the form asks for: some are dear."""
    return {name: FACTS[name](sight) for name in names_in(form.components) if name in FACTS}


def names_in(components: Sequence[Component]) -> frozenset[str]:
    names: set[str] = set()
    for part in keyed(components):
        if isinstance(part, Repetition):
            names |= names_in(part.components)
        elif isinstance(part, Field) and part.readonly_from is not None:
            names.add(part.readonly_from)
    return frozenset(names)


def service_name(sight: Sight) -> str:
    service = sight.platform.catalogue.services.get(sight.case.service)
    return service.name if service is not None else sight.case.service


def unit_name(sight: Sight) -> str:
    return sight.session.get_one(CommissioningUnit, sight.case.unit_code).name


def missing_answers(sight: Sight) -> str:
    """Which department has not answered what (MZ/T 072-2016 6.2 c): who is to be contacted about what."""
    queries = queries_of(sight.session, sight.case.id)
    findings = findings_of(sight.session, sight.platform.vault, sight.case.id, queries)
    missing: dict[str, list[str]] = {}
    for query in queries:
        for person, item, _ in query.rows:
            answer = findings.answer(person, item)
            if answer is None or answer.status not in SETTLED:
                missing.setdefault(query.source, []).append(item)
    catalogue = sight.platform.catalogue
    return "；".join(
        f"{catalogue.departments[source].name}：{_listed(catalogue.items[item].name for item in items)}"
        for source, items in sorted(missing.items())
    )


def household(sight: Sight) -> str:
    """Who stands where, so that a correction can name somebody by the number."""
    commission = commission_of(sight.session, sight.platform.vault, sight.case.id)
    decode = sight.platform.catalogue.decode
    return "；".join(
        f"{number} {person.name}（{decode('GB/T 4761', person.relation)}）"
        for number, person in enumerate(commission.household.persons, 1)
    )


def _listed(names: Iterable[str]) -> str:
    return "、".join(dict.fromkeys(names))


def _day(moment: datetime | None) -> str:
    return "" if moment is None else f"{moment.astimezone(SHANGHAI):%Y-%m-%d}"


FACTS: Mapping[str, Callable[[Sight], str]] = {
    "case_no": lambda sight: sight.case.case_no or "",
    "commission_no": lambda sight: sight.case.commission_no,
    "unit_name": unit_name,
    "service_name": service_name,
    "received_on": lambda sight: _day(sight.case.received_at),
    "accepted_on": lambda sight: _day(sight.case.accepted_at),
    "household": household,
    "missing_answers": missing_answers,
}
