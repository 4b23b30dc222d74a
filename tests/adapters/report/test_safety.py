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
from adapters.report.self_contained import check_self_contained
from engine.domain.report import PrintedTable
from engine.paper_definitions import REPORT, compose, sample_values
from engine.ports import PermanentFailure, Sheet
from tests.adapters.report.paper import read_text
from tests.adapters.report.printing import HEAD, MARK, PAPERS, SEAL, TEMPLATE, a_tiny_template
from tests.adapters.report.test_printing import squeeze
from tests.domain.report.cases import ISSUED_AT, a_family_report

T = TypeVar("T")
SECRET = "CANARY-7f3a"
PAYLOADS = 10
MARKUP = 8  # the first of them ask for something or run something


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
            f'<frameset><frame src="{file}"></frameset><img src="{file}"><link rel="import" href="{file}">',
            f"<style>@font-face {{ font-family: x; src: url({file}) }} p {{ background: url({url}) }}",
            '<meta name="pdfkit-enable-local-file-access" content=""><meta name="pdfkit-dpi" content="9">',
            "{{ 7*7 }}{% for x in y %}",
            f'</td></table></style></title><body background="{url}/background">',
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


@pytest.mark.parametrize("number", range(PAYLOADS))
def test_markup_in_every_field_is_printed_as_text_and_fetches_nothing(
    renderer: PdfkitRenderer, canary: Canary, number: int
) -> None:
    payload = canary.payloads()[number]
    content = a_family_report(1)
    content = inject(replace(content, sections=content.sections[:2]), payload)
    content = replace(content, commissioned_on=date(2026, 11, 20))

    text = read_text(renderer.render(content, MARK, TEMPLATE).pdf)

    assert canary.hits == []
    assert SECRET not in text
    assert text.count(squeeze(payload)) > 50


def a_page(inside: str) -> str:
    return f"<html><head><meta charset='utf-8'></head><body><p>甲</p>{inside}</body></html>"


def test_markup_in_every_value_of_every_paper_is_printed_as_text_and_fetches_nothing(
    renderer: PdfkitRenderer, canary: Canary
) -> None:
    papers = [paper for key, paper in PAPERS.items() if key != REPORT]
    payloads = canary.payloads()
    sheets = [
        compose(paper, inject(sample_values(), payloads[place % PAYLOADS]), ISSUED_AT)
        for place, paper in enumerate(papers)
    ]

    printed = renderer.print_sheets(tuple(sheets))

    assert canary.hits == []
    for place, paper in enumerate(printed):
        text = read_text(paper.pdf)
        assert SECRET not in text
        assert squeeze(payloads[place % PAYLOADS]) in text


@pytest.mark.parametrize("number", range(PAYLOADS))
def test_even_unescaped_markup_reaches_neither_network_nor_files(
    font_set: FontSet, canary: Canary, number: int
) -> None:
    """The last wall, behind escaping and refusal: it is printed without what it asked for."""
    program = Program(find_program(), font_set.fontconfig, 60)

    (printed,) = program.print([a_page(canary.payloads()[number])])

    assert canary.hits == []
    assert SECRET not in read_text(printed)


@pytest.mark.parametrize("number", range(MARKUP))
def test_a_template_that_fetches_or_runs_something_is_refused(
    renderer: PdfkitRenderer, canary: Canary, number: int
) -> None:
    payload = canary.payloads()[number]
    if "pdfkit" in payload:  # means nothing to the renderer, whose command is made without the page
        payload += "<script></script>"

    with pytest.raises(PermanentFailure, match=r"^page_fetches$"):
        renderer.render(a_family_report(1), MARK, a_tiny_template(1, payload))
    with pytest.raises(PermanentFailure, match=r"^page_fetches$"):
        renderer.print_sheets((Sheet("甲", a_page(payload), ISSUED_AT, False),))

    assert canary.hits == []


@pytest.mark.parametrize(
    "page",
    [
        '<table background="//127.0.0.1:1/x">',
        '<html manifest="x">',
        '<p style="background: url(x)">',
        '<p style="background: &#117;rl(x)">',
        "<style>@\\69mport 'x'</style>",
        "<style/>@import 'x'</style>",
        '<meta/http-equiv="refresh" content="0;url=x">',
        '<meta content=">" http-equiv="refresh">',
        '<img"" src="x">',
    ],
)
def test_what_fetches_is_refused_however_it_is_spelled(page: str) -> None:
    with pytest.raises(PermanentFailure, match=r"^page_fetches$"):
        check_self_contained(page)


def test_the_shipped_templates_are_not_refused() -> None:
    for paper in PAPERS.values():
        check_self_contained(paper.source)


SCHEMES = (
    "http://127.0.0.1:{port}/x",
    "HTTP://localhost:{port}/x",
    "//127.0.0.1:{port}/x",
    "https://127.0.0.1:{port}/x",
    "ftp://127.0.0.1:{port}/x",
    "http://[::ffff:127.0.0.1]:{port}/x",
    "http:\\\\127.0.0.1:{port}\\x",
    "qrc:///x",
)
FETCHING = (
    '<iframe src="{}"></iframe>',
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<link rel="stylesheet" href="{}">',
    '<img src="{}">',
    "<style>@import url({});</style>",
    '<div style="background: url({})">x</div>',
    '<meta http-equiv="refresh" content="0;url={}">',
)


def test_whatever_fetches_by_whatever_scheme_comes_to_nobody(font_set: FontSet, canary: Canary) -> None:
    program = Program(find_program(), font_set.fontconfig, 60)
    port = canary.url.rpartition(":")[2]
    pages = [a_page(tag.format(scheme.format(port=port))) for tag in FETCHING for scheme in SCHEMES]

    printed = [pdf for start in range(0, len(pages), 16) for pdf in program.print(pages[start : start + 16])]

    assert canary.hits == []
    assert len(printed) == len(pages)
    assert not any(SECRET in read_text(pdf) for pdf in printed)


