"""The search for cases, and the case file with its sub-pages."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from engine.domain.posts import ACCEPTANCE, AUDITOR, CERTIFICATION, REPORT
from tests.browser.cases import bring, shared_case
from tests.browser.clerk import Clerk
from tests.browser.task_views import claimed
from tests.browser.views import Scene, View
from tests.browser.waiting import come_back_until

REPORT_NUMBER = re.compile("^第.+号$")
Ready = Callable[[Page], object]


def _finished(page: Page) -> object:
    return come_back_until(page, page.get_by_role("link", name=REPORT_NUMBER))


def _doubted(page: Page) -> object:
    return come_back_until(page, page.get_by_role("link", name="核实疑点"))


def _halted(page: Page) -> object:
    return come_back_until(page, page.get_by_text("等待委托单位答复"))


def _opened(scene: Scene, name: str, household: str, is_ready: Ready) -> Clerk:
    """The overview of a case that has come to rest."""
    clerk = scene.hire(name, CERTIFICATION)
    clerk.go(f"/cases/{shared_case(scene.stage, household)}")
    is_ready(clerk.page)
    return clerk


def _turn_to(clerk: Clerk, title: str) -> Clerk:
    clerk.page.get_by_role("navigation", name="案卷").get_by_role("link", name=title).click()
    expect(clerk.page).to_have_title(re.compile(f"^{title}"))
    return clerk


def _sub_page(name: str, title: str, household: str, is_ready: Ready) -> Callable[[Scene], Clerk]:
    return lambda scene: _turn_to(_opened(scene, name, household, is_ready), title)


def _new(name: str, title: str) -> Callable[[Scene], Clerk]:
    """Of a case that has only just been brought."""

    def reach(scene: Scene) -> Clerk:
        case = bring(scene.stage, "ordinary", f"WT-CASE-{name}")
        clerk = scene.hire(name, ACCEPTANCE)
        clerk.go(f"/cases/{case.case_id}")
        come_back_until(clerk.page, clerk.page.get_by_role("link", name="第一次审核"))
        return _turn_to(clerk, title)

    return reach


def _suspended(scene: Scene) -> Clerk:
    return _opened(scene, "V150", "suspended", _halted)


def _closed(scene: Scene) -> Clerk:
    return _opened(scene, "V151", "ordinary", _finished)


def _in_hand(scene: Scene, name: str) -> Clerk:
    """Only who handles a case may see everything in it."""
    clerk = claimed(scene, name)
    clerk.page.get_by_role("link", name="查看案件").click()
    expect(clerk.page).to_have_title(re.compile("^概览"))
    return clerk


def _unmasked(scene: Scene) -> Clerk:
    clerk = _ask_to_unmask(_in_hand(scene, "V158"), "核对身份证件与委托材料")
    expect(clerk.page.get_by_role("cell", name=re.compile(r"^\d{17}[\dX]$"))).to_have_count(1)
    return clerk


def _unmasking_refused(scene: Scene) -> Clerk:
    clerk = _ask_to_unmask(_in_hand(scene, "V159"), "      ")
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    return clerk


def _ask_to_unmask(clerk: Clerk, words: str) -> Clerk:
    clerk.page.get_by_text("查看完整证件号码").click()
    clerk.page.get_by_label("理由").select_option(index=1)
    clerk.page.get_by_label("说明").fill(words)
    clerk.page.get_by_role("button", name="显示").click()
    return clerk


def _accesses(scene: Scene) -> Clerk:
    return _turn_to(_in_hand(scene, "V169"), "访问记录")


def _of_report(name: str) -> Callable[[Scene], Clerk]:
    """As who looks after reports sees them, every form open."""

    def reach(scene: Scene) -> Clerk:
        clerk = scene.hire(name, REPORT)
        clerk.go(f"/cases/{shared_case(scene.stage, 'ordinary')}")
        _finished(clerk.page)
        _turn_to(clerk, "核对报告")
        for act in ("校验信息", "打印", "加开一份", "作废"):
            clerk.page.locator("summary", has_text=act).last.click()
        return clerk

    return reach


def _print_refused(scene: Scene) -> Clerk:
    clerk = _of_report("V172")(scene)
    clerk.page.get_by_label("理由").first.fill("      ")
    clerk.page.get_by_role("button", name="登记并打开").first.click()
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    return clerk


def _source_answers(scene: Scene) -> Clerk:
    clerk = _turn_to(_opened(scene, "V152", "doubtful", _doubted), "查询结果")
    clerk.page.get_by_role("table").get_by_role("link", name="已返回").first.click()
    expect(clerk.page.locator("#cell")).to_be_visible()
    return clerk


def _comment_refused(scene: Scene) -> Clerk:
    clerk = _turn_to(_closed(scene), "时间线")
    clerk.page.get_by_label("内容").fill("附上委托单位的来函")
    letter = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"letter"}
    clerk.page.get_by_label("附件").set_input_files([letter])
    clerk.page.get_by_role("button", name="保存备注").click()
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    return clerk


def _commented(scene: Scene) -> Clerk:
    clerk = _turn_to(_opened(scene, "V153", "doubtful", _doubted), "时间线")
    clerk.page.get_by_label("内容").fill("已电话联系委托单位")
    clerk.page.get_by_role("button", name="保存备注").click()
    expect(clerk.page.get_by_text("已电话联系委托单位")).to_be_visible()
    return clerk


def _for_the_auditor(scene: Scene) -> Clerk:
    """Who reads the log sees who has opened the case, and nothing of the case itself."""
    case_id = shared_case(scene.stage, "ordinary")
    clerk = scene.hire("V154", AUDITOR)
    clerk.go(f"/cases/{case_id}/access")
    expect(clerk.page.get_by_role("heading", name="访问记录").last).to_be_visible()
    return clerk


def _found(scene: Scene) -> Clerk:
    _closed(scene)
    clerk = scene.hire("V155", ACCEPTANCE)
    clerk.go("/cases")
    expect(clerk.page.get_by_role("row").nth(1)).to_be_visible()
    return clerk


def _not_found(scene: Scene) -> Clerk:
    clerk = scene.hire("V156", ACCEPTANCE)
    clerk.go("/cases")
    clerk.page.get_by_label("核对编号").fill("1")
    clerk.page.get_by_role("button", name="查找").first.click()
    expect(clerk.page.get_by_text("没有符合条件的案件。")).to_be_visible()
    return clerk


def _found_by_person(scene: Scene) -> Clerk:
    household = scene.stage.surroundings.world.household(0)
    _closed(scene)
    clerk = scene.hire("V157", ACCEPTANCE)
    clerk.go("/cases")
    clerk.page.get_by_text("按证件号码查找").click()
    clerk.page.get_by_label("证件号码", exact=True).fill(household.head.id_no)
    clerk.page.get_by_role("button", name="查找").last.click()
    expect(clerk.page.get_by_role("row").nth(1)).to_be_visible()
    return clerk


VIEWS = (
    View("cases.search", "filled", _found),
    View("cases.search", "empty", _not_found),
    View("cases.search", "by-person", _found_by_person),
    View("cases.show", "empty", _new("V160", "概览")),
    View("cases.show", "filled", _closed),
    View("cases.show", "suspended", _suspended),
    View("cases.show", "unmasked", _unmasked),
    View("cases.show", "error", _unmasking_refused),
    View("cases.show_timeline", "empty", _new("V161", "时间线")),
    View("cases.show_timeline", "filled", _commented),
    View("cases.show_timeline", "error", _comment_refused),
    View("cases.show_diagram", "empty", _new("V162", "流程图")),
    View("cases.show_diagram", "filled", _sub_page("V163", "流程图", "ordinary", _finished)),
    View("cases.show_sources", "empty", _new("V164", "查询结果")),
    View("cases.show_sources", "filled", _source_answers),
    View("cases.show_papers", "empty", _new("V165", "材料")),
    View("cases.show_papers", "filled", _sub_page("V166", "材料", "ordinary", _finished)),
    View("cases.show_reports", "empty", _new("V170", "核对报告")),
    View("cases.show_reports", "filled", _of_report("V171")),
    View("cases.show_reports", "error", _print_refused),
    View("cases.show_calculation", "empty", _new("V167", "计算过程")),
    View("cases.show_calculation", "filled", _sub_page("V168", "计算过程", "doubtful", _doubted)),
    View("cases.show_access", "filled", _accesses),
    View("cases.show_access", "auditor", _for_the_auditor),
)
