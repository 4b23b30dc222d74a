"""What a report costs that is printed, stamped and signed: alone, and one of fifty that come together."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from adapters.report.html import compose_html
from adapters.report.press import Press
from adapters.report.program import Program, find_program
from adapters.report.renderer import PdfkitRenderer
from adapters.report.tables import Joins
from engine.domain.report import ReportContent
from engine.ports import RenderedReport, Signer
from tests.adapters.report.printing import MARK, TEMPLATE
from tests.adapters.report.samples import a_report_of, sample_fonts, sample_renderer
from tests.benchmarks.measuring import Figure, cpu_ms, paired
from tests.benchmarks.stage import Stage
from web.settings import read_settings
from web.wiring import REPORTS_AT_ONCE, open_signer

MEMBERS, LEAST_PAGES = 2, 7  # a couple's report is one page longer than the one that was promised
MANY = 50
ALONE_MS, BULK_MS = 450, 300
RAW = "its HTML printed by the program alone, neither stamped nor signed"


def report_alone(stage: Stage) -> Figure:
    """Nobody else waits: one run of the program for one report."""
    issue, pages = _warmed(stage)
    pair = paired(lambda: cpu_ms(issue), _raw_print(), rounds=5)
    return pair.by_cpu("report_alone", RAW, ALONE_MS, pages=pages).unless(pages < LEAST_PAGES)


def report_bulk_50(stage: Stage) -> Figure:
    """As many threads as a worker has for reports; what waits together is printed by one run."""
    issue, pages = _warmed(stage)
    pair = paired(partial(_cost_of_many, issue), lambda: cpu_ms(issue), rounds=3)
    figure = pair.by_cpu("report_bulk_50", "the same report alone", BULK_MS, pages=pages, reports=MANY)
    return figure.unless(pages < LEAST_PAGES)


def _warmed(stage: Stage) -> tuple[Callable[[], object], int]:
    """How a report is issued by a process that has done so before, and how many pages it has."""
    folders = {"HEDUI_DATABASE_URL": stage.sqlite_url(), "HEDUI_DATA_DIR": str(stage.folder())}
    settings = read_settings(folders)
    content = a_report_of(MEMBERS)
    issue = partial(_issue, sample_renderer(), open_signer(settings), content)
    return issue, issue().pages


def _issue(renderer: PdfkitRenderer, signer: Signer, content: ReportContent) -> RenderedReport:
    rendered = renderer.render(content, MARK, TEMPLATE)
    return RenderedReport(signer.sign(rendered.pdf, content.issued_at).content, rendered.pages)


def _cost_of_many(issue: Callable[[], object]) -> float:
    with ThreadPoolExecutor(REPORTS_AT_ONCE) as pool:
        return cpu_ms(lambda: list(pool.map(lambda _: issue(), range(MANY))), each=MANY)


def _raw_print() -> Callable[[], float]:
    page = compose_html(a_report_of(MEMBERS), LEAST_PAGES, TEMPLATE, Joins())
    press = Press(Program(find_program(), sample_fonts().fontconfig, 60).print)
    return partial(cpu_ms, partial(press.print, page))
