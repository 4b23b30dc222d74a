"""What papers print of a case, read from the store when they are printed: nothing of it is kept elsewhere."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache

from engine.domain.catalogue import Catalogue
from engine.domain.commission import Authorisation, Commission, CommissionLetter
from engine.domain.deadlines import count_working_days
from engine.domain.household import Person
from engine.domain.report_number import SHANGHAI, parse_number
from engine.paper_definitions import PaperValues, blank_values
from engine.paper_definitions.values import (
    AuthorisationValues,
    CaseValues,
    HouseValues,
    LetterValues,
    LimitValues,
    MaterialValues,
    PersonValues,
    ReportValues,
    ServiceValues,
    UnitValues,
)
from engine.platform import Platform
from engine.runtime import Definition, ProcessFault, decide
from engine.service_tasks.operation import CallContext
from engine.store.archive_reading import KeptReport, open_receipt
from engine.store.cases import AnyCase
from engine.store.holidays import read_calendar
from engine.store.units import known_unit

LIMITS = "time_limits"
STAFFED = {"manual": "manual_submission", "system": "system_submission"}  # channel -> its process
WHOLE_SERVICE = "*"
CONTENT: Mapping[str, str] = {"income": "收入", "property": "财产", "expenditure": "支出"}
CHANNELS: Mapping[str, str] = {
    "manual": "人工递交办理",
    "system": "系统提交办理",
    "automatic": "系统自动办理",
    "peer": "其他核对机构的申请",
}
NATURES: Mapping[str, str] = {"f": "首次核对", "s": "复核", "t": "第二次复核"}


def house_values(platform: Platform) -> PaperValues:
    """Of a form that belongs to no case yet."""
    organisation = platform.organisation
    house = HouseValues(organisation.name, organisation.legal_basis, organisation.retention)
    return replace(blank_values(), house=house)


def service_values(platform: Platform, service: str) -> PaperValues:
    """Of what is told about a service before anybody has applied."""
    values = house_values(platform)
    return replace(
        values, service=_service(platform.catalogue, service), limits=_published(platform, service)
    )


def case_values(context: CallContext, definition: Definition) -> PaperValues:
    """`definition` is the one of the instance the paper belongs to."""
    commission, platform, case = context.commission, context.platform, context.case
    catalogue = platform.catalogue
    persons = {person.ref: _person(catalogue, person) for person in commission.household.persons}
    values = service_values(platform, case.service)
    return replace(
        values,
        unit=UnitValues(known_unit(context.session, case.unit_code).name),
        case=_case(case, commission),
        head=persons.get(commission.household.head, values.head),
        persons=tuple(persons.values()),
        letter=values.letter if commission.letter is None else _letter(commission.letter, commission),
        authorisations=tuple(_authorisation(item, persons, catalogue) for item in commission.authorisations),
        limits=_limits(context, definition, values.limits),
    )


def report_values(context: CallContext, report: KeptReport) -> ReportValues:
    opened = open_receipt(context.platform.vault, report)
    receipt = {} if opened is None else json.loads(opened) or {}
    received_at = receipt.get("received_at")
    return ReportValues(
        number=report.number,
        nature=NATURES[parse_number(report.number).nature],
        issued_at=report.issued_at,
        pages=report.pages,
        copies=context.commission.copies,
        received_by=str(receipt.get("received_by", "")),
        received_at=datetime.fromisoformat(received_at) if received_at else None,
        sha256=report.file_digest or "",
    )


def _service(catalogue: Catalogue, code: str) -> ServiceValues:
    service = catalogue.services.get(code)
    return ServiceValues(code, service.name if service is not None else code)


def _case(case: AnyCase, commission: Commission) -> CaseValues:
    return CaseValues(
        number=case.case_no or "",
        commission_no=case.commission_no,
        channel=CHANNELS.get(case.channel, case.channel),
        purpose=commission.purpose,
        received_at=case.received_at,
        accepted_at=case.accepted_at,
        closed_at=case.closed_at,
    )


def _person(catalogue: Catalogue, person: Person) -> PersonValues:
    return PersonValues(
        name=person.name,
        id_type=catalogue.decode("id_type", person.id_type),
        id_no=person.id_no,
        relation=catalogue.decode("GB/T 4761", person.relation),
    )


def _letter(letter: CommissionLetter, commission: Commission) -> LetterValues:
    return LetterValues(
        content=tuple(CONTENT.get(code, code) for code in letter.content),
        period_from=letter.period.start,
        period_until=letter.period.end,
        property_as_of=letter.property_as_of,
        valid_from=letter.valid.start,
        valid_until=letter.valid.end,
        agent=letter.agent,
        materials=tuple(MaterialValues(item.name, item.copies) for item in commission.materials),
    )


def _authorisation(
    letter: Authorisation, persons: Mapping[str, PersonValues], catalogue: Catalogue
) -> AuthorisationValues:
    signer, items = persons.get(letter.signed_by), catalogue.items
    return AuthorisationValues(
        number=letter.number,
        signer="" if signer is None else signer.name,
        covered=tuple(persons[ref] for ref in letter.covers if ref in persons),
        guardian_basis=letter.guardian_basis or "",
        scope=tuple(
            items[code].name if code in items else code for code in letter.scope if code != WHOLE_SERVICE
        ),
        valid_from=letter.valid.start,
        valid_until=letter.valid.end,
    )


def _limits(context: CallContext, definition: Definition, published: LimitValues) -> LimitValues:
    case = context.case
    found = _row(definition, case.channel, case.service)
    days = found.get("limit_days")
    due_on = None
    if days is not None and case.accepted_at is not None:
        accepted_on = case.accepted_at.astimezone(SHANGHAI).date()
        due_on = _due(context, accepted_on, days)
    return replace(published, days=days, due_on=due_on, supplement_days=found.get("supplement_days"))


def _due(context: CallContext, accepted_on: date, days: int) -> date:
    return count_working_days(accepted_on, days, read_calendar(context.session)).due_on


def _published(platform: Platform, service: str) -> LimitValues:
    """What is told everybody: the limits of both ways people's hands are in, and of mending material."""
    rows = {
        channel: _row(platform.definitions[process], channel, service) for channel, process in STAFFED.items()
    }
    return LimitValues(
        days=None,
        due_on=None,
        supplement_days=rows["manual"].get("supplement_days"),
        manual_days=rows["manual"].get("limit_days"),
        system_days=rows["system"].get("limit_days"),
    )


@lru_cache(maxsize=256)
def _row(definition: Definition, channel: str, service: str) -> Mapping[str, int]:
    """Of the decision table; nothing where a definition has none, or no row for them."""
    if not any(source.name.endswith(f"{LIMITS}.dmn") for source in definition.drawn):
        return {}
    try:
        row = decide(definition, LIMITS, {"channel": channel, "service": service})
    except ProcessFault:
        return {}
    return {name: int(str(value)) for name, value in row.items()} if isinstance(row, dict) else {}
