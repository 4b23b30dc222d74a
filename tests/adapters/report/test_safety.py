"""No network, no file, no script: nothing a source sends can make the renderer fetch or run anything."""

import threading
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import pytest

from adapters.report.fonts import FontSet
from adapters.report.program import OPTIONS, Program, find_program
from adapters.report.renderer import PdfkitRenderer
from engine.domain.report import PrintedTable
from engine.ports import PermanentFailure, TemporaryFailure
from tests.adapters.report.paper import read_paper, read_text
from tests.adapters.report.test_printing import squeeze
from tests.domain.report.cases import a_family_report

T = TypeVar("T")
SECRET = "CANARY-7f3a"


class Canary:
    """A server on the loopback that remembers who came, and a file that nobody should read."""

    def __init__(self, server: ThreadingHTTPServer, hits: list[str], file: Path) -> None:
        self.url = f"http://127.0.0.1:{server.server_address[1]}"
        self.hits = hits
        self.file = file

    def payloads(self) -> tuple[str, ...]:
        url, file = self.url, self.file.as_uri()
        return (
            f'<iframe src="{url}/iframe"></iframe><iframe src="{file}"></iframe>',
            f'<img src="{url}/img"><object data="{url}/object"></object><embed src="{file}">',
            f'<link rel="stylesheet" href="{url}/css"><style>@import "{url}/import";</style>',
            f'<script>document.write("<img src={url}/js>")</script>',
            f'<meta http-equiv="refresh" content="0;url={url}/refresh"><base href="{url}/">',
            '<meta name="pdfkit-enable-local-file-access" content=""><meta name="pdfkit-dpi" content="9">',
            f'</td></table></style></title><body background="{url}/background">',
            "{{ 7*7 }}{% for x in y %}",
        )


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Canary]:
    hits: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            hits.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(SECRET.encode())

        def log_message(self, *_: object) -> None:
            """Hits are kept, not told."""

    file = tmp_path / "secret.html"
    file.write_text(f"<p>{SECRET}</p>")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield Canary(server, hits, file)
        server.shutdown()
        thread.join()


def inject(value: T, payload: str) -> T:
    """The same content with the payload in every text of it."""
    changed: Any = value
    if isinstance(value, str):
        changed = value + payload
    elif isinstance(value, tuple):
        changed = tuple(inject(part, payload) for part in value)
    elif is_dataclass(value):
        parts = {field.name: getattr(value, field.name) for field in fields(value)}
        changed = replace(value, **{name: inject(part, payload) for name, part in parts.items()})
    if isinstance(value, PrintedTable):
        changed = replace(changed, rows=changed.rows[:2])  # enough of them, and the report stays short
    return changed  # type: ignore[no-any-return]  # the type is that of the value


@pytest.mark.parametrize("number", range(8))
def test_markup_in_every_field_is_printed_as_text_and_fetches_nothing(
    renderer: PdfkitRenderer, canary: Canary, number: int
) -> None:
    payload = canary.payloads()[number]
    content = replace(inject(a_family_report(1), payload), commissioned_on=date(2026, 11, 20))

    text = read_text(renderer.render(content).pdf)

    assert canary.hits == []
    assert SECRET not in text
    assert text.count(squeeze(payload)) > 50


@pytest.mark.parametrize("number", range(5))
def test_even_unescaped_markup_reaches_neither_network_nor_files(
    font_set: FontSet, canary: Canary, number: int
) -> None:
    """The second wall, behind the escaping: the page is refused or printed without what it asked for."""
    program = Program(find_program(), font_set.fontconfig, 60)
    page = f"<html><body><p>甲</p>{canary.payloads()[number]}</body></html>"

    try:
        text = read_text(program.print(page))
    except PermanentFailure as refused:
        text = refused.code

    assert canary.hits == []
    assert SECRET not in text


def test_a_page_that_fetches_is_refused_as_a_whole(font_set: FontSet, canary: Canary) -> None:
    program = Program(find_program(), font_set.fontconfig, 60)

    with pytest.raises(PermanentFailure, match=r"^render_refused:1$"):
        program.print(f'<html><body><iframe src="{canary.url}/iframe"></iframe></body></html>')

    assert canary.hits == []


def test_the_canary_sings_when_the_walls_are_down(
    font_set: FontSet, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the tests above would pass against a server nobody can reach."""
    monkeypatch.delitem(OPTIONS, "proxy")

    page = f'<html><body><iframe src="{canary.url}/iframe"></iframe></body></html>'
    Program(find_program(), font_set.fontconfig, 60).print(page)

    assert set(canary.hits) == {"/iframe"}


def test_options_cannot_be_smuggled_in_by_the_page(font_set: FontSet) -> None:
    page = '<html><head><meta name="pdfkit-page-size" content="A5"></head><body><p>A</p></body></html>'

    sheet = read_paper(Program(find_program(), font_set.fontconfig, 60).print(page)).sheets[0]

    assert round(sheet.width) == 210


def test_a_renderer_that_takes_too_long_is_stopped_and_tried_again_later(font_set: FontSet) -> None:
    with pytest.raises(TemporaryFailure, match=r"^render_timeout$"):
        PdfkitRenderer(font_set, timeout_seconds=0.001).render(a_family_report(1))


@pytest.mark.parametrize(
    ("script", "failure", "code"),
    [
        ("kill -SEGV $$", TemporaryFailure, "render_killed:11"),
        ("exit 3", PermanentFailure, "render_refused:3"),
        ("echo nothing of the kind", PermanentFailure, "render_refused:0"),
    ],
)
def test_a_program_that_fails_is_told_by_a_code(
    tmp_path: Path, font_set: FontSet, script: str, failure: type[Exception], code: str
) -> None:
    broken = tmp_path / "broken"
    broken.write_text(f"#!/bin/sh\ncat > {tmp_path}/page\n{script}\n")
    broken.chmod(0o755)

    with pytest.raises(failure, match=f"^{code}$"):
        Program(broken, font_set.fontconfig, 60).print("<p></p>")


def test_the_program_sees_nothing_of_our_environment(
    tmp_path: Path, font_set: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HEDUI_SECRET", SECRET)
    told = tmp_path / "told"
    curious = tmp_path / "curious"
    curious.write_text(f"#!/bin/sh\ncat > /dev/null\nenv > {told}\necho '%PDF-'\n")
    curious.chmod(0o755)

    Program(curious, font_set.fontconfig, 60).print("<p></p>")

    assert SECRET not in told.read_text()
    assert f"FONTCONFIG_FILE={font_set.fontconfig}" in told.read_text()


def test_a_missing_program_stops_the_start(font_set: FontSet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    with pytest.raises(FileNotFoundError, match="wkhtmltopdf is not installed"):
        PdfkitRenderer(font_set)
