"""The query gate: nobody is asked about without a case, a commission and an authorisation that fits."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.catalogue import Item
from engine.domain.commission import Authorisation, Commission
from engine.domain.household import Period
from engine.domain.query_gate import MESSAGES, Refusal, RefusalCode, ask_gate
from tests.builders import a_commission, a_household, a_letter, an_authorisation, an_evidence

AT = datetime(2026, 11, 21, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
UNITS = ("甲区民政局", "乙区民政局")


def an_item(code: str = "RS01", section: str = "income", services: str = "aa af") -> Item:
    levels = dict.fromkeys(services.split(), "explicit")
    return Item(code, code[:2], "在职人员信息", section, (), "period", levels, (), in_annex_a=True)


def refusal(commission: Commission, **changes: object) -> RefusalCode | None:
    question: dict[str, object] = {"case_is_open": True, "person_ref": "p1", "item": an_item(), "at": AT}
    found = ask_gate(commission, **(question | changes))  # type: ignore[arg-type]
    return found.code if isinstance(found, Refusal) else None


def with_authorisation(**changes: object) -> Commission:
    return a_commission(authorisations=(an_authorisation(**changes),))


@pytest.mark.clause("M 5.2 c", "M A.1 c", "M A.1 d")
def test_an_authorised_person_of_an_open_case_may_be_asked_about() -> None:
    commission = a_commission()

    assert refusal(commission) is None


@pytest.mark.clause("M 5.2 c")
@pytest.mark.parametrize(
    ("commission", "question", "code"),
    [
        (a_commission(), {"case_is_open": False}, RefusalCode.CASE_CLOSED),
        (a_commission(), {"person_ref": "p9"}, RefusalCode.NOT_AN_OBJECT),
        (a_commission(letter=None), {}, RefusalCode.LETTER_MISSING),
        (
            a_commission(letter=a_letter(valid=Period(date(2026, 1, 1), date(2026, 11, 20)))),
            {},
            RefusalCode.LETTER_NOT_VALID,
        ),
        (
            a_commission(letter=a_letter(content=("property",))),
            {},
            RefusalCode.CONTENT_NOT_COMMISSIONED,
        ),
        (a_commission(authorisations=()), {}, RefusalCode.NOT_AUTHORISED),
        (with_authorisation(covers=("p2",)), {}, RefusalCode.NOT_AUTHORISED),
        (with_authorisation(commissioning_unit="乙区民政局"), {}, RefusalCode.UNIT_DIFFERS),
        (with_authorisation(verification_unit="乙市核对中心"), {}, RefusalCode.UNIT_DIFFERS),
        (with_authorisation(scope=("JR01",)), {}, RefusalCode.ITEM_NOT_AUTHORISED),
        (with_authorisation(), {"item": an_item(services="ab")}, RefusalCode.ITEM_NOT_AUTHORISED),
        (with_authorisation(evaluation_allowed=False), {}, RefusalCode.EVALUATION_NOT_ALLOWED),
        (with_authorisation(evidence=None), {}, RefusalCode.AUTHORISATION_NOT_CONFIRMED),
        (
            with_authorisation(evidence=replace(an_evidence(), digest="")),
            {},
            RefusalCode.AUTHORISATION_NOT_CONFIRMED,
        ),
        (
            with_authorisation(valid=Period(date(2026, 11, 22), date(2027, 1, 1))),
            {},
            RefusalCode.AUTHORISATION_NOT_VALID,
        ),
    ],
)
def test_a_question_that_must_not_be_asked_is_refused_with_its_reason(
    commission: Commission, question: dict[str, object], code: RefusalCode
) -> None:
    assert refusal(commission, **question) is code


def test_the_refusal_names_what_is_wrong_with_the_authorisation_that_comes_nearest() -> None:
    wrong_unit = an_authorisation(commissioning_unit="乙区民政局")
    expired = an_authorisation(valid=Period(date(2025, 1, 1), date(2025, 12, 31)))
    commission = a_commission(authorisations=(expired, wrong_unit, an_authorisation(covers=())))

    assert refusal(commission) is RefusalCode.AUTHORISATION_NOT_VALID


def test_an_item_named_in_the_authorisation_needs_no_service() -> None:
    commission = with_authorisation(scope=("RS01",))

    assert refusal(commission, item=an_item(services="ab")) is None


@pytest.mark.parametrize("service", ["ai", "ak", "zz"])
def test_every_further_service_counts_as_other(service: str) -> None:
    commission = a_commission(service=service)

    assert refusal(commission, item=an_item(services="ai")) is None
    assert refusal(commission, item=an_item(services="aa ah")) is RefusalCode.ITEM_NOT_AUTHORISED


@pytest.mark.parametrize("section", ["basic", "other"])
def test_who_somebody_is_belongs_to_every_content(section: str) -> None:
    commission = a_commission(letter=a_letter(content=("property",)))

    assert refusal(commission, item=an_item(section=section)) is None


@pytest.mark.clause("M A.1 d")
def test_the_last_day_of_an_authorisation_ends_at_midnight_in_beijing() -> None:
    commission = with_authorisation(valid=Period(date(2026, 11, 1), date(2026, 11, 21)))
    midnight = datetime(2026, 11, 21, 16, 0, tzinfo=UTC)

    assert refusal(commission, at=midnight - timedelta(seconds=1)) is None
    assert refusal(commission, at=midnight) is RefusalCode.AUTHORISATION_NOT_VALID


def test_a_question_rests_on_the_first_authorisation_that_fits() -> None:
    expired = an_authorisation(number="SQ1", valid=Period(date(2025, 1, 1), date(2025, 12, 31)))
    first, second = an_authorisation(number="SQ2"), an_authorisation(number="SQ3")

    found = ask_gate(a_commission(authorisations=(expired, first, second)), True, "p1", an_item(), AT)

    assert found is first


def test_every_refusal_has_words_for_people() -> None:
    assert all(Refusal(code).message for code in RefusalCode)
    assert MESSAGES.keys() == set(RefusalCode)


PERIODS = st.builds(
    Period,
    st.dates(date(2026, 11, 17), date(2026, 11, 21)),
    st.dates(date(2026, 11, 20), date(2026, 11, 25)),
)
PEOPLE = ("p1", "p2", "p3")
AUTHORISATIONS = st.builds(
    lambda covers, units, scope, may_evaluate, valid, evidence: an_authorisation(
        covers=tuple(covers),
        commissioning_unit=units,
        scope=tuple(scope),
        evaluation_allowed=may_evaluate,
        valid=valid,
        evidence=evidence,
    ),
    st.sets(st.sampled_from(PEOPLE), min_size=1),
    st.sampled_from((UNITS[0], UNITS[0], UNITS[0], UNITS[1])),
    st.sets(st.sampled_from(("*", "RS01", "JR01")), min_size=1),
    st.sampled_from((True, True, False)),
    PERIODS,
    st.sampled_from((an_evidence(), an_evidence(), None)),
)
LETTERS = st.builds(
    lambda valid, content: a_letter(valid=valid, content=tuple(content)),
    PERIODS,
    st.sets(st.sampled_from(("income", "property", "expenditure")), min_size=1),
)
ITEMS = st.sampled_from(
    (
        an_item(),
        an_item("JR01", "property", "aa"),
        an_item("GA01", "basic", "aa ab"),
        an_item("CL01", "other", "ab"),
    )
)


def by_the_book(commission: Commission, is_open: bool, person: str, item: Item, day: date) -> bool:
    """The same rule said once more, as one sentence."""
    letter = commission.letter

    def fits(a: Authorisation) -> bool:
        named = item.code in a.scope or ("*" in a.scope and commission.service in item.services)
        is_ours = letter is not None and a.commissioning_unit == letter.commissioning_unit
        is_signed = a.evidence is not None and a.evaluation_allowed
        return person in a.covers and named and is_ours and is_signed and a.valid.start <= day <= a.valid.end

    return (
        is_open
        and person in [p.ref for p in commission.household.persons]
        and letter is not None
        and letter.valid.start <= day <= letter.valid.end
        and item.section in (*letter.content, "basic", "other")
        and any(fits(a) for a in commission.authorisations)
    )


@pytest.mark.clause("M 5.2 c")
@settings(max_examples=300)
@given(
    authorisations=st.lists(AUTHORISATIONS, max_size=5),
    letter=st.one_of(st.none(), LETTERS, LETTERS, LETTERS),
    is_open=st.sampled_from((True, True, True, False)),
    person=st.sampled_from(("p1", "p1", "p2", "p3")),
    item=ITEMS,
    at=st.integers(0, 6 * 24).map(lambda hours: datetime(2026, 11, 18, tzinfo=UTC) + timedelta(hours=hours)),
)
def test_the_gate_agrees_with_the_rule_as_one_sentence(
    authorisations: list[Authorisation], letter: object, is_open: bool, person: str, item: Item, at: datetime
) -> None:
    commission = a_commission(a_household(2), letter=letter, authorisations=tuple(authorisations))
    day = (at + timedelta(hours=8)).date()

    answer = ask_gate(commission, is_open, person, item, at)

    assert (answer in authorisations) is by_the_book(commission, is_open, person, item, day)
    assert isinstance(answer, Refusal) or answer in authorisations
