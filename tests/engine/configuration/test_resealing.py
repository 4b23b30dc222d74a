"""A new key: everything is sealed anew in batches while the platform runs, and nothing is lost on the way."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update

from adapters.vault.ciphers import CipherName
from adapters.vault.vault import KeyVault
from engine.configuration import keys
from engine.configuration.keys import Progress, reseal
from engine.store.cases import COMMISSION, CommissionRevision, commission_of
from engine.store.people_index import PersonIndex, cases_of_id_number
from engine.store.queries import ANSWER_BODY, Answer
from engine.store.resealing import SEALED_COLUMNS, apply_batch, next_batch
from tests.builders import a_commission, an_id_no
from tests.engine.house import House
from tests.engine.store.lived_in import a_lived_in_house


def resealed(house: House, plain_too: bool = False) -> dict[str, Progress]:
    steps = reseal(house.database.reading, house.database.transaction, house.platform, plain_too)
    return {progress.what: progress for progress in steps}


def stale(house: House) -> int:
    vault = house.platform.vault
    with house.database.reading() as session:
        return sum(
            not vault.is_current(getattr(row, column.column))
            for column in SEALED_COLUMNS
            for row in session.scalars(select(column.table))
            if getattr(row, column.column)
        )


def test_after_resealing_everything_is_under_the_new_key_and_says_the_same(any_house: House) -> None:
    house = any_house
    a_lived_in_house(house)
    vault = house.platform.vault
    with house.database.reading() as session:
        before = commission_of(session, vault, 1)
    house.keys.rotate()
    assert stale(house) > 100

    first, second = resealed(house), resealed(house)

    assert stale(house) == 0
    assert sum(progress.renewed for progress in first.values()) > 100
    assert sum(progress.renewed for progress in second.values()) == 0
    with house.database.reading() as session:
        assert commission_of(session, vault, 1) == before


def test_the_platform_goes_on_with_cases_of_before_the_new_key(house: House) -> None:
    house.receive(a_commission())
    house.advance_woken()
    house.keys.rotate()

    house.work()

    assert house.units.bodies("report.issued")


def test_a_change_of_cipher_is_a_resealing_too(house: House) -> None:
    house.receive(a_commission())
    house.work()
    house.platform = replace(house.platform, vault=KeyVault(house.keys, CipherName.SM4_GCM))

    resealed(house)

    assert stale(house) == 0
    with house.database.reading() as session:
        assert {body[1] for body in session.scalars(select(Answer.body))} == {2}


def test_it_may_be_stopped_at_any_batch_and_goes_on_later(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "ROWS_AT_ONCE", 7)
    a_lived_in_house(house)
    house.keys.rotate()
    everything = stale(house)
    steps = reseal(house.database.reading, house.database.transaction, house.platform, False)

    for _ in range(4):
        next(steps)
    steps.close()

    left = stale(house)
    assert 0 < left < everything
    assert sum(progress.renewed for progress in resealed(house).values()) == left


def test_what_somebody_writes_meanwhile_is_left_alone(house: House) -> None:
    house.receive(a_commission())
    house.work()
    house.keys.rotate()
    vault = house.platform.vault
    with house.database.reading() as session:
        batch = next_batch(session, vault, ANSWER_BODY, None, 500, False)
    with house.database.transaction() as session:
        answer = session.get_one(Answer, 1)
        ANSWER_BODY.seal(vault, answer, b"newer")

    with house.database.transaction() as session:
        changed = apply_batch(session, ANSWER_BODY, batch)

    assert changed == len(batch.renewals) - 1
    with house.database.reading() as session:
        assert ANSWER_BODY.open(vault, session.get_one(Answer, 1)) == b"newer"


def test_a_damaged_value_is_told_and_the_others_are_sealed_anew(house: House) -> None:
    house.receive(a_commission())
    house.work()
    house.keys.rotate()
    with house.database.transaction() as session:
        session.execute(update(Answer).where(Answer.id == 3).values(body=b"\x01" * 80))

    progress = resealed(house)["answer.body"]

    assert (progress.seen, progress.renewed, progress.broken) == (20, 19, 1)


def test_values_of_before_there_were_keys_are_sealed_only_when_asked_for(house: House) -> None:
    house.receive(a_commission())
    vault = house.platform.vault
    with house.database.transaction() as session:
        row = session.scalars(select(CommissionRevision)).one()
        row.body = b"\x00" + COMMISSION.open(vault, row)
        for entry in session.scalars(select(PersonIndex)):
            session.delete(entry)

    assert resealed(house)["commission_revision.body"].broken == 1
    assert resealed(house, plain_too=True)["commission_revision.body"].renewed == 1

    with house.database.reading() as session:
        assert commission_of(session, vault, 1).number == "WT-2026-0001"
        assert cases_of_id_number(session, vault, an_id_no(1)) == [1]
