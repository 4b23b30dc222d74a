"""A case halted for what nobody has declared, supplemented, continued and reported (MZ/T 072-2016 6.3)."""

import pytest
from playwright.sync_api import expect

from engine.domain.posts import ACCEPTANCE, CERTIFICATION
from tests.browser.application import COURIER, COURIER_PHONE, a_scan
from tests.browser.cases import Brought, bring
from tests.browser.clerk import Clerk
from tests.browser.conftest import Hire
from tests.browser.office import fetch_report, open_case, review, submit, take
from tests.browser.stage import Stage
from tests.browser.typing import choose, enclose, group, write


def instruct(clerk: Clerk, case: Brought, answer: str, **more: str) -> None:
    today = str(case.application.received_on)
    take(clerk, "登记委托单位要求", case.case_no)
    choose(clerk.page, "委托单位要求", answer)
    write(clerk.page, {"来函日期": today, "委托单位经办人": COURIER, **more})
    submit(clerk)


def supplement(clerk: Clerk, case: Brought) -> None:
    take(clerk, "登记补充材料", case.case_no)
    choose(clerk.page, "递交方式", "专人送交")
    today = str(case.application.received_on)
    write(clerk.page, {"收件日期": today, "送件人姓名": COURIER, "送件人联系电话": COURIER_PHONE})
    row = group(clerk.page, "补充材料 1")
    write(row, {"材料名称": "婚姻状况说明", "份数": 1})
    enclose(row, "扫描件", a_scan("婚姻状况说明"))
    submit(clerk)


@pytest.mark.clause("M 6.3 c")
def test_a_case_is_halted_supplemented_and_continued(stage: Stage, hire: Hire) -> None:
    case = bring(stage, "suspended", "WT-SUSPENSION")
    first, second = hire("H-A1", ACCEPTANCE), hire("H-A2", ACCEPTANCE)
    certifier = hire("H-C1", CERTIFICATION)
    for clerk in (first, second, certifier):
        clerk.go("/")

    review(first, "第一次审核", case.case_no)
    review(second, "第二次审核", case.case_no)
    instruct(certifier, case, "补充材料后继续核对", 补充材料期限=str(case.application.received_on))
    open_case(certifier, case.case_no)
    expect(certifier.page.get_by_text("等待委托单位答复")).to_be_visible()
    supplement(first, case)
    instruct(certifier, case, "继续核对")
    _, report = fetch_report(certifier, case.case_no)

    assert report.startswith(b"%PDF")
