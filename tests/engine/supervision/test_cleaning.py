"""Cleaning of working copies: only what a verified package holds, in its time, repeatable at every point."""

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.domain.archive import find_damage
from engine.handling.case_file.papers import content_of, document_to_open, packages_with
from engine.handling.form_work.drafting import Filled, keep_draft, new_subject, task_subject
from engine.handling.rechecking import apply_for_recheck
from engine.handling.replaying import basis_in_store, replay
from engine.store.documents import Document
from engine.store.drafts import FormDraft
from engine.store.human_tasks import HumanTask
from engine.store.instances import ProcessInstance
from engine.store.outbox import OutboxRow
from engine.supervision.cleaning import (
    Inside,
    due_cleanings,
    look_into,
    take_out,
)
from tests.builders import a_commission
from tests.case_files import CaseFiles
from tests.engine.handling.desk import FIRST, Desk
from tests.engine.handling.packages import contents, newest_package, plain
from tests.engine.handling.report_care.office import SUPERVISOR_1, Office
from tests.engine.handling.test_archiving import LETTER, ORDER, with_scans
from tests.engine.handling.test_rechecking import F, about
from tests.engine.house import FORMS, UNIT_CODE, House
from tests.engine.supervision.cleaned import (
    LATER,
    SCAN,
    a_closed_case,
    actions,
    clean_later,
    cleaning_of,
    complaints,
)
from web.cleaner import clean_due_cases


@pytest.mark.clause("J 5.2.2.3.2")
def test_closing_a_case_says_when_its_working_copies_go(any_house: House) -> None:
    case_id = a_closed_case(any_house)

    row = cleaning_of(any_house, case_id)

    assert row.due_at == any_house.clock.now() + timedelta(days=180)
    assert (row.done_at, row.removed) == (None, None)


def test_nothing_is_cleaned_before_its_time(house: House) -> None:
    case_id = a_closed_case(house)
    house.clock.pass_time(days=179)

    assert clean_due_cases(house.database, house.platform) == 0

    assert SCAN in house.documents.contents
    assert cleaning_of(house, case_id).removed is None


@pytest.mark.clause("J 5.2.2.3.2", "J 5.2.2.2.1")
def test_scans_states_and_results_go_and_the_case_itself_stays(any_house: House) -> None:
    house = any_house
    case_id = a_closed_case(house)
    with house.database.reading() as session:
        kept = set(session.scalars(select(Document.digest).where(Document.kind.in_(("report", "archive")))))

    assert clean_later(house) == 1

    assert kept <= house.documents.contents.keys()
    assert not {SCAN, hashlib.sha256(ORDER).hexdigest()} & house.documents.contents.keys()
    row = cleaning_of(house, case_id)
    assert row.done_at == house.clock.now()
    assert {one["kind"] for one in row.removed or []} == {"scan", "work", "state"}
    assert {"kind": "scan", "digest": SCAN} in (row.removed or [])
    with house.database.reading() as session:
        assert set(session.scalars(select(ProcessInstance.body))) == {b""}
        results = session.execute(select(OutboxRow.operation, OutboxRow.result)).all()
        assert {operation for operation, result in results if result is not None} == {"archive_case"}
        assert replay(basis_in_store(session, house.platform, F)).is_same
    assert actions(house, case_id)[-1] == "case_cleaned"


def test_the_record_of_what_went_has_no_names(house: House) -> None:
    case_id = a_closed_case(house)

    clean_later(house)

    for one in cleaning_of(house, case_id).removed or []:
        assert one.keys() == {"kind", "digest"}
        assert len(str(one["digest"])) == 64


def test_a_second_round_changes_nothing(house: House) -> None:
    case_id = a_closed_case(house)
    clean_later(house)
    before, removed = actions(house, case_id), cleaning_of(house, case_id).removed

    assert clean_later(house) == 0

    assert (actions(house, case_id), cleaning_of(house, case_id).removed) == (before, removed)


def test_a_file_another_case_has_as_well_stays(house: House) -> None:
    a_closed_case(house)
    other = CaseFiles(house, count=10).in_review()
    with_scans(house, other)

    assert clean_later(house) == 1

    assert house.documents.contents[SCAN] == LETTER


def test_a_file_somebody_has_uploaded_and_not_sent_yet_stays(house: House) -> None:
    a_closed_case(house)
    house.clock.moment += LATER
    filled = Filled({}, {SCAN: "letter.pdf"})
    with house.database.transaction() as session:
        form = FORMS["register_submission"]
        keep_draft(session, house.platform, "F001", new_subject(form.key), form, filled)

    clean_due_cases(house.database, house.platform)

    assert house.documents.contents[SCAN] == LETTER


def test_drafts_of_the_case_go_and_those_of_others_stay(house: House) -> None:
    case_id = a_closed_case(house)
    with house.database.transaction() as session:
        task_id = session.scalars(select(HumanTask.id).where(HumanTask.case_id == case_id).limit(1)).one()
        form = FORMS["first_review"]
        for subject in (task_subject(task_id), task_subject(999)):
            keep_draft(session, house.platform, "A001", subject, form, Filled({}, {}))

    clean_later(house)

    with house.database.reading() as session:
        assert list(session.scalars(select(FormDraft.subject))) == ["task:999"]


def test_the_draft_of_what_is_still_to_be_done_stays(house: House) -> None:
    """A closed case whose report is to be voided: another person is deciding about it."""
    office = Office(house)
    office.propose()
    subject, form = task_subject(office.desk.task("confirm_void").id), FORMS["confirm_void"]
    with house.database.transaction() as session:
        keep_draft(session, house.platform, SUPERVISOR_1, subject, form, Filled({}, {}))

    assert clean_later(house) == 1

    with house.database.reading() as session:
        assert list(session.scalars(select(FormDraft.subject))) == [subject]


