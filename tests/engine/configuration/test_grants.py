"""Posts of people: proposed by one, approved by another, in force in their time."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from engine.configuration.accounts import add_account
from engine.configuration.grants import (
    AlreadyDecided,
    ApproverMustDiffer,
    GrantView,
    GrantWish,
    NoSuchPost,
    StandInImpossible,
    TimeOfGrantInvalid,
    change_lanes,
    decide_grant,
    end_grant,
    end_grant_as,
    grants_of_account,
    lanes_of_post,
    open_proposals,
    propose_grant,
)
from engine.domain.authority import NotAuthorised, PostsNotTogether
from engine.domain.errors import NotFound, RuleViolation
from engine.domain.posts import (
    ACCEPTANCE,
    ADMINISTRATOR,
    AUDITOR,
    BACK_OFFICE,
    CERTIFICATION,
    EXCHANGE,
    FRONT_DESK,
    REPORT,
    SUPERVISOR,
)
from engine.store.audit import AuditEvent
from tests.engine.house import House
from tests.staff import employ, the_person


def propose(house: House, wish: GrantWish, who: str = "T001", *, may_begin: bool = False) -> GrantView:
    with house.database.transaction() as session:
        return propose_grant(session, wish, who, house.clock.now(), may_begin=may_begin)


def decide(house: House, grant: GrantView, who: str, approve: bool = True) -> None:
    person = the_person(house, who)
    with house.database.transaction() as session:
        decide_grant(session, grant.id, person, approve, house.clock.now())


def posts_of(house: House, name: str) -> set[tuple[str, str | None]]:
    return {(power.post, power.stands_for) for power in the_person(house, name).powers}


def a_wish(house: House, post: str = ACCEPTANCE, **changes: object) -> GrantWish:
    return replace(GrantWish("N001", post, house.clock.now()), **changes)  # type: ignore[arg-type]


def test_the_first_supervisor_needs_nobody_the_second_needs_the_first(any_house: House) -> None:
    house = any_house
    with house.database.transaction() as session:
        for name in ("S001", "S002"):
            add_account(session, name, "hedui", house.clock.now())

    first = propose(house, a_wish(house, SUPERVISOR, account="S001"), may_begin=True)
    second = propose(house, a_wish(house, SUPERVISOR, account="S002"), may_begin=True)
    before = posts_of(house, "S002")
    decide(house, second, "S001")

    assert (first.state, second.state, before) == ("approved", "proposed", set())
    assert posts_of(house, "S001") == posts_of(house, "S002") == {(SUPERVISOR, None)}


@pytest.mark.clause("J 5.2.2.1.2")
def test_a_change_of_posts_is_approved_by_a_supervisor_who_has_no_part_in_it(any_house: House) -> None:
    house = any_house
    for name in ("S001", "S002", "S003"):
        employ(house, name, SUPERVISOR)
    employ(house, "S004", SUPERVISOR, stands_for="S001")
    employ(house, "N001")
    employ(house, "T001", ADMINISTRATOR)
    for_other = propose(house, a_wish(house), who="S001")
    for_self = propose(house, a_wish(house, REPORT, account="S002"), who="T001")

    with pytest.raises(NotAuthorised):
        decide(house, for_other, "T001")
    with pytest.raises(ApproverMustDiffer):
        decide(house, for_other, "S001")
    with pytest.raises(ApproverMustDiffer):
        decide(house, for_other, "S004")
    with pytest.raises(ApproverMustDiffer):
        decide(house, for_self, "S002")
    decide(house, for_other, "S002")
    with pytest.raises(AlreadyDecided):
        decide(house, for_other, "S003")

    assert posts_of(house, "N001") == {(ACCEPTANCE, None)}
    with house.database.reading() as session:
        events = session.execute(select(AuditEvent.actor, AuditEvent.action).order_by(AuditEvent.id)).all()
    assert [tuple(event) for event in events][-3:] == [
        ("S001", "grant_proposed"),
        ("T001", "grant_proposed"),
        ("S002", "grant_approved"),
    ]


def test_what_was_refused_gives_nothing_and_is_no_longer_asked(house: House) -> None:
    employ(house, "S001", SUPERVISOR)
    employ(house, "N001")

    decide(house, propose(house, a_wish(house)), "S001", approve=False)

    assert posts_of(house, "N001") == set()
    with house.database.reading() as session:
        assert open_proposals(session) == []


def test_a_post_is_held_from_its_first_to_its_last_moment(any_house: House) -> None:
    house = any_house
    employ(house, "S001", SUPERVISOR)
    employ(house, "N001")
    start = house.clock.now()
    wish = a_wish(house, since=start + timedelta(days=1), until=start + timedelta(days=2))
    decide(house, propose(house, wish), "S001")

    held = []
    for hours in (0, 23, 1, 23, 1):
        house.clock.pass_time(hours=hours)
        held.append(bool(posts_of(house, "N001")))

    assert held == [False, False, True, True, False]


def test_an_approval_makes_nothing_right_that_was_done_before_it(house: House) -> None:
    employ(house, "S001", SUPERVISOR)
    employ(house, "N001")
    grant = propose(house, a_wish(house, since=house.clock.now() - timedelta(days=30)))
    house.clock.pass_time(days=1)

    decide(house, grant, "S001")

    with house.database.reading() as session:
        (kept,) = grants_of_account(session, "N001")
    assert kept.since == house.clock.now()


def test_a_post_is_taken_away_at_once(house: House) -> None:
    employ(house, "S001", SUPERVISOR)
    employ(house, "N001", ACCEPTANCE, EXCHANGE)
    with house.database.reading() as session:
        first, _ = grants_of_account(session, "N001")

    with pytest.raises(NotAuthorised), house.database.transaction() as session:
        end_grant_as(session, first.id, the_person(house, "N001"), house.clock.now())
    with house.database.transaction() as session:
        end_grant_as(session, first.id, the_person(house, "S001"), house.clock.now())
    with pytest.raises(AlreadyDecided), house.database.transaction() as session:
        end_grant(session, first.id, "S001", house.clock.now())

    assert posts_of(house, "N001") == {(EXCHANGE, None)}


@pytest.mark.clause("J 5.2.2.1.1")
@pytest.mark.parametrize(
    ("held", "wanted"),
    [(ADMINISTRATOR, ACCEPTANCE), (ACCEPTANCE, AUDITOR), (AUDITOR, ADMINISTRATOR), (SUPERVISOR, AUDITOR)],
)
def test_accounts_log_and_cases_are_in_three_hands(house: House, held: str, wanted: str) -> None:
    employ(house, "N001", held)

    with pytest.raises(PostsNotTogether):
        propose(house, a_wish(house, wanted))


WRONG = {
    "post": ({"post": "厨师岗"}, NoSuchPost),
    "nobody": ({"account": "Z999"}, NotFound),
    "himself": ({"stands_for": "N001", "until": timedelta(days=1)}, StandInImpossible),
    "endless stand-in": ({"stands_for": "N002"}, TimeOfGrantInvalid),
    "backwards": ({"until": timedelta(days=-1)}, TimeOfGrantInvalid),
    "for nobody": ({"stands_for": "Z999", "until": timedelta(days=1)}, NotFound),
}


@pytest.mark.parametrize(("changes", "refusal"), WRONG.values(), ids=WRONG.keys())
def test_a_wish_that_cannot_be_is_refused(
    house: House, changes: dict[str, object], refusal: type[RuleViolation]
) -> None:
    employ(house, "N001")
    moments = {
        key: house.clock.now() + value if isinstance(value, timedelta) else value
        for key, value in changes.items()
    }

    with pytest.raises(refusal):
        propose(house, a_wish(house, **moments))


@pytest.mark.clause("M 4.2")
def test_the_posts_of_db32_do_the_work_of_lanes_and_the_unit_adjusts_which(any_house: House) -> None:
    house = any_house
    with house.database.transaction() as session:
        shipped = {post: lanes_of_post(session, post) for post in (FRONT_DESK, BACK_OFFICE, REPORT)}
        change_lanes(session, FRONT_DESK, [ACCEPTANCE, REPORT], "S001", house.clock.now())
        changed = lanes_of_post(session, FRONT_DESK)

    assert shipped[FRONT_DESK] == {FRONT_DESK, ACCEPTANCE}
    assert shipped[BACK_OFFICE] >= {BACK_OFFICE, EXCHANGE, CERTIFICATION, REPORT}
    assert shipped[REPORT] == {REPORT}
    assert changed == {FRONT_DESK, ACCEPTANCE, REPORT}
    with pytest.raises(NoSuchPost), house.database.transaction() as session:
        change_lanes(session, FRONT_DESK, ["厨房"], "S001", house.clock.now())


PEOPLE = ("S001", "S002", "N001")
STEPS = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.sampled_from(PEOPLE), st.booleans()),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_is_proposed_and_approved_nobody_approves_their_own(
    house: House, steps: list[object]
) -> None:
    for name in ("S001", "S002"):
        if not posts_of(house, name):
            employ(house, name, SUPERVISOR)
    employ(house, "N001")
    for proposer, beneficiary, approver, approve in steps:  # type: ignore[misc]
        grant = propose(house, a_wish(house, account=beneficiary), who=proposer)
        is_four_eyes = approver not in (proposer, beneficiary) and approver != "N001"

        try:
            decide(house, grant, approver, approve)
        except (ApproverMustDiffer, NotAuthorised):
            assert not is_four_eyes
        else:
            assert is_four_eyes
