"""A report disputed once, twice, and no third time (MZ/T 072-2016 6.5, Annex B f)."""

import pytest
from playwright.sync_api import expect

from engine.domain.posts import ACCEPTANCE, CERTIFICATION, FRONT_DESK
from engine.domain.recheck import NoFurtherRecheck
from tests.browser.application import Application
from tests.browser.cases import an_application_to, send
from tests.browser.clerk import Clerk
from tests.browser.conftest import Hire
from tests.browser.letters import type_recheck
from tests.browser.office import confirm_receipts, decide, fetch_report, open_case
from tests.browser.stage import Stage
from tests.browser.waiting import come_back_until

NEXT = "下一步：核对后登记"


def apply_for_recheck(clerk: Clerk, application: Application, report_no: str) -> None:
    page = clerk.page
    page.get_by_role("link", name="登记", exact=True).click()
    page.get_by_role("link", name="复核申请").click()
    type_recheck(page, application, report_no)
    page.get_by_role("button", name=NEXT).click()


def confirm_until_closed(stage: Stage, clerk: Clerk, case_no: str) -> None:
    """The unit confirms what it has got as soon as it has got it."""
    open_case(clerk, case_no)
    closed = clerk.page.get_by_role("definition").filter(has_text="已办结")
    come_back_until(clerk.page, closed, meanwhile=lambda: confirm_receipts(stage))


@pytest.mark.clause("M 6.5", "M B.1 f")
def test_a_report_is_rechecked_twice_and_the_third_application_refused(stage: Stage, hire: Hire) -> None:
    application = an_application_to(stage, "ordinary", "WT-RECHECK")
    case_no = send(stage, "ordinary", "WT-RECHECK").case_no
    desk, reviewer = hire("RC-F1", FRONT_DESK), hire("RC-A1", ACCEPTANCE)
    certifier = hire("RC-C1", CERTIFICATION)
    for clerk in (desk, reviewer, certifier):
        clerk.go("/")
    numbers = []

    for nature in ("f", "s", "t"):
        number, _ = fetch_report(certifier, case_no, nature)
        numbers.append(number)
        confirm_until_closed(stage, certifier, case_no)
        apply_for_recheck(desk, application, number)
        if nature != "t":  # a third is refused before it is looked over
            desk.page.get_by_role("button", name="确认登记").click()
            expect(desk.page.get_by_text("复核申请已登记")).to_be_visible()
            decide(reviewer, "审查复核申请", case_no, "审查结论", "接受复核")

    assert [number[-3] for number in numbers] == ["f", "s", "t"]
    expect(desk.page.get_by_text(NoFurtherRecheck.message()).first).to_be_visible()
