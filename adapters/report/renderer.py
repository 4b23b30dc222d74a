"""The renderer of the report: checks the glyphs, prints until the page count is true, lays out."""

from adapters.report.fonts import FontSet
from adapters.report.glyphs import check_glyphs
from adapters.report.html import compose_html
from adapters.report.layout import count_pages, lay_out
from adapters.report.program import Program, find_program
from adapters.report.stand_ins import put_stand_ins
from engine.domain.report import ReportContent
from engine.ports import PermanentFailure, RenderedReport

USUAL_PAGES = 9
ATTEMPTS = 3  # saying another number of pages may itself make a line longer; more than once would be odd


class PdfkitRenderer:
    """Implements engine.ports.ReportRenderer. Raises FileNotFoundError when the program is not installed."""

    def __init__(self, fonts: FontSet, timeout_seconds: float = 60) -> None:
        self._fonts = fonts
        self._program = Program(find_program(), fonts.fontconfig, timeout_seconds)

    def render(self, content: ReportContent) -> RenderedReport:
        """The report says how many pages it has, so it is printed again when it turns out to have others."""
        check_glyphs(content, self._fonts.characters)
        pages = USUAL_PAGES
        for _ in range(ATTEMPTS):
            page = put_stand_ins(compose_html(content, pages), self._fonts.stand_ins)
            printed = self._program.print(page)
            said, pages = pages, count_pages(printed)
            if said == pages:
                laid_out = lay_out(printed, self._fonts, content.title, content.issued_at)
                return RenderedReport(laid_out, pages)
        raise PermanentFailure("pages_unsettled")
