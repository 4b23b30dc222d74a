"""A household from the courier at the front desk to the printed report, by five people of five posts."""

import io

import pypdfium2
import pytest
from playwright.sync_api import expect

from engine.domain.posts import ACCEPTANCE, CERTIFICATION, CONFIDENTIAL, EXCHANGE, FRONT_DESK
from tests.browser.cases import an_application_to
from tests.browser.conftest import Hire
from tests.browser.office import (
    come_to_work,
    decide,
    department_away,
    fetch_report,
    find,
    register,
    review,
)
from tests.browser.stage import Stage
from tests.browser.waiting import come_back_until
from web.demo.town import UNIT_NAME

EMPLOYMENT = "RS"


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    try:
        return "".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


@pytest.mark.clause("J 6.2.2.1 Fig 1")
@pytest.mark.parametrize("script", [True, False], ids=["with script", "without script"])
def test_five_people_of_five_posts_bring_a_household_to_its_report(
    visit: Hire, stage: Stage, script: bool
) -> None:
    sign = "J" if script else "N"
    desk = come_to_work(visit, f"{sign}-F1", FRONT_DESK, script=script)
    first = come_to_work(visit, f"{sign}-A1", ACCEPTANCE, script=script)
    second = come_to_work(visit, f"{sign}-A2", ACCEPTANCE, script=script)
    exchange = come_to_work(visit, f"{sign}-E1", EXCHANGE, script=script)
    certifier = come_to_work(visit, f"{sign}-C1", CERTIFICATION, script=script)
    application = an_application_to(stage, "doubtful", f"WT-MANUAL-{sign}")

    case_no = register(desk, application)
    with department_away(stage, EMPLOYMENT):
        review(first, "第一次审核", case_no)
        review(second, "第二次审核", case_no)
        find(exchange, "联系结果提供单位", case_no)
    decide(exchange, "联系结果提供单位", case_no, "处理方式", "重新查询")
    decide(certifier, "核实疑点", case_no, "核实结论", "按核对结果出具报告")
    keeper = come_to_work(visit, f"{sign}-K1", CONFIDENTIAL, script=script)
    number, report = fetch_report(keeper, case_no)

    text = text_of(report)
    assert number in text
    assert UNIT_NAME in text
    assert all(str(person["name"]) in text for person in application.persons)
    keeper.page.get_by_role("link", name="时间线").click()
    come_back_until(keeper.page, keeper.page.get_by_text(f"{sign}-A2"))
    for clerk in (desk, first, second, exchange, certifier):
        expect(keeper.page.get_by_text(str(clerk.name)).first).to_be_visible()
