"""The shipped papers as they come out of the printer: on A4, whole, and the same at every attempt."""

from dataclasses import replace
from io import BytesIO

import pdfplumber
import pytest

from adapters.report.fonts import FontSet
from adapters.report.renderer import PdfkitRenderer
from engine.paper_definitions import REPORT, blank_values, compose, sample_values
from tests.builders import VERIFICATION_UNIT
from tests.engine.house import PAPERS
from tests.fakes.outside import START

KEYS = sorted(PAPERS.keys() - {REPORT})
ON_ONE_PAGE = ("authorisation_letter", "commission_letter", "recheck_application")
HOSTILE = "<script src='http://127.0.0.1:1/'></script>䶮"


@pytest.fixture(scope="session")
def printer(font_set: FontSet) -> PdfkitRenderer:
    return PdfkitRenderer(font_set, VERIFICATION_UNIT)


def read(pdf: bytes) -> tuple[int, str]:
    """Pages, which are all A4, and the text without what only lays it out."""
    with pdfplumber.open(BytesIO(pdf)) as document:
        assert all((round(page.width), round(page.height)) == (595, 842) for page in document.pages)
        text = "".join(page.extract_text() for page in document.pages)
        return len(document.pages), "".join(text.split())


def test_every_paper_is_printed_with_its_title_and_values(printer: PdfkitRenderer) -> None:
    values = replace(sample_values(), unit=replace(sample_values().unit, name=HOSTILE))

    printed = printer.print_sheets(tuple(compose(PAPERS[key], values, START) for key in KEYS))

    texts = {key: read(paper.pdf)[1] for key, paper in zip(KEYS, printed, strict=True)}
    assert [key for key in KEYS if VERIFICATION_UNIT not in texts[key] and key != "recheck_application"] == []
    assert "".join(HOSTILE.split()) in texts["return_notice"]
    assert "核对授权书不在授权有效期限内" in texts["return_notice"]


@pytest.mark.clause("M A.1", "M A.2", "M F.1")
def test_a_form_to_fill_in_by_hand_fits_on_one_page(printer: PdfkitRenderer) -> None:
    sheets = tuple(compose(PAPERS[key], blank_values(), START, is_sealed=False) for key in ON_ONE_PAGE)

    printed = printer.print_sheets(sheets)

    assert [(paper.pages, read(paper.pdf)[0]) for paper in printed] == [(1, 1)] * len(ON_ONE_PAGE)


def test_a_notice_printed_again_is_the_same_file(printer: PdfkitRenderer) -> None:
    """A message to a unit that is repeated must not differ from the first one."""
    sheet = compose(PAPERS["return_notice"], sample_values(), START)

    (first,), (second,) = printer.print_sheets((sheet,)), printer.print_sheets((sheet,))

    assert first.pdf == second.pdf
