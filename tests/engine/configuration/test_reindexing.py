"""A new index key: people are found all the time, while every entry is brought under it."""

import pytest
from sqlalchemy import select, update

from engine.configuration import keys
from engine.configuration.keys import Progress, reindex
from engine.store.cases import CommissionRevision
from engine.store.people_index import PURPOSE, PersonIndex, cases_of_id_number
from engine.store.reindexing import apply_new_indexes, next_cases
from tests.builders import MEMBERS, a_commission, a_household, an_id_no
from tests.engine.house import House

HEAD = an_id_no(1)


def receive(house: House, *numbers: int) -> None:
    for number in numbers:
        house.receive(a_commission(a_household(2), number=f"WT-{number}"))


def found(house: House, id_no: str = HEAD) -> list[int]:
    with house.database.reading() as session:
        return cases_of_id_number(session, house.platform.vault, id_no)


def reindexed(house: House) -> list[Progress]:
    return list(reindex(house.database.reading, house.database.transaction, house.platform.vault))


def stale(house: House) -> int:
    """Entries that the current key alone does not find."""
    vault = house.platform.vault
    people = (HEAD, an_id_no(2, MEMBERS[1][1]))
    current = {vault.index(PURPOSE, id_no) for id_no in people}
    with house.database.reading() as session:
        return sum(index not in current for index in session.scalars(select(PersonIndex.id_index)))


@pytest.mark.clause("M 5.1 c")
def test_people_are_found_before_while_and_after_every_entry_is_brought_under_the_new_key(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "CASES_AT_ONCE", 2)
    receive(any_house, 1, 2, 3, 4, 5)
    any_house.keys.rotate_index()
    assert stale(any_house) == 10
    seen = [found(any_house)]

    steps = reindex(any_house.database.reading, any_house.database.transaction, any_house.platform.vault)
    left = [(seen.append(found(any_house)), stale(any_house))[1] for _ in steps]

    assert seen == [[1, 2, 3, 4, 5]] * 4
    assert left == [6, 2, 0]
    any_house.keys.forget_index()
    assert found(any_house) == [1, 2, 3, 4, 5]


def test_a_case_that_comes_meanwhile_is_under_the_new_key_at_once(any_house: House) -> None:
    receive(any_house, 1)
    any_house.keys.rotate_index()

    receive(any_house, 2)

    assert found(any_house) == [1, 2]
    assert stale(any_house) == 2
    assert reindexed(any_house)[-1] == Progress("person_index", 2, 2, 0)
    assert reindexed(any_house)[-1] == Progress("person_index", 2, 0, 0)


def test_it_may_be_stopped_at_any_batch_and_two_may_run_at_once(
    any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "CASES_AT_ONCE", 1)
    receive(any_house, 1, 2, 3)
    any_house.keys.rotate_index()
    with any_house.database.reading() as session:
        prepared_by_another = next_cases(session, any_house.platform.vault, 0, 10)
    steps = reindex(any_house.database.reading, any_house.database.transaction, any_house.platform.vault)
    next(steps)
    steps.close()

    with any_house.database.transaction() as session:
        changed = apply_new_indexes(session, prepared_by_another.changes)

    assert (len(prepared_by_another.changes), changed) == (6, 4)
    assert stale(any_house) == 0


def test_an_entry_there_twice_is_left_once(any_house: House) -> None:
    receive(any_house, 1)
    any_house.keys.rotate_index()
    with any_house.database.transaction() as session:
        session.add(PersonIndex(case_id=1, ref="p1", id_index=any_house.platform.vault.index(PURPOSE, HEAD)))

    reindexed(any_house)

    with any_house.database.reading() as session:
        assert session.scalars(select(PersonIndex.ref).order_by(PersonIndex.ref)).all() == ["p1", "p2"]
    assert found(any_house) == [1]


def test_several_changes_of_the_key_are_made_up_for_in_one_go(any_house: House) -> None:
    receive(any_house, 1)
    any_house.keys.rotate_index()
    receive(any_house, 2)
    any_house.keys.rotate_index()

    reindexed(any_house)
    any_house.keys.forget_index()

    assert (stale(any_house), found(any_house)) == (0, [1, 2])


def test_a_case_that_cannot_be_opened_is_told_and_found_as_long_as_the_old_key_is_kept(
    any_house: House,
) -> None:
    receive(any_house, 1, 2)
    any_house.keys.rotate_index()
    with any_house.database.transaction() as session:
        broken = update(CommissionRevision).where(CommissionRevision.case_id == 1)
        session.execute(broken.values(body=b"\x01" * 80))

    assert reindexed(any_house)[-1] == Progress("person_index", 2, 2, 1)

    assert found(any_house) == [1, 2]
