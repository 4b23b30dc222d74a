"""What people of an office do at their desks: sign in, take a task, decide, send."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
from playwright.sync_api import Locator, expect

from tests.browser.application import Application
from tests.browser.clerk import Clerk
from tests.browser.front_desk import type_application
from tests.browser.stage import Stage
from tests.browser.typing import choose
from tests.browser.waiting import come_back_until
from tests.staff import PASSWORD, Employed, employ
from web.demo.unit_client import UnitClient

CASE_NO = re.compile(r"\d{21}")
Visit = Callable[..., Clerk]


def come_to_work(visit: Visit, name: str, *posts: str, script: bool = True) -> Clerk:
    """Through the door that everybody takes: number, password, second factor."""
    clerk = visit(script)
    employed: Employed = employ(clerk.stage, name, *posts)  # type: ignore[arg-type]  # has what it needs
    clerk.name = name
    clerk.go("/")
    clerk.page.get_by_label("工号").fill(name)
    clerk.page.get_by_label("密码").fill(PASSWORD)
    clerk.page.get_by_role("button", name="登录").click()
    clerk.page.get_by_label("动态验证码").fill(employed.code(clerk.stage.clock.now()))
    clerk.page.get_by_role("button", name="登录").click()
    expect(clerk.page.get_by_role("heading", name="我的待办")).to_be_visible()
    return clerk


def register(clerk: Clerk, application: Application) -> str:
    """The papers at the front desk, to the acknowledgement for the courier; the number of the case."""
    page = clerk.page
    page.get_by_role("link", name="登记", exact=True).click()
    type_application(page, application)
    page.get_by_role("button", name="下一步：核对后登记").click()
    expect(page.get_by_text("材料齐全，登记后进入审核。")).to_be_visible()
    page.get_by_role("button", name="确认登记").click()
    expect(page.get_by_role("heading", name="收件回执")).to_be_visible()
    return page.get_by_text(CASE_NO).first.inner_text()


def find(clerk: Clerk, task: str, case_no: str, view: str = "可领取") -> Locator:
    """Its line in the inbox, as soon as it is there."""
    page = clerk.page
    page.get_by_role("link", name="待办", exact=True).click()
    page.get_by_role("navigation", name="待办分类").get_by_role("link", name=view).click()
    return come_back_until(page, page.get_by_role("link", name=f"{task} {case_no}"))


def take(clerk: Clerk, task: str, case_no: str) -> None:
    find(clerk, task, case_no).click()
    clerk.page.get_by_role("button", name="领取并办理").click()
    expect(clerk.page.get_by_role("button", name="保存草稿")).to_be_visible()


def submit(clerk: Clerk) -> None:
    clerk.page.get_by_role("main").get_by_role("button", name="提交", exact=True).click()
    expect(clerk.page.get_by_text("已提交，流程进入下一环节")).to_be_visible()


def decide(clerk: Clerk, task: str, case_no: str, question: str, answer: str) -> None:
    take(clerk, task, case_no)
    choose(clerk.page, question, answer)
    submit(clerk)


def review(clerk: Clerk, task: str, case_no: str, answer: str = "通过") -> None:
    decide(clerk, task, case_no, "审核结论", answer)


def open_case(clerk: Clerk, case_no: str) -> None:
    """By its number, in the search."""
    page = clerk.page
    page.get_by_role("link", name="案件", exact=True).click()
    page.get_by_label("核对编号").fill(case_no)
    page.get_by_role("button", name="查找").first.click()
    page.get_by_role("link", name=case_no).click()


def fetch_report(clerk: Clerk, case_no: str, nature: str = "f") -> tuple[str, bytes]:
    """Its number and its file, from the page of the case."""
    open_case(clerk, case_no)
    shown = clerk.page.get_by_role("link", name=re.compile(rf"^第\w+{nature}\d+号$"))
    link = come_back_until(clerk.page, shown).first
    address = link.get_attribute("href")
    assert address
    answer = clerk.context.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    return link.inner_text(), answer.body()


@contextmanager
def department_away(stage: Stage, department: str) -> Iterator[None]:
    """It refuses every question as long as this lasts."""
    _tell(stage, department, "refuse")
    try:
        yield
    finally:
        _tell(stage, department, "answer")


def _tell(stage: Stage, department: str, mode: str) -> None:
    wanted = {"department": department, "conduct": {"mode": mode}}
    address = f"{stage.surroundings.sources_url}/control"
    httpx.post(address, json=wanted, trust_env=False).raise_for_status()


def confirm_receipts(stage: Stage) -> int:
    """What the unit does when reports have arrived."""
    client = UnitClient(stage.address, stage.surroundings.registration)
    try:
        return stage.surroundings.inbox.send_receipts(client.send_receipt)
    finally:
        client.close()
