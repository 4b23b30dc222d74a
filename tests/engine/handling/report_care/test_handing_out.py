"""The register of copies: delivered, printed, fetched; each with who, when and how many (5.2 e)."""

from datetime import timedelta

import pytest

from engine.domain.authority import NotAuthorised
from engine.domain.errors import NotFound, ReportVoided
from engine.domain.posts import CERTIFICATION
from engine.handling.case_file.reading import read_case_file
from engine.handling.report_care.handing_out import (
    DownloadExpired,
    DownloadVoided,
    HeldFile,
    ReportUnreadable,
    file_for_unit,
    file_to_print,
    read_held,
    register_download,
    register_printing,
)
from engine.handling.report_care.notice import ReportNotice, notice_for_unit
from engine.handling.report_care.register import ReportCard, reports_page
from engine.store.releases import reason_of_release
from tests.engine.handling.report_care.office import F1, F2, REPORTER, SUPERVISOR_1, WORDS, Office
from tests.engine.house import UNIT_CODE, House
from tests.staff import employ, the_person

WHY = "归档需要纸质件"


@pytest.fixture
def office(house: House) -> Office:
    return Office(house)


def print_it(office: Office, copies: int = 1, words: str = WHY, who: str = REPORTER) -> None:
    person, report = the_person(office.house, who), office.report()
    with office.house.database.transaction() as session:
        platform = office.house.platform
        register_printing(session, platform, person, report.case_id, report.id, copies, words)


def fetch(office: Office, number: str = F1, unit: str = UNIT_CODE) -> HeldFile:
    with office.house.database.reading() as session:
        file = file_for_unit(session, office.house.platform, unit, number)
    with office.house.database.transaction() as session:
        register_download(session, office.house.platform, unit, file)
    return file


def told(office: Office, number: str = F1, unit: str = UNIT_CODE) -> ReportNotice:
    with office.house.database.reading() as session:
        return notice_for_unit(session, office.house.platform, unit, number)


def cards(office: Office, who: str) -> tuple[ReportCard, ...]:
    with office.house.database.reading() as session:
        file = read_case_file(session, office.house.platform, office.desk.case().id)
        return reports_page(file, the_person(office.house, who)).cards


@pytest.mark.clause("M 5.2 e", "M 6.4 b")
def test_the_delivery_is_in_the_register(any_house: House) -> None:
    office = Office(any_house)

    (release,) = office.releases()

    assert (release.kind, release.who, release.copies) == ("delivered", f"unit:{UNIT_CODE}", 1)
    assert release.at == any_house.clock.now()


@pytest.mark.clause("M 5.2 e")
def test_a_print_is_in_the_register_with_its_reason_sealed(any_house: House) -> None:
    office = Office(any_house)

    print_it(office, copies=3)

    release = office.releases()[-1]
    assert (release.kind, release.who, release.copies) == ("printed", REPORTER, 3)
    assert WHY.encode() not in (release.reason or b"")
    assert reason_of_release(any_house.platform.vault, release) == WHY
    (event,) = office.audited("report_printed")
    assert (event.actor, event.facts["copies"]) == (REPORTER, 3)
    assert WHY not in str(event.facts)


def test_a_second_click_is_one_print_and_a_later_wish_another(office: Office) -> None:
    print_it(office)
    office.house.clock.pass_time(seconds=2)
    print_it(office)
    print_it(office, copies=2)
    office.house.clock.pass_time(minutes=1)
    print_it(office)

    assert [one.copies for one in office.releases() if one.kind == "printed"] == [1, 2, 1]
    assert cards(office, REPORTER)[0].printed == 4


@pytest.mark.clause("M 5.2 e")
@pytest.mark.parametrize("who", ["A001", "C001", "E001", "F001"])
def test_other_posts_print_no_report(office: Office, who: str) -> None:
    with pytest.raises(NotAuthorised):
        print_it(office, who=who)

    with office.house.database.transaction() as session, pytest.raises(NotAuthorised):
        file_to_print(session, the_person(office.house, who), 1, office.report().id)


