"""From a sheet to its PDF, outside of any transaction."""

from dataclasses import dataclass, field

from engine.domain.errors import RuleViolation
from engine.handling.papers.of_case import FilledPaper
from engine.platform import Platform
from engine.ports import OutsideFailure, Sheet
from engine.service_tasks.archiving import PackageSearch


class PaperNotPrinted(RuleViolation):
    """文书暂时不能打印，请稍后再试"""


@dataclass(frozen=True)
class PrintedPaper:
    name: str = field(repr=False)
    content: bytes = field(repr=False)


def print_paper(platform: Platform, paper: Sheet | FilledPaper) -> PrintedPaper:
    """What went out as a file is that file. Raises PaperNotPrinted."""
    sheet = paper.sheet if isinstance(paper, FilledPaper) else paper
    name = paper.name if isinstance(paper, FilledPaper) else paper.title
    try:
        if sheet is None:
            return PrintedPaper(f"{name}.pdf", _sent(platform, paper))
        (printed,) = platform.printer.print_sheets((sheet,))
    except OutsideFailure as failure:
        raise PaperNotPrinted(code=failure.code) from failure
    return PrintedPaper(f"{name}.pdf", printed.pdf)


def _sent(platform: Platform, paper: Sheet | FilledPaper) -> bytes:
    digest = paper.sent if isinstance(paper, FilledPaper) else None
    packages = paper.packages if isinstance(paper, FilledPaper) else ()
    return PackageSearch(platform.documents, packages).content(digest or "")
