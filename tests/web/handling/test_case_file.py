"""The case file in a browser: every page empty and full, masked until a reason is given, its own files."""

import re
from io import BytesIO
from urllib.parse import quote

import pikepdf
import pytest
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from engine.domain.posts import AUDITOR, CERTIFICATION, CONFIDENTIAL, SUPERVISOR
from engine.store.audit import AuditEvent
from engine.store.comments import comments_of
from engine.store.documents import Document
from engine.store.unmasking import unmaskings_of
from tests.builders import a_household
from tests.case_files import ACCOUNT_NO, BALANCE, WAGE, CaseFiles
from tests.door import Door
from tests.staff import a_session, employ
from tests.web.accounts.browser import FORM_TOKEN, Browser
from web.hall import hall

PAGES = ("", "/timeline", "/diagram", "/sources", "/papers", "/calculation", "/access")
NUMBERS = [person.id_no for person in a_household(members=9).persons]
REASON = {"reason": "identity", "words": "与户口簿原件核对"}


@pytest.fixture
def files(door: Door) -> CaseFiles:
    return CaseFiles(door.house)


@pytest.fixture
def supervisor(door: Door) -> Browser:
    return signed_in(door, "S001", SUPERVISOR)


def signed_in(door: Door, name: str, *posts: str) -> Browser:
    employ(door.house, name, *posts)
    browser = Browser(door.app.test_client())
    browser.bring(a_session(door.house, name))
    return browser


def audited(door: Door, action: str) -> list[AuditEvent]:
    with door.house.database.reading() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


def unmask(browser: Browser, case_id: int, kind: str, subject: str, **reason: str) -> TestResponse:
    fields = {"kind": kind, "subject": subject, **(reason or REASON)}
    return browser.send(f"/cases/{case_id}/unmask", f"/cases/{case_id}", **fields)


def a_pdf() -> bytes:
    out = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "kind", ["in_review", "half_way", "suspended", "broken", "unanswered", "closed", "disputed"]
)
def test_every_page_of_a_case_in_any_state_is_there(files: CaseFiles, supervisor: Browser, kind: str) -> None:
    case_id = getattr(files, kind)()

    answers = {page: supervisor.get(f"/cases/{case_id}{page}") for page in PAGES}

    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(PAGES, 200)
    assert all("赵*" in answer.text and "甲区民政局" in answer.text for answer in answers.values())
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers.values())


@pytest.mark.clause("M 5.2 b")
def test_no_page_shows_a_number_or_an_amount_of_the_household(files: CaseFiles, supervisor: Browser) -> None:
    case_id = files.closed()
    cells = ("/sources?person=p1&department=JR", "/sources?person=p1&department=RS")

    text = "".join(supervisor.get(f"/cases/{case_id}{page}").text for page in (*PAGES, *cells))

    plain = text.replace(",", "")
    assert not any(secret in plain for secret in (*NUMBERS, ACCOUNT_NO, BALANCE, WAGE))
    assert "320*************10" in text


def test_a_number_is_shown_in_full_once_after_the_reason_is_on_record(
    door: Door, files: CaseFiles, supervisor: Browser
) -> None:
    case_id = files.in_review()

    answer = unmask(supervisor, case_id, "id_number", "p1")
    after = supervisor.get(f"/cases/{case_id}")

    assert (answer.status_code, NUMBERS[0] in answer.text, NUMBERS[1] in answer.text) == (200, True, False)
    assert answer.headers["Cache-Control"] == "no-store"
    assert NUMBERS[0] not in after.text
    with door.house.database.reading() as session:
        (row,) = unmaskings_of(session, case_id)
    assert (row.account, row.kind, row.subject) == ("S001", "id_number", "p1")


def test_amounts_of_a_cell_and_of_the_calculation_are_shown_for_a_reason(
    files: CaseFiles, supervisor: Browser
) -> None:
    case_id = files.closed()

    cell = unmask(supervisor, case_id, "amount", "p1.JR01").text.replace(",", "")
    calculation = unmask(supervisor, case_id, "amount", "evaluation").text.replace(",", "")

    assert (BALANCE in cell, WAGE in cell, ACCOUNT_NO in cell) == (True, False, False)
    assert WAGE in calculation


@pytest.mark.parametrize(
    "reason", [{"reason": "", "words": "与原件核对"}, {"reason": "identity", "words": "看"}]
)
def test_without_a_reason_nothing_is_shown_and_the_form_says_so(
    door: Door, files: CaseFiles, supervisor: Browser, reason: dict[str, str]
) -> None:
    case_id = files.in_review()

    answer = unmask(supervisor, case_id, "id_number", "p1", **reason)

    assert (answer.status_code, NUMBERS[0] in answer.text) == (400, False)
    assert "查看完整信息应当选择理由" in answer.text
    assert audited(door, "unmasked") == []


