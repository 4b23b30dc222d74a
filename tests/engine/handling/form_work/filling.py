"""Forms as people fill them in: the registration of a commission, written down from the commission itself."""

from collections.abc import Mapping

from engine.domain.commission import Commission, Declaration
from engine.domain.household import Person, Role
from engine.form_definitions import FormDefinition
from engine.handling.form_work.checking import Ready, make_ready
from engine.handling.form_work.drafting import Filled
from engine.handling.form_work.registrations import open_registration
from tests.engine.handling.desk import COURIER
from tests.engine.house import UNIT_CODE, House
from tests.staff import the_person

SCANS = {name: f"%PDF-{name}".encode() for name in ("letter", "authorisation", "identity", "declaration")}


def yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen / 100:.2f}"


def typed(value: object) -> str:
    return "" if value is None else str(value)


def registration(commission: Commission, scans: Mapping[str, str]) -> dict[str, object]:
    """What the front desk types of a complete commission; `scans` are digests by the kind of paper."""
    letter, (authorisation, *_) = commission.letter, commission.authorisations
    assert letter is not None
    assert authorisation.evidence is not None
    return {
        "courier_name": COURIER.name,
        "courier_phone": COURIER.phone,
        "courier_staff_no": COURIER.staff_no,
        "received_on": "2026-11-20",
        "unit_code": UNIT_CODE,
        "commission_no": commission.number,
        "service": commission.service,
        "purpose": commission.purpose,
        "copies": str(commission.copies),
        "content": list(letter.content),
        "period_start": str(letter.period.start),
        "period_end": str(letter.period.end),
        "property_as_of": str(letter.property_as_of),
        "letter_valid_start": str(letter.valid.start),
        "letter_valid_end": str(letter.valid.end),
        "agent": letter.agent,
        "letter_signed": True,
        "letter_sealed": True,
        "disclaimer_accepted": letter.disclaimer_accepted,
        "letter_scan": [scans["letter"]],
        "area": commission.household.area,
        "members": [_member(person, commission, scans) for person in commission.household.persons],
        "authorisation_no": authorisation.number,
        "scope_authorised": True,
        "authorisation_valid_start": str(authorisation.valid.start),
        "authorisation_valid_end": str(authorisation.valid.end),
        "authorisation_confirmed_by": authorisation.evidence.method,
        "authorisation_scan": [scans["authorisation"]],
        **_declaration(commission, scans),
        "materials": [{"name": m.name, "copies": str(m.copies)} for m in commission.materials],
    }


def _name(commission: Commission, ref: str) -> str:
    return commission.household.person(ref).name


def _member(person: Person, commission: Commission, scans: Mapping[str, str]) -> dict[str, object]:
    common: dict[str, object] = {
        "name": person.name,
        "relation": person.relation,
        "id_type": person.id_type,
        "id_no": person.id_no,
        "role": person.role.value,
        "excluded_reason": person.excluded_reason or "",
    }
    if person.role is Role.SUPPORTER:
        return common | {
            "supports": "、".join(_name(commission, ref) for ref in person.supports),
            "household_size": str(person.household_size),
            "household_income": yuan(person.household_income_month_fen),
            "support_agreed": yuan(person.support_by_agreement_month_fen),
        }
    signed = next(letter for letter in commission.authorisations if person.ref in letter.covers)
    copies = [scans["identity"]] if person.ref in commission.identity_copies else []
    if signed.signed_by == person.ref:
        return common | {"signed_by": "self", "identity_copy": copies}
    guardian = {
        "guardian_name": _name(commission, signed.signed_by),
        "guardian_basis": signed.guardian_basis or "",
    }
    return common | {"signed_by": "guardian", "identity_copy": copies, **guardian}


def _declaration(commission: Commission, scans: Mapping[str, str]) -> dict[str, object]:
    declared = commission.declaration
    if declared is None:
        return {"has_declaration": False}
    return {"has_declaration": True, "declaration_scan": [scans["declaration"]], **_figures(declared)} | {
        "incomes": [
            {
                "person_name": _name(commission, income.person),
                "category": income.category,
                "amount_month": yuan(income.amount_month_fen),
                "payer": income.payer,
                "first_month": income.first_month,
                "last_month": income.last_month,
            }
            for income in declared.incomes
        ]
    }


def _figures(declared: Declaration) -> dict[str, object]:
    return {
        "financial_assets": yuan(declared.financial_assets_fen),
        "dwellings": typed(declared.dwellings),
        "vehicles": typed(declared.vehicles),
        "entities": typed(declared.entities),
        "rigid_expenditure": yuan(declared.rigid_expenditure_fen),
        "serious_illness": declared.serious_illness,
    }


def put_scans(house: House) -> dict[str, str]:
    return {name: house.documents.put(content) for name, content in SCANS.items()}


def form_of(house: House, kind: str, worker: str) -> FormDefinition:
    with house.database.reading() as session:
        return open_registration(session, house.platform, kind, the_person(house, worker)).form


def ready(
    house: House, kind: str, worker: str, values: Mapping[str, object], scans: Mapping[str, str]
) -> Ready:
    """Checked as the page does. Raises FormNotInOrder."""
    filled = Filled(values, {digest: f"{name}.pdf" for name, digest in scans.items()})
    return make_ready(house.platform, form_of(house, kind, worker), filled)