@pytest.mark.parametrize("harm", ["damage", "lose", "change"])
@pytest.mark.clause("J 5.2.2.2.1")
def test_nothing_goes_while_the_package_is_not_whole(house: House, harm: str) -> None:
    case_id = a_closed_case(house)
    with house.database.reading() as session:
        package = session.scalars(select(Document.digest).where(Document.kind == "archive")).one()
    whole = house.documents.contents[package]
    if harm == "lose":
        del house.documents.contents[package]
    else:
        house.documents.contents[package] = (
            whole[:200] if harm == "damage" else whole.replace(b"PK\3\4", b"PK\4\3", 1)
        )

    assert clean_later(house) == 0

    assert SCAN in house.documents.contents
    assert cleaning_of(house, case_id).removed is None
    (words,) = complaints(house)
    assert "归档包" in words
    assert actions(house, case_id)[-1] == "cleaning_refused"


def test_a_package_that_has_been_mended_is_cleaned_the_next_day(house: House) -> None:
    case_id = a_closed_case(house)
    with house.database.reading() as session:
        package = session.scalars(select(Document.digest).where(Document.kind == "archive")).one()
    whole = house.documents.contents.pop(package)
    clean_later(house)
    house.documents.contents[package] = whole

    too_early = clean_due_cases(house.database, house.platform)
    house.clock.pass_time(days=1)
    in_time = clean_due_cases(house.database, house.platform)

    assert (too_early, in_time) == (0, 1)
    assert complaints(house) == []
    assert actions(house, case_id).count("cleaning_refused") == 1


def test_a_refused_package_does_not_hold_up_the_cases_behind_it(house: House) -> None:
    first, second = a_closed_case(house), CaseFiles(house, count=20).closed()
    with house.database.reading() as session:
        wanted = select(Document.digest).where(Document.kind == "archive", Document.case_id == first)
        house.documents.contents.pop(session.scalars(wanted).one())

    clean_later(house)

    assert cleaning_of(house, first).done_at is None
    assert cleaning_of(house, second).done_at is not None


def test_what_is_not_in_the_package_stays(house: House) -> None:
    """Filed after closing, or changed since: the package does not hold it."""
    case_id = a_closed_case(house)
    late = house.documents.put(b"%PDF-late")
    with house.database.transaction() as session:
        row = {"case_id": case_id, "kind": "attachment", "name": "x", "digest": late, "size": 9}
        session.add(Document(**row, created_at=house.clock.now()))
        session.execute(
            update(OutboxRow).where(OutboxRow.operation == "render_report").values(result={"a": 1})
        )

    clean_later(house)

    assert house.documents.contents[late] == b"%PDF-late"
    with house.database.reading() as session:
        wanted = select(OutboxRow.result).where(OutboxRow.operation == "render_report")
        assert session.scalars(wanted).one() == {"a": 1}


@pytest.mark.clause("M 6.5", "J 5.2.2.3.2")
def test_a_recheck_after_cleaning_works_and_its_package_is_complete(house: House) -> None:
    case_id = a_closed_case(house)
    clean_later(house)
    due_before = cleaning_of(house, case_id).due_at
    files = CaseFiles(house)

    apply(house)
    files.do(case_id, "recheck_review", FIRST, recheck_accepted=True)
    files.confirm(case_id)

    package = newest_package(house)
    assert find_damage(package) == ()
    assert contents(package)["documents/001-scan.pdf"] == LETTER
    assert plain(package, "closing_report.json")["missing"] == []
    row = cleaning_of(house, case_id)
    assert row.due_at > due_before
    assert row.done_at is None
    assert clean_later(house) == 1
    with house.database.reading() as session:
        assert replay(basis_in_store(session, house.platform, F)).is_same
        again = plain(package, "case.json")["reports"][-1]["number"]
        assert replay(basis_in_store(session, house.platform, again)).is_same


def apply(house: House) -> None:
    with house.database.transaction() as session:
        apply_for_recheck(session, house.platform, UNIT_CODE, about(F), "A003")
    house.work()


def test_a_case_opened_again_is_not_cleaned_until_it_is_closed_anew(house: House) -> None:
    case_id = a_closed_case(house)
    apply(house)

    assert clean_later(house) == 0

    assert SCAN in house.documents.contents
    assert cleaning_of(house, case_id).removed is None


def test_a_case_opened_while_its_package_is_examined_keeps_everything(house: House) -> None:
    a_closed_case(house)
    house.clock.moment += LATER
    with house.database.reading() as session:
        (cleaning,) = due_cleanings(session, house.clock.now())
    inside = look_into(house.platform, cleaning)
    assert isinstance(inside, Inside)
    apply(house)

    with house.database.transaction() as session:
        files = take_out(session, house.platform, cleaning, inside)

    assert files is None


@pytest.mark.clause("J 5.2.2.2.1")
def test_a_cleaned_paper_opens_out_of_the_package(house: House) -> None:
    case_id = a_closed_case(house)
    clean_later(house)

    with house.database.reading() as session:
        document = document_to_open(session, case_id, SCAN)
        packages = packages_with(session, document)

    assert content_of(house.platform, document, packages).content == LETTER


def test_a_case_without_a_package_is_never_due(house: House) -> None:
    desk = Desk(house)
    desk.send(a_commission(reviews=()))
    desk.refuse("list_missing")
    house.clock.moment += LATER

    assert clean_due_cases(house.database, house.platform) == 0
    assert complaints(house) == []
