"""The reports of a case in a browser: shown with their register, printed, copied, voided."""

import pytest
from werkzeug.test import TestResponse

from engine.domain.posts import CERTIFICATION
from tests.builders import a_commission
from tests.door import Door
from tests.engine.handling.report_care.office import F1, F2, REPORTER, SUPERVISOR_1, WORDS, Office
from tests.staff import a_session, employ
from tests.web.accounts.browser import Browser

WHY = "归档需要纸质件"


@pytest.fixture
def office(door: Door) -> Office:
    return Office(door.house)


@pytest.fixture
def reporter(door: Door, office: Office) -> Browser:
    return signed_in(door, REPORTER)


def signed_in(door: Door, name: str) -> Browser:
    browser = Browser(door.app.test_client())
    browser.bring(a_session(door.house, name))
    return browser


def page(browser: Browser) -> str:
    return browser.get("/cases/1/reports").text


def send(browser: Browser, act: str, report_id: int = 1, **fields: str) -> TestResponse:
    return browser.send(f"/cases/1/reports/{report_id}/{act}", "/cases/1/reports", **fields)


@pytest.mark.clause("M 5.2 e")
def test_the_page_shows_each_report_with_its_proof_and_its_register(
    office: Office, reporter: Browser
) -> None:
    report = office.report()

    shown = page(reporter)

    for text in (F1, report.sm3, report.file_digest, report.signer, report.check_code):
        assert str(text) in shown
    assert "发送委托单位" in shown
    assert "已收到回执" in shown
    assert 'aria-current="page">核对报告' in shown


@pytest.mark.clause("M 5.2 e")
def test_a_print_is_handed_out_after_it_is_in_the_register(office: Office, reporter: Browser) -> None:
    answer = send(reporter, "print", words=WHY, count="2")

    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    release = office.releases()[-1]
    assert (release.kind, release.who, release.copies) == ("printed", REPORTER, 2)
    shown = page(reporter)
    assert WHY in shown
    assert "2 份" in shown


@pytest.mark.parametrize(
    ("act", "fields", "problem"),
    [
        ("print", {"words": "短", "count": "1"}, "应当用 4 至 200 字写明理由"),
        ("print", {"words": WHY, "count": "0"}, "打印份数应当是 1 至 20"),
        ("print", {"words": WHY, "count": "21"}, "打印份数应当是 1 至 20"),
        ("print", {"words": WHY, "count": "二"}, "打印份数应当是 1 至 20"),
        ("copy", {"words": "x" * 201}, "应当用 4 至 200 字写明理由"),
        ("void", {"words": WORDS, "reason": ""}, "请选择作废的原因"),
        ("void", {"words": WORDS, "reason": "not_issued"}, "请选择作废的原因"),
        ("void", {"words": "", "reason": "layout"}, "应当用 4 至 200 字写明理由"),
    ],
)
def test_what_is_wrong_is_said_at_the_form_and_nothing_has_happened(
    office: Office, reporter: Browser, act: str, fields: dict[str, str], problem: str
) -> None:
    answer = send(reporter, act, **fields)

    assert answer.status_code == 400
    assert problem in answer.text
    assert fields["words"] in answer.text
    assert [one.kind for one in office.releases()] == ["delivered"]
    assert office.states() == {F1: "received"}
    assert len(office.desk.ends()) == 1


@pytest.mark.clause("M B.1 g")
def test_a_further_copy_is_asked_for_and_made(door: Door, office: Office, reporter: Browser) -> None:
    answer = send(reporter, "copy", words="教育部门另需一份")
    door.house.work()

    assert answer.status_code == 303
    assert "第 2 份" in page(reporter)
    assert len(office.states()) == 2


@pytest.mark.clause("M 6.4 a", "M B.1 d")
def test_voided_and_issued_again_by_two_people(door: Door, office: Office, reporter: Browser) -> None:
    proposed = send(reporter, "void", words=WORDS, reason="layout", reissue="yes")
    waiting = page(reporter)
    office.decide()

    assert proposed.status_code == 303
    assert "等待督查主任审定" in waiting
    assert "加开一份" not in waiting
    shown = page(reporter)
    assert f"已重新出具：{F2}" in shown
    assert WORDS in shown


def test_the_supervisor_sees_on_the_task_what_is_to_be_voided_and_why(
    door: Door, office: Office, reporter: Browser
) -> None:
    send(reporter, "void", words=WORDS, reason="layout", reissue="yes")
    task = office.desk.task("confirm_void")

    shown = signed_in(door, SUPERVISOR_1).get(f"/tasks/{task.id}").text

    assert F1 in shown
    assert WORDS in shown
    assert "版式、印章或者签名有误" in shown


@pytest.mark.clause("M 5.2 e")
def test_other_posts_see_no_reason_and_no_button(door: Door, office: Office, reporter: Browser) -> None:
    send(reporter, "print", words=WHY, count="1")
    employ(door.house, "C009", CERTIFICATION)

    shown = page(signed_in(door, "C009"))

    assert F1 in shown
    assert WHY not in shown
    assert "无权查看" in shown
    assert "登记并打开" not in shown
    assert 'name="reissue"' not in shown


def test_a_case_without_a_report_says_so(door: Door, office: Office, reporter: Browser) -> None:
    door.house.receive(a_commission(number="WT-2"))

    assert "尚未出具" in reporter.get("/cases/2/reports").text


def test_a_report_under_another_case_is_not_found(office: Office, reporter: Browser) -> None:
    assert send(reporter, "print", report_id=77, words=WHY, count="1").status_code == 404
    answer = reporter.send("/cases/77/reports/1/print", "/cases/1/reports", words=WHY, count="1")
    assert answer.status_code == 404
