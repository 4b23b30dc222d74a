"""Papers in a browser: forms to hand out, samples for designers, and what a case has brought about."""

import pytest
from sqlalchemy import select

from engine.domain.posts import ACCEPTANCE
from engine.store.audit import AuditEvent
from tests.builders import a_commission
from tests.door import Door
from tests.engine.house import PAPERS
from tests.engine.paper_definitions.reading import text_of
from tests.staff import a_session, employ
from tests.web.accounts.browser import Browser

FORMS = ("commission_letter", "authorisation_letter", "recheck_application")


def signed_in(door: Door, name: str, *posts: str) -> Browser:
    employ(door.house, name, *posts)
    browser = Browser(door.app.test_client())
    browser.bring(a_session(door.house, name))
    return browser


@pytest.fixture
def clerk(door: Door) -> Browser:
    return signed_in(door, "A001", ACCEPTANCE)


@pytest.mark.clause("J 6.2.1.2")
def test_forms_are_handed_out_blank_and_the_notice_for_each_service(clerk: Browser) -> None:
    page = clerk.get("/papers")

    for key in FORMS:
        answer = clerk.get(f"/papers/{key}.pdf")
        assert answer.mimetype == "application/pdf"
        assert f"/papers/{key}.pdf" in page.text
    notices = {
        code: text_of(clerk.get(f"/papers/one_time_notice.pdf?service={code}").text) for code in ("aa", "ah")
    }
    assert "核对项目：最低生活保障" in notices["aa"]
    assert "自受理之日起10个工作日" in notices["aa"]
    assert "核对项目：临时救助" in notices["ah"]
    assert "自受理之日起5个工作日" in notices["ah"]


def test_a_form_is_shown_in_the_browser_and_not_saved(clerk: Browser) -> None:
    answer = clerk.get("/papers/commission_letter.pdf")

    assert answer.headers["Content-Disposition"].startswith("inline")


def test_designers_look_at_every_paper_with_invented_values(clerk: Browser) -> None:
    page = clerk.get("/papers").text

    for key in PAPERS.keys() - {"report"}:
        assert f"/papers/{key}/preview" in page
        text = text_of(clerk.get(f"/papers/{key}/preview").text)
        assert "样张" in text


@pytest.mark.parametrize(
    "path", ["/papers/return_notice.pdf", "/papers/report/preview", "/papers/x.pdf", "/papers/x/preview"]
)
def test_what_is_no_form_or_no_paper_is_not_found(clerk: Browser, path: str) -> None:
    assert clerk.get(path).status_code == 404


def test_a_service_there_is_not_is_not_found(clerk: Browser) -> None:
    assert clerk.get("/papers/one_time_notice.pdf?service=xx").status_code == 404


def test_the_case_file_lists_its_papers_and_each_opens_on_record(door: Door, clerk: Browser) -> None:
    door.house.receive(a_commission())
    door.house.work()

    page = clerk.get("/cases/1/papers").text
    answer = clerk.get("/cases/1/papers/acceptance_notice?no=1")

    assert "核受字〔2026〕320400202611200000001号" in page
    assert "/cases/1/papers/acceptance_notice?no=1" in page
    assert "/cases/1/papers/commission_letter" in page
    assert answer.mimetype == "application/pdf"
    assert "甲区民政局" in text_of(answer.text)
    with door.house.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "paper_printed")).one()
    assert (event.actor, event.case_id) == ("A001", 1)


def test_papers_stand_in_the_navigation_for_everybody_signed_in(door: Door) -> None:
    browser = signed_in(door, "N001")

    page = browser.get("/papers").text

    assert 'href="/papers" aria-current="page"' in page
