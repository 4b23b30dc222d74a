"""Papers returned to the unit, mended, brought again and accepted (MZ/T 072-2016 6.1 c)."""

import pytest
from playwright.sync_api import expect

from engine.domain.posts import ACCEPTANCE, FRONT_DESK
from tests.browser.application import COURIER, COURIER_PHONE, a_scan
from tests.browser.cases import bring
from tests.browser.conftest import Hire
from tests.browser.office import find, open_case, review, submit, take
from tests.browser.stage import Stage
from tests.browser.typing import choose, enclose, group, write

REASON = "缺少有效身份证件复印件"


@pytest.mark.clause("M 6.1 c")
def test_papers_are_returned_mended_and_reviewed_anew(stage: Stage, hire: Hire) -> None:
    case = bring(stage, "ordinary", "WT-RETURN")
    desk, first, second = hire("R-F1", FRONT_DESK), hire("R-A1", ACCEPTANCE), hire("R-A2", ACCEPTANCE)
    for clerk in (desk, first, second):
        clerk.go("/")
    today = str(case.application.received_on)

    review(first, "第一次审核", case.case_no)
    take(second, "第二次审核", case.case_no)
    choose(second.page, "审核结论", "不通过")
    choose(second.page, "不通过的原因", REASON)
    submit(second)
    take(first, "填写退回原因", case.case_no)
    choose(first.page, "不予接受的原因", REASON)
    choose(first.page, "退回方式", "交送件人带回")
    write(first.page, {"退回日期": today, "领取人姓名": COURIER})
    submit(first)
    take(desk, "登记补正材料", case.case_no)
    choose(desk.page, "递交方式", "专人送交")
    write(desk.page, {"收件日期": today, "送件人姓名": COURIER, "送件人联系电话": COURIER_PHONE})
    row = group(desk.page, "补充材料 1")
    write(row, {"材料名称": "身份证件复印件", "份数": 1})
    enclose(row, "扫描件", a_scan("身份证件复印件"))
    submit(desk)

    find(second, "第一次审核", case.case_no)
    open_case(second, case.case_no)
    second.page.get_by_role("link", name="时间线").click()
    for step in ("填写退回原因", "登记补正材料"):
        expect(second.page.get_by_text(step).first).to_be_visible()
    review(first, "第一次审核", case.case_no)
    review(second, "第二次审核", case.case_no)
    expect(second.page.get_by_role("heading", name="我的待办")).to_be_visible()
