"""Instances that go on together."""

from sqlalchemy import select

from engine.domain.commission import Commission
from engine.handling.progress import advance, save_new_instance, woken
from engine.handling.receiving import AUTOMATIC, start_variables
from engine.runtime import Instance
from engine.store.cases import Case
from engine.store.instances import HistoryEvent
from tests.builders import a_commission
from tests.engine.house import DEFINITIONS, House


def begin_another(house: House, case: Case, commission: Commission) -> None:
    with house.database.transaction() as session:
        definition = DEFINITIONS[AUTOMATIC]
        instance = Instance.start(definition, start_variables(case, commission), house.clock.now)
        save_new_instance(session, case, instance, definition, house.clock.now())


def advance_all(house: House) -> tuple[int, set[int]]:
    """How many went on in one transaction, and all that have ever done a step."""
    with house.database.transaction() as session:
        advanced = advance(session, house.platform, woken(session, house.platform, 100))
    with house.database.reading() as session:
        return advanced, set(session.scalars(select(HistoryEvent.instance_id)))


def test_of_two_instances_of_a_case_the_second_goes_on_when_what_the_first_did_is_written(
    any_house: House,
) -> None:
    commission = a_commission()
    case = any_house.receive(commission).case
    begin_another(any_house, case, commission)
    any_house.receive(a_commission(number="WT-2"))

    assert advance_all(any_house) == (2, {1, 3})
    assert advance_all(any_house) == (1, {1, 2, 3})
