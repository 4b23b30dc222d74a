"""共*页 is the true number of pages, and finding it out costs a second printing only when it must."""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest

from adapters.report.fonts import FontSet
from adapters.report.program import find_program
from adapters.report.renderer import PdfkitRenderer
from engine.ports import PermanentFailure, ReportRenderer
from tests.adapters.report.paper import read_text
from tests.adapters.report.printing import COUNT, HEAD, MARK, SEAL, TEMPLATE, a_tiny_template
from tests.adapters.report.samples import a_report_of
from tests.builders import VERIFICATION_UNIT
from tests.domain.report.cases import a_family_report


class Counting:
    """A renderer whose program writes down every page it prints."""

    def __init__(self, renderer: PdfkitRenderer, log: Path) -> None:
        self.renderer = renderer
        self._log = log

    @property
    def printings(self) -> int:
        return len(self._log.read_text().splitlines())


@pytest.fixture
def counting(font_set: FontSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counting:
    program, log = find_program(), tmp_path / "log"
    script = tmp_path / program.name
    script.write_text(f'#!/bin/sh\ntee -a {log} | {program} "$@"\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    return Counting(PdfkitRenderer(font_set, VERIFICATION_UNIT), log)


@pytest.mark.clause("M D.1 pages")
@pytest.mark.parametrize("members", [1, 3, 9, 12])
def test_the_report_says_how_many_pages_it_has(renderer: PdfkitRenderer, members: int) -> None:
    port: ReportRenderer = renderer

    printed = port.render(a_report_of(members), MARK, TEMPLATE)

    with pdfplumber.open(BytesIO(printed.pdf)) as document:
        assert len(document.pages) == printed.pages
        text = "".join(document.pages[0].extract_text().split())
    assert f"本核对报告共{printed.pages}页，一式2份" in text
    assert f"本核对报告共{printed.pages}页，一式2份" in read_text(printed.pdf)
    assert read_text(printed.pdf).endswith(f"—{printed.pages}—")


DIGITS = "<p>0123456789</p>"  # so that every digit is in the file, whatever the count will be


def test_a_guess_of_as_many_digits_is_put_right_without_another_printing(counting: Counting) -> None:
    printed = counting.renderer.render(a_family_report(1), MARK, a_tiny_template(4, DIGITS))

    assert "共4页" in read_text(printed.pdf)
    assert counting.printings == 1


def test_a_guess_of_other_digits_takes_a_second_printing(counting: Counting) -> None:
    printed = counting.renderer.render(a_family_report(1), MARK, a_tiny_template(12, DIGITS))

    assert "共12页" in read_text(printed.pdf)
    assert counting.printings == 2


def test_a_digit_that_nothing_else_uses_takes_a_second_printing(counting: Counting) -> None:
    printed = counting.renderer.render(a_family_report(1), MARK, a_tiny_template(4))

    assert "共4页" in read_text(printed.pdf)
    assert counting.printings == 2


def test_a_template_that_does_not_say_how_long_the_report_is_is_refused(renderer: PdfkitRenderer) -> None:
    with pytest.raises(PermanentFailure, match=r"^page_count_missing$"):
        renderer.render(a_family_report(1), MARK, f"{HEAD}<p>两页</p>{SEAL}</body></html>")


def test_the_count_is_found_on_whatever_page_it_stands(renderer: PdfkitRenderer) -> None:
    template = f'{HEAD}{SEAL}<div class="page"></div>{COUNT}{SEAL}</body></html>'

    assert "共2页" in read_text(renderer.render(a_family_report(1), MARK, template).pdf)


def test_a_report_never_says_a_number_of_pages_that_it_has_not(renderer: PdfkitRenderer) -> None:
    never_right = f"{HEAD}<p>共{{{{ 100 - pages }}}}页，一式两份</p>{SEAL}</body></html>"

    try:
        text = read_text(renderer.render(a_family_report(1), MARK, never_right).pdf)
    except PermanentFailure as refused:
        text = refused.code

    assert text == "page_count_missing" or "共1页" in text


def test_the_same_content_gives_the_same_bytes_alone_and_in_company(renderer: PdfkitRenderer) -> None:
    contents = [a_family_report(members) for members in (1, 2, 3, 1, 2, 3)]

    alone = [renderer.render(content, MARK, TEMPLATE) for content in contents[:3]]
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda content: renderer.render(content, MARK, TEMPLATE), contents))

    assert together == [*alone, *alone]


@pytest.mark.parametrize("said", [9, 6, 3], ids=["the guess", "the truth", "neither"])
def test_a_name_that_reads_like_the_sentence_stays_as_it_is(renderer: PdfkitRenderer, said: int) -> None:
    content, name = a_family_report(1), f"共{said}页，一式"
    content = replace(content, head=replace(content.head, name=name))

    text = read_text(renderer.render(content, MARK, TEMPLATE).pdf)

    assert f"户主姓名：{name}" in text
    assert "本核对报告共6页，一式2份" in text


FAULTS = ('{{ "x"|day }}', "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "{{ content.handler.nope }}")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_template_is_told_by_a_code(renderer: PdfkitRenderer, fault: str) -> None:
    with pytest.raises(PermanentFailure, match=r"^template_faulty$"):
        renderer.render(a_family_report(1), MARK, a_tiny_template(1, fault))
