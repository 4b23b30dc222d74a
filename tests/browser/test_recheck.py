"""A report disputed once, twice, and no third time (MZ/T 072-2016 6.5, Annex B f)."""

import pytest
from playwright.sync_api import expect

from engine.domain.posts import ACCEPTANCE, CERTIFICATION, FRONT_DESK
from engine.domain.recheck import NoFurtherRecheck
from tests.browser.application import COURIER, COURIER_PHONE
from tests.browser.cases import Application, an_application_to, send
from tests.browser.clerk import Clerk
from tests.browser.conftest import Hire
from tests.browser.office import confirm_receipts, decide, fetch_report, open_case
from tests.browser.stage import Stage
from tests.browser.typing import group, pick, tick, write
from tests.browser.waiting import come_back_until
from web.demo.town import UNIT_NAME

NEXT = "下一步：核对后登记"
DISPUTED_ITEM = "RS01"


def fill_in(clerk: Clerk, application: Application, report_no: str) -> None:
    """The form of Annex F."""
    page = clerk.page
    page.get_by_role("link", name="登记", exact=True).click()
    page.get_by_role("link", name="复核申请").click()
    write(
        page,
        {
            "单位名称": UNIT_NAME,
            "联系人": COURIER,
            "联系电话": COURIER_PHONE,
            "联系人证件号码": application.head["id_no"],
            "通讯地址": "示例市天宁区",
            "经办人姓名": COURIER,
            "申请日期": application.received_on,
        },
    )
    row = group(page, "复核内容 1")
    write(row, {"核对编号": report_no, "复核原因": "工资与申报不符"})
    pick(row, "复核数据项", DISPUTED_ITEM)
    tick(page, "经办人已签字", "已加盖复核申请单位公章")
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
        fill_in(desk, application, number)
        desk.page.get_by_role("button", name="确认登记").click()
        if nature != "t":
            expect(desk.page.get_by_text("复核申请已登记")).to_be_visible()
            decide(reviewer, "审查复核申请", case_no, "审查结论", "接受复核")

    assert [number[-3] for number in numbers] == ["f", "s", "t"]
    expect(desk.page.get_by_text(NoFurtherRecheck.message()).first).to_be_visible()