@pytest.mark.parametrize(
    ("kind", "subject"),
    [("id_number", "p9"), ("amount", "p1.JR01"), ("name", "p1"), ("id_number", NUMBERS[0]), ("amount", "")],
)
def test_what_is_no_field_of_the_case_gets_on_no_record(
    door: Door, files: CaseFiles, supervisor: Browser, kind: str, subject: str
) -> None:
    case_id = files.in_review()  # nobody has been asked yet

    answer = unmask(supervisor, case_id, kind, subject)

    assert answer.status_code == 404
    assert audited(door, "unmasked") == []


def test_a_post_without_the_right_sees_no_amount(door: Door, files: CaseFiles) -> None:
    case_id = files.closed()

    answer = unmask(signed_in(door, "K001", CONFIDENTIAL), case_id, "amount", "evaluation")

    assert (answer.status_code, WAGE in answer.text.replace(",", "")) == (403, False)


def test_opening_a_case_leaves_one_record_however_many_pages_are_read(
    door: Door, files: CaseFiles, supervisor: Browser
) -> None:
    case_id = files.in_review()

    for page in PAGES:
        supervisor.get(f"/cases/{case_id}{page}")

    assert [(event.actor, event.case_id) for event in audited(door, "case_opened")] == [("S001", case_id)]


def test_a_case_that_is_not_there_leaves_no_record(door: Door, supervisor: Browser) -> None:
    answers = {page: supervisor.get(f"/cases/999{page}").status_code for page in PAGES}

    assert set(answers.values()) == {404}
    assert audited(door, "case_opened") == []


def test_a_report_opens_in_the_browser_under_its_number_and_on_record(
    door: Door, files: CaseFiles, supervisor: Browser
) -> None:
    case_id = files.closed()
    (href,) = set(
        re.findall(r'href="(/cases/\d+/documents/\w+)">第', supervisor.get(f"/cases/{case_id}/papers").text)[
            :1
        ]
    )

    answer = supervisor.get(href)

    assert (answer.status_code, answer.mimetype, answer.data[:5]) == (200, "application/pdf", b"%PDF-")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith("inline")
    assert quote("第32040020261100001aaf1号.pdf") in disposition
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert [event.actor for event in audited(door, "document_opened")] == ["S001"]


def test_an_archive_is_saved_and_never_shown(files: CaseFiles, supervisor: Browser) -> None:
    case_id = files.closed()
    found = re.search(r'href="([^"]+)">[^<]+\.zip<', supervisor.get(f"/cases/{case_id}/papers").text)
    assert found is not None

    answer = supervisor.get(found[1])

    assert (answer.status_code, answer.mimetype) == (200, "application/octet-stream")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_file_of_another_case_is_not_found(door: Door, files: CaseFiles, supervisor: Browser) -> None:
    closed, other = files.closed(), files.in_review()
    with door.house.database.reading() as session:
        digest = session.scalars(select(Document.digest).where(Document.case_id == closed)).first()

    answer = supervisor.get(f"/cases/{other}/documents/{digest}")

    assert answer.status_code == 404
    assert audited(door, "document_opened") == []


def test_a_comment_with_a_file_stands_in_the_timeline_and_opens(
    door: Door, files: CaseFiles, supervisor: Browser
) -> None:
    case_id = files.in_review()
    token = FORM_TOKEN.search(supervisor.get(f"/cases/{case_id}/timeline").text)
    assert token is not None

    answer = supervisor.client.post(
        f"/cases/{case_id}/comments",
        base_url=supervisor.base,
        data={
            "_form": token[1],
            "words": "已电话确认收件",
            "files": [(BytesIO(a_pdf()), "赵甲的材料.pdf")],
        },
        environ_base={"REMOTE_ADDR": supervisor.address},
    )
    timeline = supervisor.get(f"/cases/{case_id}/timeline").text

    assert answer.status_code == 303
    assert "已电话确认收件" in timeline
    found = re.search(r'href="([^"]+)">附件 1\.pdf</a>', timeline)
    assert found is not None
    assert supervisor.get(found[1]).mimetype == "application/pdf"
    assert "赵甲的材料" not in timeline
    with door.house.database.reading() as session:
        (comment,) = comments_of(session, door.house.platform.vault, case_id)
    assert (comment.author, comment.words) == ("S001", "已电话确认收件")


def test_a_file_that_is_none_is_refused_with_what_was_written(files: CaseFiles, supervisor: Browser) -> None:
    case_id = files.in_review()
    token = FORM_TOKEN.search(supervisor.get(f"/cases/{case_id}/timeline").text)
    assert token is not None

    answer = supervisor.client.post(
        f"/cases/{case_id}/comments",
        base_url=supervisor.base,
        data={"_form": token[1], "words": "见附件", "files": [(BytesIO(b"MZ not a paper"), "a.pdf")]},
        environ_base={"REMOTE_ADDR": supervisor.address},
    )

    assert (answer.status_code, ">见附件</textarea>" in answer.text) == (400, True)
    assert "只接受 PDF、JPEG 和 PNG 文件" in answer.text


def test_an_empty_comment_is_refused_at_its_form(files: CaseFiles, supervisor: Browser) -> None:
    case_id = files.in_review()

    answer = supervisor.send(f"/cases/{case_id}/comments", f"/cases/{case_id}/timeline", words="  ")

    assert (answer.status_code, "请填写备注内容" in answer.text) == (400, True)