NEIGHBOUR = "家庭丙的报告"
REFUSAL = '甲Protocol"about"isunknownFailedtoloadURLabout:blank.QtNetworkError301'


def reading(*addresses: str) -> list[str]:
    """Pages that try to show another file, by every tag that could."""
    tags = (
        '<iframe src="{}" width="700" height="700"></iframe>',
        '<object data="{}" type="text/html" width="700" height="700"></object>',
        '<embed src="{}" type="text/html" width="700" height="700">',
        '<link rel="stylesheet" href="{}">',
        '<meta http-equiv="refresh" content="0;url={}">',
    )
    return [a_page(tag.format(address)) for address in addresses for tag in tags]


def test_no_page_of_a_run_can_read_another_or_any_file(font_set: FontSet, canary: Canary) -> None:
    """It would carry the report of one family into that of another."""
    program = Program(find_program(), font_set.fontconfig, 60)
    files = ("file:///etc/passwd", "file:///proc/self/environ", canary.file.as_uri(), str(canary.file))
    near = ("0.html", "1.html", "0.pdf", ".", "./", "..", "file:.", "")
    pages = reading(*files, *near)

    first, *others, last = program.print([a_page(NEIGHBOUR), *pages, a_page(NEIGHBOUR)])

    assert read_text(first) == read_text(last) == f"甲{NEIGHBOUR}"
    for pdf in others:
        text = read_text(pdf)
        assert NEIGHBOUR not in text
        assert SECRET not in text
        assert "root:" not in text
        assert "FONTCONFIG" not in text
        assert set(text) <= set(REFUSAL)


def test_the_program_refuses_a_neighbour_even_by_its_name(
    font_set: FontSet, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wall between files holds where nobody has to guess."""
    names = iter(("neighbour", "spy", "prefix"))
    monkeypatch.setattr("adapters.report.program.secrets.token_hex", lambda length: next(names))

    neighbour, spy = Program(find_program(), font_set.fontconfig, 60).print(
        [a_page(NEIGHBOUR), reading("neighbour.html")[0]]
    )

    assert NEIGHBOUR in read_text(neighbour)
    assert read_text(spy) == REFUSAL


def test_a_neighbour_is_printed_when_the_wall_between_files_is_down(
    font_set: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the tests above would pass for want of a page that can be read at all."""
    names = iter(("neighbour", "spy", "prefix"))
    monkeypatch.setattr("adapters.report.program.secrets.token_hex", lambda length: next(names))
    monkeypatch.delitem(OPTIONS, "disable-local-file-access")
    monkeypatch.setitem(OPTIONS, "enable-local-file-access", "")

    _, spy = Program(find_program(), font_set.fontconfig, 60).print(
        [a_page(NEIGHBOUR), reading("neighbour.html")[0]]
    )

    assert NEIGHBOUR in read_text(spy)


def test_the_canary_sings_when_the_walls_are_down(
    font_set: FontSet, canary: Canary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the tests above would pass against a server nobody can reach."""
    monkeypatch.delitem(OPTIONS, "proxy")

    Program(find_program(), font_set.fontconfig, 60).print(
        [a_page(f'<iframe src="{canary.url}/iframe"></iframe>')]
    )

    assert set(canary.hits) == {"/iframe"}


@pytest.mark.parametrize(
    "template",
    [
        "{{ ''.__class__.__mro__[1].__subclasses__() }}",
        "{{ content.__class__.__init__.__globals__ }}",
        "{{ content.__dict__ }}",
        "{{ content|attr('__class__') }}",
        "{{ tables_of.func.__globals__ }}",
        "{{ cycler.__init__.__globals__.os.environ }}",
        "{{ joiner.__init__.__globals__ }}",
        "{{ lipsum.__globals__['os'].popen('id').read() }}",
        "{{ self._TemplateReference__context }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ '{0.__class__.__init__.__globals__}'.format(content) }}",
        "{{ ('{0.__class__}'|string).format_map({'0': content}) }}",
        "{% include '/etc/passwd' %}",
        "{% import 'os' as os %}",
        "{% from 'os' import environ %}",
        "{% extends '/etc/passwd' %}",
        "{{ config }}",
        "{{ content.title.nothing }}",
        "{{ range(1000000000)|length }}",
        "{{ 9**9**9 }}",
        "{{ 'x' * 10**9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{% for a in range(999999999) %}{% endfor %}",
        "{{ 1 / 0 }}",
        "{{ content.number + 1 }}",
        "{{ pages",
        "{% endfor %}",
        "{% autoescape false %}{{ content.title }}{% endautoescape %}",
    ],
)
def test_a_template_that_leaves_its_sandbox_or_is_none_is_refused(
    renderer: PdfkitRenderer, template: str
) -> None:
    whole = f"{HEAD}{template}{SEAL}</body></html>"

    with pytest.raises(PermanentFailure, match=r"^template_faulty$"):
        renderer.render(a_family_report(1), MARK, whole)


def test_a_template_changes_none_of_the_values_it_is_given(renderer: PdfkitRenderer) -> None:
    content = a_family_report(1)

    for attempt in ("{{ content.members.append(1) }}", "{% set content.title = '乙' %}"):
        with pytest.raises(PermanentFailure, match=r"^template_faulty$"):
            renderer.render(content, MARK, f"{HEAD}{attempt}{SEAL}</body></html>")
    assert content == a_family_report(1)
