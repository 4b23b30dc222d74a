"""The papers on a registration form: commission letter, authorisations, declaration, list of material."""

from collections.abc import Iterable
from dataclasses import dataclass

from engine.domain.commission import (
    Authorisation,
    CommissionLetter,
    Declaration,
    DeclaredIncome,
    Evidence,
    Material,
)
from engine.form_definitions import FieldProblem
from engine.handling.form_work.answers import Answers
from engine.handling.form_work.people_part import Problems, Roster, Signing

WHOLE_SERVICE = ("*",)


@dataclass(frozen=True)
class Parties:
    """The two units as they are registered: the form only says which commissioning unit it is."""

    verification_unit: str
    commissioning_unit: str


def letter_of(answers: Answers, parties: Parties, scan: str = "letter_scan") -> CommissionLetter:
    """The evidence of signature and seal is the scan that shows them."""
    digest = next(iter(answers.texts(scan)), "")
    return CommissionLetter(
        verification_unit=parties.verification_unit,
        commissioning_unit=parties.commissioning_unit,
        content=answers.texts("content"),
        period=answers.period("period"),
        property_as_of=answers.day("property_as_of"),
        valid=answers.period("letter_valid"),
        disclaimer_accepted=answers.flag("disclaimer_accepted"),
        agent=answers.text("agent"),
        signature=Evidence("signature", digest) if answers.flag("letter_signed") else None,
        seal=Evidence("seal", digest) if answers.flag("letter_sealed") else None,
    )


def authorisations_of(
    answers: Answers, parties: Parties, signings: Iterable[Signing], scan: str = "authorisation_scan"
) -> tuple[Authorisation, ...]:
    """One paper, under one number; a value for each signer, and for each reason of signing for others."""
    covered: dict[tuple[str, str | None], list[str]] = {}
    for signing in signings:
        covered.setdefault((signing.signer, signing.basis), []).append(signing.ref)
    digest = next(iter(answers.texts(scan)), "")
    return tuple(
        Authorisation(
            number=answers.text("authorisation_no"),
            signed_by=signer,
            covers=tuple(refs),
            guardian_basis=basis,
            commissioning_unit=parties.commissioning_unit,
            verification_unit=parties.verification_unit,
            scope=WHOLE_SERVICE if answers.flag("scope_authorised") else (),
            evaluation_allowed=answers.flag("scope_authorised"),
            valid=answers.period("authorisation_valid"),
            evidence=Evidence(answers.text("authorisation_confirmed_by"), digest),
        )
        for (signer, basis), refs in covered.items()
    )


def declaration_of(answers: Answers, roster: Roster, problems: Problems) -> Declaration:
    """None is not declared, which is not zero (A.3 c)."""
    rows = enumerate(answers.rows("incomes"))
    return Declaration(
        incomes=tuple(_income(row, roster, f"incomes.{number}", problems) for number, row in rows),
        financial_assets_fen=answers.whole("financial_assets"),
        dwellings=answers.whole("dwellings"),
        vehicles=answers.whole("vehicles"),
        entities=answers.whole("entities"),
        rigid_expenditure_fen=answers.whole("rigid_expenditure"),
        serious_illness=answers.flag("serious_illness"),
    )


def _income(row: Answers, roster: Roster, path: str, problems: Problems) -> DeclaredIncome:
    first, last = row.text("first_month"), row.text("last_month")
    if first > last:
        problems.append(FieldProblem("months_reversed", f"{path}.last_month", "不得早于起始年月"))
    return DeclaredIncome(
        person=roster.ref_of(row.text("person_name"), f"{path}.person_name", problems),
        category=row.text("category"),
        amount_month_fen=row.whole("amount_month") or 0,
        first_month=first,
        last_month=last,
        payer=row.text("payer"),
    )


def materials_of(answers: Answers) -> tuple[Material, ...]:
    return tuple(Material(row.text("name"), row.whole("copies") or 0) for row in answers.rows("materials"))