def test_the_picture_leads_by_keyboard_to_the_steps_below_it(files: CaseFiles, supervisor: Browser) -> None:
    case_id = files.half_way()

    text = supervisor.get(f"/cases/{case_id}/diagram").text

    links = re.findall(
        r'<a href="#(step-\w+)" class="hd-node hd-node--(\w+)">\s*<title>([^<]+)</title>', text
    )
    assert ("step-query_source", "waiting") in [(target, state) for target, state, _ in links]
    assert all(f'id="{target}"' in text or "gateway" in target for target, _, _ in links)
    titles = {target: title for target, _, title in links}
    assert "19 / 20 已返回" in titles["step-query_source"]
    assert 'href="#step-contact_source"' not in text  # not reached


def test_the_grid_asks_for_itself_again_only_while_answers_are_awaited(
    files: CaseFiles, supervisor: Browser
) -> None:
    waiting, closed = files.half_way(), files.closed()

    moving = supervisor.get(f"/cases/{waiting}/sources").text
    resting = supervisor.get(f"/cases/{closed}/sources").text

    again = re.search(r'hx-get="([^"]+)" hx-trigger="every 30s"', moving)
    assert again is not None
    assert 'hx-trigger="every 30s"' not in resting
    path = again[1].replace("&amp;", "&")
    assert supervisor.get(path).status_code == 204
    changed = supervisor.get(re.sub("seen=[0-9a-f]+", "seen=old", path))
    assert (changed.status_code, "公安部门" in changed.text, "<html" in changed.text) == (200, True, False)


def test_a_page_left_open_stops_asking(door: Door, files: CaseFiles, supervisor: Browser) -> None:
    case_id = files.in_review()
    again = re.search(r'hx-get="([^"]+)"', supervisor.get(f"/cases/{case_id}").text)
    assert again is not None
    door.house.clock.pass_time(minutes=11)

    answer = supervisor.get(again[1].replace("&amp;", "&"))

    assert (answer.status_code, "hx-get" in answer.text) == (200, False)
    assert "已停止自动刷新" in answer.text


def test_cases_are_found_by_their_number_and_listed_with_what_they_wait_for(
    door: Door, files: CaseFiles, supervisor: Browser
) -> None:
    review, closed = files.in_review(), files.closed()

    everything = supervisor.get("/cases").text
    received = supervisor.get("/cases?state=received&first=2026-11-20&last=nonsense").text

    assert f'href="/cases/{review}"' in everything
    assert f'href="/cases/{closed}"' in everything
    assert (f'href="/cases/{review}"' in received, f'href="/cases/{closed}"' in received) == (True, False)
    assert '第一次审核 <span class="hd-count">受理岗' in received


def test_a_person_is_found_by_a_form_and_never_by_an_address(
    door: Door, files: CaseFiles, supervisor: Browser
) -> None:
    case_id = files.in_review()

    found = supervisor.send("/cases", id_no=f" {NUMBERS[1].lower()} ")
    unknown = supervisor.send("/cases", id_no="320402190001010000")

    assert f'href="/cases/{case_id}"' in found.text
    assert NUMBERS[1] not in found.text
    assert "没有符合条件的案件" in unknown.text
    facts = [event.facts for event in audited(door, "cases_searched_by_id_number")]
    assert facts == [{"cases": [case_id]}, {"cases": []}]


def test_the_auditor_reads_the_access_log_and_nothing_of_the_household(door: Door, files: CaseFiles) -> None:
    case_id = files.in_review()
    auditor = signed_in(door, "J001", AUDITOR)

    log = auditor.get(f"/cases/{case_id}/access")
    others = {page: auditor.get(f"/cases/{case_id}{page}").status_code for page in PAGES[:-1]}

    assert (log.status_code, "赵*" in log.text) == (200, False)
    assert set(others.values()) == {403}


def test_who_has_no_part_in_the_case_does_not_read_its_log(door: Door, files: CaseFiles) -> None:
    case_id = files.in_review()
    certifier = signed_in(door, "C009", CERTIFICATION)

    overview, log = certifier.get(f"/cases/{case_id}"), certifier.get(f"/cases/{case_id}/access")

    assert (overview.status_code, f"/cases/{case_id}/access" in overview.text, log.status_code) == (
        200,
        False,
        403,
    )


def test_a_page_takes_as_many_statements_for_nine_members_as_for_one(
    door: Door, files: CaseFiles, supervisor: Browser
) -> None:
    small, large = files.closed(members=1), files.closed(members=9)
    with door.app.app_context():
        engine = hall().database.engine
    statements: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *facts: statements.append(facts[2]))

    def counted(case_id: int, page: str) -> int:
        supervisor.get(f"/cases/{case_id}{page}")
        statements.clear()
        assert supervisor.get(f"/cases/{case_id}{page}").status_code == 200
        return len(statements)

    few = {page: counted(small, page) for page in PAGES}
    many = {page: counted(large, page) for page in PAGES}

    assert many == few
    assert max(many.values()) <= 20
