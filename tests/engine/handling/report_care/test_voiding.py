"""A report is voided by two people: the number stays taken, the unit is told, another may replace it."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from engine.domain.authority import NotAuthorised
from engine.domain.errors import NotFound, ReportVoided, ReviewerMustDiffer
from engine.domain.recheck import DisputedItem
from engine.domain.report_care import Voiding, VoidReason
from engine.handling.messages import confirm_receipt
from engine.handling.rechecking import RecheckUnderWay, apply_for_recheck
from engine.handling.report_care.standing import (
    CaseBusy,
    ReportNotCurrent,
    ReportNotReady,
    ResultsChanged,
)
from engine.handling.report_care.voiding import CopyNotReissued, propose_voiding
from engine.handling.status import status_of
from engine.ports import PermanentFailure, TemporaryFailure
from engine.store.instances import ExpectedMessage
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.reports import Report, void_reason_of
from engine.supervision.waiting import incidents
from tests.builders import a_commission
from tests.engine.handling.desk import FIRST
from tests.engine.handling.report_care.office import (
    F1,
    F2,
    F3,
    REPORTER,
    SUPERVISOR_1,
    SUPERVISOR_2,
    WORDS,
    Office,
)
from tests.engine.handling.test_rechecking import APPLICATION, S, apply_to, recheck
from tests.engine.house import UNIT_CODE, House
from tests.staff import the_person


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


@pytest.mark.clause("M B.1 d", "M 6.4 a", "M 6.4 b", "M 6.4 c")
def test_a_voided_report_is_issued_again_under_a_new_number_and_filed_again(any_house: House) -> None:
    office = Office(any_house)

    office.void()
    office.desk.confirm()

    assert office.states() == {F1: "voided", F2: "received"}
    assert (office.valid(), office.desk.state) == (F2, "closed")
    assert office.desk.ends() == [("finished", "verification_closed"), ("finished", "report_reissued")]
    assert len(office.audited("case_archived")) == 2


@pytest.mark.clause("M 5.2 d")
def test_the_report_issued_again_says_what_the_voided_one_said(office: Office) -> None:
    office.void()

    first, second = office.house.renderer.rendered
    assert (first.number, second.number) == (F1, F2)
    assert (first.sections, first.overview) == (second.sections, second.overview)
    told = office.told("report.issued")
    assert told[0]["evaluation_digest"] == told[1]["evaluation_digest"]


def test_the_unit_is_told_which_report_does_not_count_and_which_replaces_it(office: Office) -> None:
    office.void()

    (voided,), issued = office.told("report.voided"), office.told("report.issued")
    assert (voided["report_no"], voided["replaced_by"]) == (F1, F2)
    assert (voided["reason"], voided["message"]) == ("layout", WORDS)
    assert [one["replaces"] for one in issued] == [None, F1]


def test_voided_without_another_no_report_holds(office: Office) -> None:
    office.void(reissue=False)

    assert office.states() == {F1: "voided"}
    assert (office.valid(), office.desk.state) == (None, "closed")
    (voided,) = office.told("report.voided")
    assert voided["replaced_by"] is None
    with office.house.database.reading() as session:
        assert status_of(session, UNIT_CODE, office.desk.number).report_no is None


def test_what_was_refused_changes_nothing(office: Office) -> None:
    office.propose()
    office.decide(agreed=False)

    assert (office.states(), office.valid()) == ({F1: "received"}, F1)
    assert office.told("report.voided") == []
    assert office.desk.ends()[-1] == ("finished", "report_kept")


def test_the_number_of_a_voided_report_is_never_given_again(office: Office) -> None:
    office.void()
    office.desk.confirm()
    office.void()

    assert list(office.states()) == [F1, F2, F3]
    assert office.states()[F2] == "voided"


@pytest.mark.clause("M 5.2 d")
def test_nobody_confirms_what_he_has_proposed_himself(office: Office) -> None:
    office.propose(who=SUPERVISOR_1)

    with pytest.raises(ReviewerMustDiffer):
        office.decide(who=SUPERVISOR_1)
    office.decide(who=SUPERVISOR_2)

    assert office.states()[F1] == "voided"
    assert office.audited("report_voided")[0].actor == SUPERVISOR_2


@pytest.mark.parametrize("who", ["A001", "C001", "K001", "nobody"])
def test_other_posts_propose_nothing(office: Office, who: str) -> None:
    with pytest.raises(NotAuthorised):
        office.propose(who=who)


def test_the_reason_is_kept_sealed_with_who_decided(office: Office) -> None:
    office.void(reissue=False)

    report, vault = office.report(), office.house.platform.vault
    with office.house.database.reading() as session:
        row = session.get_one(Report, report.id)
        reason = void_reason_of(session, vault, report)
    assert (reason.code, reason.words) == ("layout", WORDS)
    assert row.voided_by == SUPERVISOR_1
    assert WORDS.encode() not in (row.void_reason or b"")
    assert WORDS not in str([event.facts for event in office.audited("report_voided")])


def test_whoever_waited_for_the_receipt_of_a_voided_report_waits_no_more(any_house: House) -> None:
    office = Office(any_house, is_open=True)

    office.void()

    assert office.desk.ends() == [("finished", "report_voided"), ("running", None)]
    with any_house.database.reading() as session:
        (expected,) = session.scalars(select(ExpectedMessage))
        assert incidents(session) == []
    assert expected.name == "receipt"
    office.desk.confirm()
    assert (office.states(), office.desk.state) == ({F1: "voided", F2: "received"}, "closed")


def test_voided_before_its_receipt_and_not_replaced_the_case_is_filed_and_closed(house: House) -> None:
    office = Office(house, is_open=True)

    office.void(reissue=False)

    assert office.desk.state == "closed"
    assert len(office.audited("case_archived")) == 1


def test_the_receipt_of_a_voided_report_is_refused(house: House) -> None:
    office = Office(house, is_open=True)
    digest = office.report().file_digest
    office.void()

    receipt = {"sha256": digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00Z"}
    with house.database.transaction() as session, pytest.raises(ReportVoided):
        confirm_receipt(session, house.platform, UNIT_CODE, F1, receipt)

    assert office.states() == {F1: "voided", F2: "delivered"}


def test_the_receipt_of_a_voided_report_is_not_taken_for_the_next(any_house: House) -> None:
    """It came while nobody waited for it yet: the delivery had stopped, the unit has fetched the file."""
    any_house.units.failures = [PermanentFailure("http_410")]
    office = Office(any_house, is_open=True)
    office.propose()
    digest = office.report().file_digest
    receipt = {"sha256": digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00Z"}
    with any_house.database.transaction() as session:
        confirm_receipt(session, any_house.platform, UNIT_CODE, F1, receipt)

    office.decide()

    assert office.states() == {F1: "voided", F2: "delivered"}
    assert (office.desk.state, office.desk.ends()[-1]) == ("issued", ("running", None))
    office.desk.confirm()
    assert (office.states()[F2], office.desk.state) == ("received", "closed")


def test_a_receipt_closes_the_case_while_a_proposal_waits(house: House) -> None:
    office = Office(house, is_open=True)
    office.propose()

    office.desk.confirm()

    assert office.desk.state == "closed"


def test_a_report_whose_delivery_has_stopped_is_voided_and_nothing_is_left_over(any_house: House) -> None:
    any_house.units.failures = [PermanentFailure("http_410")]
    office = Office(any_house, is_open=True)

    office.void()

    assert office.states() == {F1: "voided", F2: "delivered"}
    with any_house.database.reading() as session:
        assert incidents(session) == []
        stopped = select(OutboxRow.id).where(OutboxRow.state == OutboxState.INCIDENT)
        assert list(session.scalars(stopped)) == []


def test_the_report_issued_again_is_voided_before_its_receipt_too(house: House) -> None:
    office = Office(house)
    office.void()

    office.void()
    office.desk.confirm()

    assert office.states() == {F1: "voided", F2: "voided", F3: "received"}
    assert [end for _, end in office.desk.ends()] == [
        "verification_closed",
        "report_voided",
        "report_reissued",
    ]


def test_while_nobody_has_decided_nothing_else_is_begun(office: Office) -> None:
    office.propose()

    with pytest.raises(CaseBusy):
        office.propose()
    with pytest.raises(CaseBusy):
        office.copy()
    with pytest.raises(RecheckUnderWay):
        apply_to(office.desk, F1)

    office.decide(agreed=False)
    apply_to(office.desk, F1)


def test_a_proposal_that_waits_is_no_incident_of_a_closed_case(any_house: House) -> None:
    office = Office(any_house)

    office.propose()

    with any_house.database.reading() as session:
        assert incidents(session) == []


@pytest.mark.clause("M 6.5")
def test_a_voided_report_is_not_checked_again(office: Office) -> None:
    office.void(reissue=False)

    with pytest.raises(ReportVoided):
        apply_to(office.desk, F1)


@pytest.mark.clause("M 6.5")
def test_the_report_that_replaced_a_voided_one_is_checked_again(office: Office) -> None:
    office.void()
    office.desk.confirm()

    number = recheck(office.desk, F2)

    assert number == "第32040020261100003aas1号"
    assert office.valid() == number


@pytest.mark.clause("M 6.5")
def test_a_voided_recheck_does_not_bring_back_what_it_had_replaced(office: Office) -> None:
    recheck(office.desk, F1)

    office.void(reissue=False)

    assert office.states() == {F1: "received", S: "voided"}
    assert office.valid() is None


@pytest.mark.clause("M 6.5")
def test_a_recheck_issued_again_tells_again_what_it_has_found(office: Office) -> None:
    recheck(office.desk, F1)

    office.void()

    second, third = office.told("report.issued")[1:]
    assert (third["recheck"], third["replaces"]) == (second["recheck"], S)


def test_a_report_that_was_replaced_is_not_voided(office: Office) -> None:
    recheck(office.desk, F1)

    with pytest.raises(ReportNotCurrent):
        office.propose(number=F1)


def test_while_it_is_checked_again_a_report_is_not_voided(office: Office) -> None:
    apply_to(office.desk, F1)

    with pytest.raises(CaseBusy):
        office.propose()


@pytest.mark.clause("M 5.2 d")
def test_what_was_computed_since_keeps_a_report_from_being_issued_again_as_it_was(office: Office) -> None:
    office.house.clock.pass_time(hours=1)
    office.desk.marry_somebody_undeclared()
    marriage = replace(APPLICATION, rows=(DisputedItem(F1, "MZ02", "婚姻登记有误"),))
    with office.house.database.transaction() as session:
        apply_for_recheck(session, office.house.platform, UNIT_CODE, marriage, "A003")
    office.house.work()
    office.desk.do("recheck_review", FIRST, recheck_accepted=True)
    office.desk.instruct("withdraw")

    with pytest.raises(ResultsChanged):
        office.propose(reissue=True)
    office.void(reissue=False)

    assert office.states() == {F1: "voided"}


def test_a_report_that_is_still_being_made_is_not_voided(house: House) -> None:
    office = Office(house, is_open=True)
    with house.database.transaction() as session:
        session.get_one(Report, office.report().id).file_digest = None

    with pytest.raises(ReportNotReady):
        office.propose()


def test_a_report_of_another_case_is_not_found(office: Office) -> None:
    office.house.receive(a_commission(number="WT-2"))
    office.house.work()
    person, voiding = the_person(office.house, REPORTER), Voiding(VoidReason.LAYOUT, WORDS, reissue=True)

    for case_id, report_id in ((1, 2), (2, 1), (77, 1), (1, 77)):
        with office.house.database.transaction() as session, pytest.raises(NotFound):
            propose_voiding(session, office.house.platform, person, case_id, report_id, voiding)


def test_telling_the_unit_is_tried_again(office: Office) -> None:
    office.house.units.failures = [TemporaryFailure("timeout")]

    office.void()
    before = office.told("report.voided")
    office.house.clock.pass_time(minutes=1)
    office.house.work()

    assert before == []
    assert len(office.told("report.voided")) == 1
    assert office.states() == {F1: "voided", F2: "delivered"}


def test_a_further_copy_is_voided_alone_and_not_issued_again(office: Office) -> None:
    office.copy()
    copy = office.report()

    with pytest.raises(CopyNotReissued):
        office.propose(number=copy.number)
    office.void(reissue=False, number=copy.number)

    assert office.states() == {F1: "received", copy.number: "voided"}
    assert (office.valid(), office.desk.state) == (F1, "closed")
    assert office.desk.ends()[-1] == ("finished", "copy_voided")
    assert len(office.audited("case_archived")) == 1
    assert office.audited("voiding_proposed")[0].actor == REPORTER


@pytest.mark.clause("M B.1 g")
def test_further_copies_go_with_their_original(any_house: House) -> None:
    office = Office(any_house)
    office.copy()
    copy = office.report()

    office.void(reissue=False, number=F1)

    assert office.states() == {F1: "voided", copy.number: "voided"}
    (told,) = office.told("report.voided")
    assert (told["report_no"], told["also_voided"]) == (F1, [copy.number])


@pytest.mark.clause("M B.1 g")
def test_a_copy_whose_voiding_was_never_told_is_told_with_its_original(office: Office) -> None:
    office.copy()
    copy = office.report()
    office.house.units.failures = [TemporaryFailure("away")] * 3
    office.void(reissue=False, number=copy.number)
    office.house.units.failures = []

    office.void(reissue=False, number=F1)

    assert [(told["report_no"], told["also_voided"]) for told in office.told("report.voided")] == [
        (F1, [copy.number])
    ]
