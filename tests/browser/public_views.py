"""The check of reports, as anybody sees it who has one in hand."""

import re
from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import select

from engine.domain.posts import CERTIFICATION
from engine.domain.report_check import check_address
from engine.store.reports import KnownReport, Report, ReportState, add_report, mark_voided, report_by_number
from tests.browser.application import a_scan
from tests.browser.cases import send, shared_case
from tests.browser.clerk import Clerk
from tests.browser.stage import Stage
from tests.browser.views import Scene, View
from tests.browser.waiting import come_back_until

PAGE = "/public/report"
SENT = re.compile("^(已出具报告|已办结)$")
WRONG_CODE = "2222222222"
Change = Callable[[Stage, KnownReport], None]


def _sent_report(scene: Scene, case_id: int) -> KnownReport:
    """Once the page of its case says that it has left the house."""
    clerk = scene.hire("V170", CERTIFICATION)
    clerk.go(f"/cases/{case_id}")
    come_back_until(clerk.page, clerk.page.get_by_text(SENT))
    with scene.stage.database.reading() as session:
        number = session.scalars(select(Report.number).where(Report.case_id == case_id)).one()
        report = report_by_number(session, number)
    assert report is not None
    return report


def _ordinary(scene: Scene) -> KnownReport:
    return _sent_report(scene, shared_case(scene.stage, "ordinary"))


def _scanned(scene: Scene, report: KnownReport, title: str) -> Clerk:
    """The page the QR code leads to."""
    clerk = scene.visit()
    clerk.go(check_address(PAGE, report.number, report.check_code or ""))
    expect(clerk.page.get_by_role("heading", level=1, name=title)).to_be_visible()
    return clerk


def _empty(scene: Scene) -> Clerk:
    clerk = scene.visit()
    clerk.go(PAGE)
    return clerk


def _valid(scene: Scene) -> Clerk:
    return _scanned(scene, _ordinary(scene), "报告有效")


def _in_english(scene: Scene) -> Clerk:
    clerk = _valid(scene)
    clerk.page.get_by_role("button", name="English").click()
    expect(clerk.page.locator("html")).to_have_attribute("lang", "en")
    return clerk


def _changed(name: str, title: str, change: Change) -> Callable[[Scene], Clerk]:
    """A report of its own, to which something happens after it was sent."""

    def reach(scene: Scene) -> Clerk:
        report = _sent_report(scene, send(scene.stage, "ordinary", f"WT-PUBLIC-{name}").id)
        change(scene.stage, report)
        return _scanned(scene, report, title)

    return reach


def _void(stage: Stage, report: KnownReport) -> None:
    with stage.database.transaction() as session:
        reason = {"words": "打印错误"}
        mark_voided(session, stage.platform.vault, report, reason, "S001", stage.clock.now())


def _replace(stage: Stage, report: KnownReport) -> None:
    """By the report of a re-check."""
    core = report.number[7:-4]
    with stage.database.transaction() as session:
        row = {
            "case_id": report.case_id,
            "number": f"第320499{core}s1号",
            "region": "320499",
            "month": core[:6],
            "serial": int(core[6:11]),
            "nature": "s",
            "copy": 1,
            "handler": report.handler,
            "state": ReportState.DELIVERED,
            "issued_at": report.issued_at,
        }
        add_report(session, row)


def _not_found(scene: Scene) -> Clerk:
    clerk = _empty(scene)
    clerk.page.get_by_label("核对报告编号").fill("32040020261100001aaf1")
    clerk.page.get_by_role("textbox", name="验真码").fill(WRONG_CODE)
    clerk.page.get_by_role("button", name="查验", exact=True).click()
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    expect(clerk.page).to_have_title(re.compile("^错误"))
    return clerk


def _nowhere(scene: Scene) -> Clerk:
    clerk = _empty(scene)
    clerk.page.goto(f"{scene.stage.address}/public/nowhere")
    expect(clerk.page.get_by_role("heading", name="没有这个地址")).to_be_visible()
    return clerk


def _handed_in(scene: Scene, content: bytes) -> Clerk:
    clerk = _empty(scene)
    file = {"name": "核对报告.pdf", "mimeType": "application/pdf", "buffer": content}
    clerk.page.get_by_label("核对报告的 PDF 文件").set_input_files(file)  # type: ignore[arg-type]  # one file
    clerk.page.get_by_role("button", name="上传并查验").click()
    return clerk


def _no_pdf(scene: Scene) -> Clerk:
    clerk = _handed_in(scene, b"PK a spreadsheet")
    expect(clerk.page.get_by_role("alert")).to_be_visible()
    return clerk


def _of_file(change: Callable[[bytes], bytes], title: str) -> Callable[[Scene], Clerk]:
    """What the page says of the file as it was sent, or of something made of it."""

    def reach(scene: Scene) -> Clerk:
        file = scene.stage.platform.documents.get(_ordinary(scene).file_digest or "")
        clerk = _handed_in(scene, change(file))
        expect(clerk.page.get_by_role("heading", level=1, name=title)).to_be_visible()
        return clerk

    return reach


VIEWS = (
    View("public.show_report", "empty", _empty),
    View("public.show_report", "error", _not_found),
    View("public.show_report", "nowhere", _nowhere),
    View("public.show_report", "no-pdf", _no_pdf),
    View("public.show_report", "valid", _valid),
    View("public.show_report", "english", _in_english),
    View("public.show_report", "replaced", _changed("REPLACED", "报告已被复核报告取代", _replace)),
    View("public.show_report", "voided", _changed("VOIDED", "报告已作废", _void)),
    View("public.take_report", "same", _of_file(lambda file: file, "与出具的核对报告一致")),
    View("public.take_report", "altered", _of_file(lambda file: file + b"\n", "文件已被改动")),
    View(
        "public.take_report",
        "foreign",
        _of_file(lambda file: a_scan("来函")["buffer"], "不是本机构出具的文件"),
    ),
)
