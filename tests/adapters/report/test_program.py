"""The program in all the ways in which it fails, told by a code; and what it gets to see."""

from pathlib import Path

import pytest

from adapters.report.fonts import FontSet
from adapters.report.program import Program, find_program
from adapters.report.renderer import PdfkitRenderer
from engine.ports import PermanentFailure, TemporaryFailure
from tests.adapters.report.paper import read_paper, read_text
from tests.adapters.report.printing import MARK, TEMPLATE
from tests.builders import VERIFICATION_UNIT
from tests.domain.report.cases import a_family_report

SECRET = "CANARY-7f3a"
PAGE = "<html><head><meta charset='utf-8'></head><body><p>{}</p></body></html>"
PRINTING = "while read page pdf; do echo '%PDF-' > $pdf; done"


def a_program(folder: Path, script: str) -> Program:
    path = folder / "program"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return Program(path, folder / "fonts.conf", 60)


@pytest.mark.parametrize(
    ("script", "failure", "code"),
    [
        ("kill -SEGV $$", TemporaryFailure, "render_killed:11"),
        ("kill -KILL $$", TemporaryFailure, "render_killed:9"),
        ("cat > /dev/null; exit 3", PermanentFailure, "render_refused:3"),
        ("cat > /dev/null", PermanentFailure, "render_refused:0"),
        ("while read page pdf; do echo nothing > $pdf; done", PermanentFailure, "render_refused:0"),
        ("while read page pdf; do : > $pdf; done", PermanentFailure, "render_refused:0"),
        (f"read skipped; {PRINTING}", PermanentFailure, "render_refused:0"),
    ],
)
def test_a_program_that_fails_is_told_by_a_code(
    tmp_path: Path, script: str, failure: type[Exception], code: str
) -> None:
    with pytest.raises(failure, match=f"^{code}$"):
        a_program(tmp_path, script).print(["<p>a</p>", "<p>b</p>"])


def test_a_program_that_cannot_be_started_is_tried_again_later(tmp_path: Path) -> None:
    with pytest.raises(TemporaryFailure, match=r"^render_unavailable$"):
        Program(tmp_path / "gone", tmp_path / "fonts.conf", 60).print(["<p></p>"])


def test_a_disk_that_is_full_is_tried_again_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "no such folder"))

    with pytest.raises(TemporaryFailure, match=r"^render_unavailable$"):
        a_program(tmp_path, PRINTING).print(["<p></p>"])


def test_a_renderer_that_takes_too_long_is_stopped_and_tried_again_later(font_set: FontSet) -> None:
    renderer = PdfkitRenderer(font_set, VERIFICATION_UNIT, timeout_seconds=0.001)

    with pytest.raises(TemporaryFailure, match=r"^render_timeout$"):
        renderer.render(a_family_report(1), MARK, TEMPLATE)


def test_a_page_that_is_no_html_is_printed_as_the_text_it_is(font_set: FontSet) -> None:
    """Whatever a page is, a run ends with a print or with a failure that has a code."""
    program = Program(find_program(), font_set.fontconfig, 60)

    (printed,) = program.print(["\ufeff<<<p </div> A & B <table><td>C"])

    assert "A&B" in read_text(printed)


def test_pages_come_back_in_the_order_in_which_they_were_given(font_set: FontSet) -> None:
    program = Program(find_program(), font_set.fontconfig, 60)

    printed = program.print([PAGE.format(f"甲{number}") for number in range(12)])

    assert [read_text(pdf) for pdf in printed] == [f"甲{number}" for number in range(12)]


def test_a_page_is_the_same_alone_and_after_others(font_set: FontSet) -> None:
    program = Program(find_program(), font_set.fontconfig, 60)
    page, other = PAGE.format("甲乙丙"), PAGE.format("丁戊己" * 900)

    (alone,) = program.print([page])
    _, after, _ = program.print([other, page, other])

    assert read_paper(after).sheets == read_paper(alone).sheets
    assert len(after) == len(alone)


def test_nothing_of_a_run_is_left_behind(
    font_set: FontSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    Program(find_program(), font_set.fontconfig, 60).print([PAGE.format("甲")])

    assert list(tmp_path.iterdir()) == []


def test_the_program_sees_nothing_of_our_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEDUI_SECRET", SECRET)
    told = tmp_path / "told"

    a_program(tmp_path, f"env > {told}\n{PRINTING}").print(["<p></p>"])

    assert SECRET not in told.read_text()
    assert f"FONTCONFIG_FILE={tmp_path / 'fonts.conf'}" in told.read_text()


def test_options_cannot_be_smuggled_in_by_the_page(font_set: FontSet) -> None:
    page = '<html><head><meta name="pdfkit-page-size" content="A5"></head><body><p>A</p></body></html>'

    (printed,) = Program(find_program(), font_set.fontconfig, 60).print([page])

    assert round(read_paper(printed).sheets[0].width) == 210


def test_a_missing_program_stops_the_start(font_set: FontSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(FileNotFoundError, match="wkhtmltopdf is not installed"):
        PdfkitRenderer(font_set, VERIFICATION_UNIT)
