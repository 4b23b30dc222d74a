"""No query leaves for a person nobody authorised, at the moment of planning nor at the moment of leaving."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from engine.domain.household import Period
from engine.store.audit import AuditEvent
from engine.store.cases import Case, CaseState
from tests.builders import a_commission, a_household, a_supporter, an_authorisation
from tests.engine.house import House


def refusals(house: House) -> list[dict[str, object]]:
    with house.database.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.action == "query_refused"))
        return [event.facts for event in events]


def asked_persons(house: House) -> set[str]:
    return {row.person for s in house.sources.values() for request, _ in s.asked for row in request.rows}


@pytest.mark.clause("M 5.2 c", "M A.1 c")
def test_only_items_in_the_scope_of_the_authorisation_are_asked(house: House) -> None:
    household = a_household(members=1)
    letter = an_authorisation(household, scope=("GA01", "RS01"))

    house.receive(a_commission(household, authorisations=(letter,)))
    house.work()

    items = {row.item for s in house.sources.values() for request, _ in s.asked for row in request.rows}
    assert items == {"GA01", "RS01"}
    assert refusals(house)


@pytest.mark.clause("M 5.2 c")
def test_a_supporter_who_authorised_nothing_is_not_asked_about(house: House) -> None:
    household = a_household(members=2, supporters=[a_supporter()])
    letter = an_authorisation(household, covers=("p1", "p2"))

    house.receive(a_commission(household, authorisations=(letter,)))
    house.work()

    assert asked_persons(house) == {"p1", "p2"}
    assert {"person": "s1", "item": "GA01", "refusal": "not_authorised"} in refusals(house)[0]["refusals"]  # type: ignore[operator]


@pytest.mark.clause("M A.1 d", "M A.2 g")
def test_an_authorisation_that_ends_between_plan_and_leaving_stops_the_query(house: House) -> None:
    household = a_household(members=1)
    until_today = Period(date(2026, 11, 1), date(2026, 11, 20))
    house.receive(a_commission(household, authorisations=(an_authorisation(household, valid=until_today),)))
    house.advance_woken()

    house.clock.pass_time(days=1)
    house.do_outside_work()

    assert asked_persons(house) == set()
    assert refusals(house)


@pytest.mark.clause("M 5.2 c")
def test_nothing_leaves_for_a_case_that_is_closed(house: House) -> None:
    reception = house.receive(a_commission())
    house.advance_woken()
    with house.database.transaction() as session:
        session.get_one(Case, reception.case.id).state = CaseState.WITHDRAWN

    house.do_outside_work()

    assert asked_persons(house) == set()


def test_refusals_are_audited_without_personal_data(house: House) -> None:
    household = a_household(members=1)
    commission = a_commission(household, authorisations=(an_authorisation(household, scope=("GA01",)),))
    house.receive(replace(commission))
    house.work()

    with house.database.reading() as session:
        texts = [str(event.facts) for event in session.scalars(select(AuditEvent))]

    person = household.persons[0]
    assert all(person.name not in text and person.id_no not in text for text in texts)