def test_a_voided_report_is_not_printed_any_more(office: Office) -> None:
    office.void(reissue=False)

    with pytest.raises(ReportVoided):
        print_it(office)

    assert office.audited("report_printed") == []


@pytest.mark.clause("M 5.2 e")
def test_every_download_of_the_unit_is_in_the_register(any_house: House) -> None:
    office = Office(any_house)

    files = [fetch(office), fetch(office)]

    assert [one.kind for one in office.releases()] == ["delivered", "downloaded", "downloaded"]
    assert read_held(any_house.platform, files[0]).startswith(b"%PDF")
    assert [event.actor for event in office.audited("report_downloaded")] == [f"unit:{UNIT_CODE}"] * 2


def test_a_report_is_fetched_until_its_time_is_over(office: Office) -> None:
    life, clock = office.house.platform.download_life, office.house.clock
    clock.moment = office.report().issued_at + life
    fetch(office)

    clock.pass_time(seconds=1)
    with pytest.raises(DownloadExpired):
        fetch(office)

    assert told(office).expires_at == clock.now() - timedelta(seconds=1)
    assert len(office.audited("report_downloaded")) == 1


def test_a_voided_report_is_not_fetched_whenever_it_was_voided(office: Office) -> None:
    with office.house.database.reading() as session:
        file = file_for_unit(session, office.house.platform, UNIT_CODE, F1)
    office.void()

    with pytest.raises(DownloadVoided):
        fetch(office)
    with office.house.database.transaction() as session, pytest.raises(DownloadVoided):
        register_download(session, office.house.platform, UNIT_CODE, file)

    assert office.audited("report_downloaded") == []
    assert fetch(office, F2).name == f"{F2}.pdf"


@pytest.mark.parametrize(("number", "unit"), [(F1, "320411001"), (F2, UNIT_CODE)])
def test_the_report_of_another_unit_is_like_one_that_does_not_exist(
    office: Office, number: str, unit: str
) -> None:
    with pytest.raises(NotFound):
        fetch(office, number, unit)
    with pytest.raises(NotFound):
        told(office, number, unit)


def test_a_file_that_is_gone_is_said_to_be(office: Office) -> None:
    file = fetch(office)
    office.house.documents.contents.clear()

    with pytest.raises(ReportUnreadable):
        read_held(office.house.platform, file)


def test_the_unit_learns_what_holds_and_what_replaced_it(office: Office) -> None:
    office.copy()
    office.void(number=F1)
    second = office.report().number

    notice = told(office)

    assert (notice.report.state, notice.replaced_by) == ("voided", second)
    assert [(one.copy, one.number) for one in notice.copies] == [(1, second)]  # the further copy went with F1
    assert told(office, second).replaced_by is None


@pytest.mark.clause("M 5.2 e")
def test_the_page_shows_reasons_only_to_those_who_hand_out_reports(office: Office) -> None:
    print_it(office)
    office.void()
    employ(office.house, "C009", CERTIFICATION)

    read, masked = cards(office, SUPERVISOR_1), cards(office, "C009")

    assert [line.reason for line in read[-1].releases] == ["", WHY]
    assert [line.reason for line in masked[-1].releases] == [None, None]
    assert read[-1].voided is not None
    assert masked[-1].voided is not None
    assert (read[-1].voided.words, masked[-1].voided.words) == (WORDS, None)
    assert read[-1].voided.replaced_by == F2


def test_the_page_offers_what_this_person_may_do_now(office: Office) -> None:
    (mine,), (theirs,), (nothing,) = (cards(office, who) for who in (REPORTER, SUPERVISOR_1, "C001"))
    possible = mine.possible
    assert (possible.print, possible.copy, possible.void, possible.reissue) == (True, True, True, True)
    assert (theirs.possible.copy, theirs.possible.void) == (False, True)
    assert not any((nothing.possible.print, nothing.possible.copy, nothing.possible.void))

    office.propose()

    (waiting,) = cards(office, REPORTER)
    assert (waiting.possible.print, waiting.possible.copy, waiting.possible.void) == (True, False, False)
