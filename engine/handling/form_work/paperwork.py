"""Filled-in registration forms as what the domain knows: commissions, couriers, re-check applications."""

from datetime import datetime

from engine.domain.commission import Commission
from engine.domain.json_text import canonical_json
from engine.domain.plain import digest_of
from engine.domain.recheck import DisputedItem, RecheckApplication
from engine.form_definitions import FieldProblem
from engine.handling.form_work.answers import Answers
from engine.handling.form_work.checking import FormNotInOrder, Ready
from engine.handling.form_work.letter_part import (
    Parties,
    authorisations_of,
    declaration_of,
    letter_of,
    materials_of,
)
from engine.handling.form_work.people_part import Signing, roster_of, signings_of
from engine.handling.submission import Courier, PaperSubmission


def digest_of_form(ready: Ready) -> str:
    """Of all that was filled in: the same paper filled in twice in the same way is one submission."""
    return digest_of(canonical_json(dict(ready.values)))


def submission_of(ready: Ready, parties: Parties, now: datetime) -> PaperSubmission:
    """register_submission.form. Raises FormNotInOrder."""
    answers = Answers(ready.values)
    return PaperSubmission(
        commission=commission_of(answers, parties, now),
        courier=courier_of(answers),
        papers=ready.papers,
        digest=digest_of_form(ready),
        remarks=answers.text("opinion"),
    )


def courier_of(answers: Answers) -> Courier:
    names = ("courier_name", "courier_phone", "courier_staff_no")
    return Courier(*(answers.text(name) for name in names))


def commission_of(answers: Answers, parties: Parties, now: datetime) -> Commission:
    """Raises FormNotInOrder: a name nobody has, a head who is not the first."""
    problems: list[FieldProblem] = []
    roster = roster_of(answers, problems)
    signings = signings_of(answers, roster, problems)
    rows = zip(answers.rows("members"), roster.household.persons, strict=True)
    commission = Commission(
        number=answers.text("commission_no"),
        service=answers.text("service"),
        purpose=answers.text("purpose"),
        received_at=answers.moment("received_on", now),
        household=roster.household,
        letter=letter_of(answers, parties),
        authorisations=authorisations_of(answers, parties, signings),
        declaration=declaration_of(answers, roster, problems) if answers.flag("has_declaration") else None,
        identity_copies=tuple(person.ref for row, person in rows if row.texts("identity_copy")),
        materials=materials_of(answers),
        reviews=(),
        copies=answers.whole("copies") or 1,
    )
    if problems:
        raise FormNotInOrder(*problems)
    return commission


def peer_commission_of(answers: Answers, parties: Parties, now: datetime) -> Commission:
    """register_peer_request.form: its material is the matter of the unit that asks (6.1 注), so the letter of
    that unit is all there is to show, and what it says of the authorisation is taken at its word."""
    problems: list[FieldProblem] = []
    household = roster_of(answers, problems).household
    if problems:
        raise FormNotInOrder(*problems)
    signings = [Signing(person.ref, "p1") for person in household.persons]
    return Commission(
        number=answers.text("commission_no"),
        service=answers.text("service"),
        purpose=answers.text("purpose"),
        received_at=answers.moment("received_on", now),
        household=household,
        letter=letter_of(answers, parties, "request_scan"),
        authorisations=authorisations_of(answers, parties, signings, "request_scan"),
        declaration=None,
        identity_copies=(),
        materials=(),
        reviews=(),
    )


def recheck_of(answers: Answers) -> RecheckApplication:
    """recheck_application.form, table F.1."""
    return RecheckApplication(
        unit_name=answers.text("unit_name"),
        contact_person=answers.text("contact_person"),
        contact_phone=answers.text("contact_phone"),
        contact_id_no=answers.text("contact_id_no"),
        email=answers.text("email"),
        postcode=answers.text("postcode"),
        address=answers.text("address"),
        rows=tuple(
            DisputedItem(row.text("report_no"), row.text("item"), row.text("reason"))
            for row in answers.rows("disputed_items")
        ),
        handler=answers.text("handler"),
        is_signed=answers.flag("handler_signed"),
        is_sealed=answers.flag("unit_sealed"),
        applied_on=answers.day("applied_on"),
    )
