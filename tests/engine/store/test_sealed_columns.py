"""What stands in the tables: no personal data that can be read, and nothing that can be moved."""

import json

import pytest
from sqlalchemy import select, update

from adapters.vault.ciphers import CipherName
from adapters.vault.vault import KeyVault
from engine.domain.json_text import canonical_json
from engine.domain.plain import digest_of, to_plain
from engine.ports import Place, SealBroken, Vault
from engine.store.cases import CommissionRevision, commission_of
from engine.store.evaluations import evaluation_body, latest_evaluation
from engine.store.people_index import cases_of_id_number
from engine.store.queries import Answer, answers_of, findings_of
from engine.store.reports import Report
from engine.store.resealing import SEALED_COLUMNS
from engine.store.units import CALLBACK_SECRET, TOKEN_SECRET, CommissioningUnit
from tests.builders import a_commission, a_household, a_supporter, an_id_no
from tests.engine.handling.test_automatic_case import confirm
from tests.engine.house import UNIT_CODE, House
from tests.engine.store.lived_in import a_lived_in_house
from tests.fakes.keys import MemoryKeys


@pytest.mark.clause("M 5.1 c")
def test_every_stored_value_is_sealed_and_opens_at_its_place_and_at_no_other(house: House) -> None:
    a_lived_in_house(house)
    vault = house.platform.vault
    with house.database.reading() as session:
        values = {
            column.place(row): getattr(row, column.column)
            for column in SEALED_COLUMNS
            for row in session.scalars(select(column.table))
            if getattr(row, column.column)
        }
    one_of_each = {(place.table, place.column): place for place in values}

    plain = {place: vault.open(place, sealed) for place, sealed in values.items()}
    moved = {
        (source, target): _refusal(vault, target, values[source])
        for source in one_of_each.values()
        for target in values.keys() - {source}
    }

    assert one_of_each.keys() == {(column.rows.name, column.column) for column in SEALED_COLUMNS}
    assert [place for place, sealed in values.items() if plain[place] in sealed] == []
    assert set(moved.values()) == {"damaged"}


def _refusal(vault: Vault, place: Place, sealed: bytes) -> str | None:
    try:
        vault.open(place, sealed)
    except SealBroken as error:
        return error.reason
    return None


@pytest.mark.clause("M 5.2 d")
def test_digests_are_of_what_was_received_and_not_of_its_seal(house: House) -> None:
    house.receive(a_commission())
    house.work()
    vault = house.platform.vault

    with house.database.reading() as session:
        revision = session.scalars(select(CommissionRevision)).one()
        commission = commission_of(session, vault, revision.case_id)
        answers = answers_of(session, vault, revision.case_id)
        evaluation = latest_evaluation(session, revision.case_id)
        assert evaluation is not None
        body = evaluation_body(vault, evaluation)

    assert revision.digest == digest_of(canonical_json(to_plain(commission)))
    assert all(answer.digest == digest_of(answer.body) for answer in answers)
    assert evaluation.digest == digest_of(body)
    assert json.loads(body)


def test_an_answer_moved_to_another_case_stops_the_reading_without_its_content(house: House) -> None:
    for number in ("WT-1", "WT-2"):
        house.receive(a_commission(number=number))
    house.work()
    with house.database.transaction() as session:
        one, other = (session.scalars(select(Answer).where(Answer.case_id == n)).first() for n in (1, 2))
        assert one is not None
        assert other is not None
        session.execute(update(Answer).where(Answer.id == one.id).values(understood=other.understood))

    with house.database.reading() as session, pytest.raises(SealBroken) as refusal:
        findings_of(session, house.platform.vault, 1, ())

    assert str(refusal.value) == f"damaged answer.understood {one.query_id}/{one.attempt}"


def test_the_secrets_of_a_unit_are_of_that_unit_and_of_that_use(house: House) -> None:
    with house.database.transaction() as session:
        unit = session.get_one(CommissioningUnit, UNIT_CODE)
        unit.token_secret, unit.callback_secret = unit.callback_secret, unit.token_secret

        for column in (TOKEN_SECRET, CALLBACK_SECRET):
            with pytest.raises(SealBroken):
                column.open(house.platform.vault, unit)


def test_a_person_is_found_in_every_case_by_the_number_alone(any_house: House) -> None:
    house = any_house
    couple = a_household(members=2, supporters=[a_supporter()])
    house.receive(a_commission(couple, number="WT-1"))
    house.receive(a_commission(a_household(members=1), number="WT-2"))
    vault = house.platform.vault

    with house.database.reading() as session:
        first, second = couple.members
        (supporter,) = couple.supporters
        assert cases_of_id_number(session, vault, f" {first.id_no.lower()} ") == [1, 2]
        assert cases_of_id_number(session, vault, second.id_no) == [1]
        assert cases_of_id_number(session, vault, supporter.id_no) == [1]
        assert cases_of_id_number(session, vault, an_id_no(77)) == []


def test_who_received_the_report_is_kept_sealed_and_comes_into_the_archive(house: House) -> None:
    house.receive(a_commission())
    house.work()
    confirm(house, "第32040020261100001aaf1号")

    with house.database.reading() as session:
        stored = session.scalars(select(Report.receipt)).one()

    assert stored is not None
    assert b"U001" not in stored


def test_with_another_key_file_nothing_can_be_read(house: House) -> None:
    house.receive(a_commission())
    strange = KeyVault(MemoryKeys(), CipherName.AES_256_GCM)

    with house.database.reading() as session, pytest.raises(SealBroken, match="unknown_key"):
        commission_of(session, strange, 1)
