"""The renderer of reports and papers: checks the glyphs, prints, lays out, stamps."""

from dataclasses import dataclass
from io import BytesIO

import pikepdf

from adapters.report.fonts import FontSet
from adapters.report.glyphs import check_glyphs, check_text
from adapters.report.html import compose_html
from adapters.report.layout import Described, PrintedFile
from adapters.report.press import Press
from adapters.report.program import Program, find_program
from adapters.report.seal import Seal
from adapters.report.self_contained import check_self_contained
from adapters.report.sheet_style import dressed, text_of
from adapters.report.stamping import Stamps, stamp_report, stamp_sheet
from adapters.report.stand_ins import put_stand_ins
from adapters.report.tables import Joins
from engine.domain.report import ReportContent
from engine.ports import CheckMark, PermanentFailure, RenderedReport, Sheet

PAGES_OF_ONE, PAGES_OF_MANY = 9, 10  # guesses: only how many digits they have matters
MANY_MEMBERS = 4
ATTEMPTS = 3  # the guess, its tables joined, the count if that has changed it


@dataclass(frozen=True)
class Guess:
    """What a report says and does before it is known where its pages end."""

    pages: int
    joined: frozenset[int] = frozenset()


def _first_guess(content: ReportContent) -> Guess:
    return Guess(PAGES_OF_MANY if len(content.members) >= MANY_MEMBERS else PAGES_OF_ONE)


class PdfkitRenderer:
    """Implements ReportRenderer and PaperPrinter of engine.ports; any thread may use it.

    Raises FileNotFoundError when the program is not installed.
    """

    def __init__(
        self, fonts: FontSet, unit: str, stamps: Stamps | None = None, timeout_seconds: float = 60
    ) -> None:
        """`unit` is whose seal is on papers that name no unit themselves."""
        self._fonts = fonts
        self._unit = unit
        self._stamps = stamps or Stamps()
        self._press = Press(Program(find_program(), fonts.fontconfig, timeout_seconds).print)

    def render(self, content: ReportContent, mark: CheckMark, template: str) -> RenderedReport:
        """Printed once, unless its tables turn out to be cut where no page ends, or the guess how many pages
        it has is shorter or longer than the truth."""
        check_glyphs(content, self._fonts.characters)
        guess = _first_guess(content)
        for _ in range(ATTEMPTS):
            page = compose_html(content, guess.pages, template, Joins(guess.joined))
            check_self_contained(page)
            printed = self._press.print(put_stand_ins(page, self._fonts.stand_ins))
            with pikepdf.open(BytesIO(printed)) as pdf:
                paper = PrintedFile(pdf, self._fonts)
                joined = guess.joined or paper.joins()
                if joined == guess.joined and paper.say_pages(guess.pages):
                    paper.lay_out()
                    stamp_report(paper, content, mark, self._stamps, self._fonts)
                    described = Described(content.title, content.issued_at)
                    return RenderedReport(paper.finished(described), paper.pages)
                guess = Guess(paper.pages, joined)
        raise PermanentFailure("pages_unsettled")

    def print_sheets(self, sheets: tuple[Sheet, ...]) -> tuple[RenderedReport, ...]:
        for sheet in sheets:
            check_text(text_of(sheet.html), self._fonts.characters)
            check_self_contained(sheet.html)
        pages = [put_stand_ins(dressed(sheet.html), self._fonts.stand_ins) for sheet in sheets]
        printed = self._press.print_all(pages) if pages else []
        return tuple(self._finished(sheet, pdf) for sheet, pdf in zip(sheets, printed, strict=True))

    def _finished(self, sheet: Sheet, printed: bytes) -> RenderedReport:
        with pikepdf.open(BytesIO(printed)) as pdf:
            paper = PrintedFile(pdf, self._fonts)
            paper.lay_out(is_numbered=paper.pages > 1)
            if sheet.is_sealed:
                stamp_sheet(paper, Seal(self._unit, self._fonts.song_face, self._stamps.seal))
            return RenderedReport(paper.finished(Described(sheet.title, sheet.dated)), paper.pages)
