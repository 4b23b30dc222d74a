"""Unmasking: a right, a part in the case, a reason; always on record, its words sealed."""

import pytest
from sqlalchemy import select, update

from engine.domain.authority import NotAuthorised
from engine.domain.errors import NotFound, RuleViolation
from engine.domain.posts import (
    ACCEPTANCE,
    ALL_POSTS,
    BACK_OFFICE,
    CERTIFICATION,
    CONFIDENTIAL,
    EXCHANGE,
    FRONT_DESK,
    REPORT,
    SUPERVISOR,
)
from engine.domain.unmasking import (
    FieldKind,
    MaskedField,
    Reason,
    ReasonCode,
    ReasonMissingForUnmasking,
)
from engine.handling.unmasking import NotYourCase, unmask
from engine.store.audit import AuditEvent
from engine.store.cases import Case, CaseState
from engine.store.human_tasks import HumanTask
from engine.store.unmasking import unmaskings_of, words_of
from tests.builders import a_commission
from tests.engine.house import House
from tests.staff import employ, the_person

REASON = Reason(ReasonCode.IDENTITY, "与户口簿原件核对")
ID_NUMBER = MaskedField(FieldKind.ID_NUMBER, "p1")
AMOUNT = MaskedField(FieldKind.AMOUNT, "p1.RS01")


def show(
    house: House, who: str, case_id: int = 1, field: MaskedField = ID_NUMBER, reason: Reason = REASON
) -> int:
    person = the_person(house, who)
    with house.database.transaction() as session:
        return unmask(session, house.platform.vault, person, case_id, field, reason, house.clock.now())


def a_case_under_review(house: House) -> None:
    house.receive(a_commission(reviews=()))
    house.work()


@pytest.mark.clause("M 5.2 b")
def test_what_is_shown_is_on_record_with_its_reason_and_the_words_are_sealed(any_house: House) -> None:
    house = any_house
    a_case_under_review(house)
    employ(house, "N001", ACCEPTANCE)

    record = show(house, "N001")

    with house.database.reading() as session:
        (row,) = unmaskings_of(session, 1)
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "unmasked")).one()
        assert words_of(house.platform.vault, row) == "与户口簿原件核对"
    assert (row.id, row.account, row.post, row.kind, row.subject) == (
        record,
        "N001",
        ACCEPTANCE,
        "id_number",
        "p1",
    )
    assert "户口簿".encode() not in row.words
    assert (event.actor, event.case_id) == ("N001", 1)
    assert event.facts == {"record": record, "kind": "id_number", "subject": "p1", "reason": "identity"}


@pytest.mark.parametrize("words", ["", "   ", "查看", "长" * 201])
def test_without_words_nothing_is_shown(house: House, words: str) -> None:
    a_case_under_review(house)
    employ(house, "N001", ACCEPTANCE)

    with pytest.raises(ReasonMissingForUnmasking):
        show(house, "N001", reason=Reason(ReasonCode.CONTACT, words))

    with house.database.reading() as session:
        assert unmaskings_of(session, 1) == []


SHOWN = {
    FieldKind.ID_NUMBER: {ACCEPTANCE, EXCHANGE, CERTIFICATION, REPORT, FRONT_DESK, BACK_OFFICE, SUPERVISOR},
    FieldKind.AMOUNT: {ACCEPTANCE, FRONT_DESK, CERTIFICATION, REPORT, BACK_OFFICE, SUPERVISOR},
}


def refusal_of(house: House, who: str, field: MaskedField, case_id: int = 1) -> type[RuleViolation] | None:
    try:
        show(house, who, case_id, field)
    except RuleViolation as refusal:
        return type(refusal)
    return None


def test_the_matrix_of_posts_fields_and_parts_in_the_case_holds(house: House) -> None:
    """Own: the person has a task of it. Foreign: nobody of the person's lanes has. Closed: it is over."""
    a_case_under_review(house)
    with house.database.transaction() as session:
        session.execute(update(HumanTask).values(post="另一岗"))
    for post in ALL_POSTS:
        employ(house, post, post)
    wrong = {}

    for post in ALL_POSTS:
        for part in ("own", "foreign", "closed"):
            _prepare(house, post, part)
            for field in (ID_NUMBER, AMOUNT):
                expected = _expected(post, part, field.kind)
                if refusal_of(house, post, field) is not expected:
                    wrong[post, part, field.kind] = expected

    assert wrong == {}


def _prepare(house: House, post: str, part: str) -> None:
    with house.database.transaction() as session:
        session.execute(update(HumanTask).values(owner=None if part == "foreign" else post))
        state = CaseState.CLOSED if part == "closed" else CaseState.RECEIVED
        session.execute(update(Case).values(state=state))


def _expected(post: str, part: str, kind: FieldKind) -> type[RuleViolation] | None:
    if post not in SHOWN[kind]:
        return NotAuthorised
    return None if part == "own" or post == SUPERVISOR else NotYourCase


def test_who_might_claim_a_task_of_the_case_may_look_at_it_before(house: House) -> None:
    a_case_under_review(house)
    employ(house, "N001", ACCEPTANCE)
    employ(house, "G001", CERTIFICATION)

    assert refusal_of(house, "N001", ID_NUMBER) is None
    assert refusal_of(house, "G001", ID_NUMBER) is NotYourCase


def test_a_post_that_is_stood_in_for_is_the_one_on_record_only_without_an_own_one(house: House) -> None:
    a_case_under_review(house)
    employ(house, "N001", ACCEPTANCE)
    employ(house, "H001", CONFIDENTIAL)
    employ(house, "H001", ACCEPTANCE, stands_for="N001")

    show(house, "H001")

    with house.database.reading() as session:
        assert [row.post for row in unmaskings_of(session, 1)] == [ACCEPTANCE]


def test_a_case_that_is_not_there_is_not_found(house: House) -> None:
    employ(house, "S001", SUPERVISOR)

    with pytest.raises(NotFound):
        show(house, "S001", case_id=4711)
