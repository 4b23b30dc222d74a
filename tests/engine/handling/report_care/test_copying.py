"""A further original: a number and a copy marker of its own, made, sealed and sent like the first."""

import pytest
from sqlalchemy import update

from engine.domain.authority import NotAuthorised
from engine.domain.report_number import parse_number
from engine.handling.messages import confirm_receipt
from engine.handling.report_care.standing import CaseBusy, ReportNotCurrent, ResultsChanged
from engine.ports import PermanentFailure
from engine.store.evaluations import EvaluationRecord
from engine.store.human_tasks import HumanTask, result_of
from engine.supervision.waiting import incidents
from tests.engine.handling.report_care.office import F1, REPORTER, SUPERVISOR_1, Office
from tests.engine.handling.test_rechecking import S, apply_to, recheck
from tests.engine.house import UNIT_CODE, House

SECOND, THIRD = "第32040020261100002aaf2号", "第32040020261100003aaf3号"


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


@pytest.mark.clause("M B.1 g", "M B.1 d")
def test_each_further_copy_has_the_next_marker_and_a_serial_of_its_own(any_house: House) -> None:
    office = Office(any_house)

    markers = [office.copy(), office.copy()]

    assert markers == [2, 3]
    assert office.states() == {F1: "received", SECOND: "delivered", THIRD: "delivered"}
    assert (office.valid(), office.desk.state) == (F1, "closed")


@pytest.mark.clause("M B.1 g", "M 6.4 a")
def test_a_copy_is_rendered_signed_and_delivered_with_the_same_content(office: Office) -> None:
    office.copy()

    first, second = office.house.renderer.rendered
    assert (first.sections, first.overview) == (second.sections, second.overview)
    assert parse_number(second.number).copy == 2
    copy = office.report(SECOND)
    assert copy.signer
    assert copy.check_code
    assert [one["copy"] for one in office.told("report.issued")] == [1, 2]


def test_the_reason_for_a_copy_is_kept_with_who_gave_it(office: Office) -> None:
    office.copy("教育部门另需一份")

    with office.house.database.reading() as session:
        task = session.query(HumanTask).filter_by(element_id="copy_application").one()
        said = result_of(office.house.platform.vault, task)
    assert (task.completed_by, said) == (REPORTER, {"number": F1, "words": "教育部门另需一份"})


def test_only_the_report_post_makes_copies(office: Office) -> None:
    for who in (SUPERVISOR_1, "A001", "K001"):
        with pytest.raises(NotAuthorised):
            office.copy(who=who)


def confirm(office: Office, number: str) -> None:
    """The unit has got this one."""
    digest = office.report(number).file_digest
    receipt = {"sha256": digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00Z"}
    with office.house.database.transaction() as session:
        confirm_receipt(session, office.house.platform, UNIT_CODE, number, receipt)
    office.house.work()


def test_the_receipt_of_a_copy_does_not_stand_for_the_one_of_the_first(house: House) -> None:
    office = Office(house, is_open=True)
    office.copy()

    confirm(office, SECOND)

    assert office.states() == {F1: "delivered", SECOND: "received"}
    assert office.desk.state == "issued"


def test_the_receipt_of_the_first_closes_the_case_after_a_copy_was_made(any_house: House) -> None:
    office = Office(any_house, is_open=True)
    office.copy()

    confirm(office, F1)

    assert office.states() == {F1: "received", SECOND: "delivered"}
    assert office.desk.state == "closed"


def test_a_copy_under_way_keeps_other_things_from_being_begun(office: Office) -> None:
    office.house.units.failures = [PermanentFailure("http_410")]
    office.copy()

    with pytest.raises(CaseBusy):
        office.copy(number=F1)
    with pytest.raises(CaseBusy):
        office.propose(number=F1)

    with office.house.database.reading() as session:
        (incident,) = incidents(session)
    assert incident.work == "发送核对报告"


def test_the_marker_of_a_voided_copy_is_given_to_the_next(office: Office) -> None:
    office.copy()
    office.void(reissue=False, number=SECOND)

    office.copy(number=F1)

    assert office.states() == {F1: "received", SECOND: "voided", "第32040020261100003aaf2号": "delivered"}


@pytest.mark.clause("M 6.5")
def test_either_original_may_be_disputed(office: Office) -> None:
    office.copy()

    apply_to(office.desk, SECOND)

    assert office.desk.task("recheck_review")


def test_only_the_first_original_that_holds_is_copied(office: Office) -> None:
    office.copy()
    with pytest.raises(ReportNotCurrent):
        office.copy(number=SECOND)

    number = recheck(office.desk, F1)
    with pytest.raises(ReportNotCurrent):
        office.copy(number=F1)

    assert number == S.replace("00002", "00003")
    assert office.copy(number=number) == 2


def test_a_report_is_not_copied_when_something_was_computed_since(office: Office) -> None:
    office.house.clock.pass_time(hours=1)
    with office.house.database.transaction() as session:
        session.execute(update(EvaluationRecord).values(computed_at=office.house.clock.now()))

    with pytest.raises(ResultsChanged):
        office.copy()
