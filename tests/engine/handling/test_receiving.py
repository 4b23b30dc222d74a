"""Receiving commissions: one number is one case, and what is refused leaves nothing behind."""

import threading

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from engine.domain.errors import CommissionDiffers, MaterialsIncomplete
from engine.handling.receiving import record_refusal
from engine.store.audit import AuditEvent
from engine.store.cases import Case, CommissionRevision
from engine.store.instances import ProcessInstance
from tests.builders import a_commission
from tests.engine.house import UNIT_CODE, House


def count(house: House, table: type) -> int:
    with house.database.reading() as session:
        return session.scalars(select(func.count()).select_from(table)).one()


def test_the_same_commission_again_returns_the_first_case(house: House) -> None:
    first = house.receive(a_commission())

    again = house.receive(a_commission())

    assert (first.is_new, again.is_new) == (True, False)
    assert again.case.case_no == first.case.case_no
    assert count(house, Case) == count(house, ProcessInstance) == 1


def test_other_content_under_the_same_number_is_refused(house: House) -> None:
    house.receive(a_commission(), digest="1" * 64)

    with pytest.raises(CommissionDiffers):
        house.receive(a_commission(), digest="2" * 64)

    assert count(house, CommissionRevision) == 1


@pytest.mark.clause("M 6.1 c")
def test_defective_material_opens_no_case_and_is_told_with_its_defects(house: House) -> None:
    with pytest.raises(MaterialsIncomplete) as refusal:
        house.receive(a_commission(authorisations=()))

    defects = refusal.value.facts["defects"]
    assert [defect.code for defect in defects] == ["authorisation_missing"]  # type: ignore[attr-defined]
    assert count(house, Case) == count(house, ProcessInstance) == 0


def test_a_refusal_is_on_record_with_codes_only(house: House) -> None:
    with pytest.raises(MaterialsIncomplete) as refusal:
        house.receive(a_commission(authorisations=()))
    with house.database.transaction() as session:
        record_refusal(session, UNIT_CODE, "WT-1", refusal.value.facts["defects"], house.clock.now())  # type: ignore[arg-type]

    with house.database.reading() as session:
        facts = session.scalars(
            select(AuditEvent.facts).where(AuditEvent.action == "commission_refused")
        ).one()

    assert facts == {
        "commission_no": "WT-1",
        "defects": [{"code": "authorisation_missing", "field": "authorisations"}],
    }


def test_a_refused_number_may_be_sent_again_mended(house: House) -> None:
    with pytest.raises(MaterialsIncomplete):
        house.receive(a_commission(authorisations=()), digest="1" * 64)

    assert house.receive(a_commission(), digest="2" * 64).is_new


def test_two_at_the_same_time_make_one_case(any_house: House) -> None:
    outcomes: list[str] = []

    def send() -> None:
        try:
            outcomes.append("new" if any_house.receive(a_commission()).is_new else "repeat")
        except IntegrityError:
            outcomes.append("lost")

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes.count("new") == 1
    assert count(any_house, Case) == 1
