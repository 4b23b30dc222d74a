"""目录.html: one self-contained page, without script, that any browser opens from a folder or a disc."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape
from urllib.parse import quote

STYLE = (
    "body{font:15px/1.7 'Noto Sans CJK SC','Microsoft YaHei',sans-serif;color:#111;background:#fff;"
    "max-width:70em;margin:2em auto;padding:0 1.5em}"
    "h1{font-size:1.5em;text-align:center;margin:0 0 .2em}"
    "h2{font-size:1.15em;border-bottom:2px solid #111;margin:2.2em 0 .6em}"
    "h3{font-size:1em;margin:1.4em 0 .4em}p{margin:.4em 0}"
    "p.under{text-align:center;color:#555;margin-bottom:2em}"
    "table{border-collapse:collapse;width:100%;margin:.4em 0 1em}"
    "th,td{border:1px solid #999;padding:.25em .6em;text-align:left;vertical-align:top;"
    "overflow-wrap:anywhere}td{white-space:nowrap}td.long{white-space:normal}"
    "th{background:#f2f2f2;font-weight:600}table.facts th{width:11em}"
    "td.number{text-align:right}"
    "nav a{margin-right:1.2em}a{color:#003a8c}"
    "@media print{body{margin:0;max-width:none;font-size:11px}tr{break-inside:avoid}a{color:#111}}"
)
SHORT = 16  # characters: a moment fits
MARKUP = re.compile("[&<>]")
PLAIN_PATH = re.compile("[A-Za-z0-9_./-]*")  # needs no quoting
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Link:
    """To a file of the package."""

    path: str
    text: str = field(repr=False)


@dataclass(frozen=True)
class Number:
    """A figure, set to the right."""

    text: str = field(repr=False)


Cell = str | Link | Number
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """Without a head its first column is one."""

    rows: tuple[Row, ...] = field(repr=False)
    head: tuple[str, ...] = ()
    title: str = ""


@dataclass(frozen=True)
class Section:
    """`words` stands before the tables. A section without any row says that there is nothing."""

    title: str
    tables: tuple[Table, ...]
    words: str = field(default="", repr=False)


def write_page(title: str, under: str, sections: Iterable[Section]) -> bytes:
    """Every text is escaped here; the same sections give the same bytes."""
    numbered = list(enumerate(sections, start=1))
    links = "".join(f'<a href="#s{number}">{_escaped(one.title)}</a>' for number, one in numbered)
    body = "".join(
        f'<h2 id="s{number}">{_escaped(one.title)}</h2>{_section(one)}' for number, one in numbered
    )
    page = (
        '<!doctype html>\n<html lang="zh-Hans"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{_escaped(title)}</title><style>{STYLE}</style></head>\n"
        f'<body><h1>{_escaped(title)}</h1><p class="under">{_escaped(under)}</p>'
        f"<nav>{links}</nav>{body}</body></html>\n"
    )
    return page.encode()


def _section(section: Section) -> str:
    words = f"<p>{_escaped(section.words)}</p>" if section.words else ""
    return words + ("".join(map(_table, section.tables)) or "<p>无</p>")


def _table(table: Table) -> str:
    title = f"<h3>{_escaped(table.title)}</h3>" if table.title else ""
    if not table.rows:
        return f"{title}<p>无</p>"
    if table.head:
        head = "".join(f"<th>{_escaped(text)}</th>" for text in table.head)
        rows = "".join(f"<tr>{''.join(map(_cell, row))}</tr>\n" for row in table.rows)
        return f"{title}<table><tr>{head}</tr>\n{rows}</table>"
    rows = "".join(f"<tr><th>{_text(row[0])}</th>{''.join(map(_cell, row[1:]))}</tr>\n" for row in table.rows)
    return f'{title}<table class="facts">{rows}</table>'


def _cell(cell: Cell) -> str:
    """A name of two characters is not to stand one above the other. Most cells are short and plain."""
    if type(cell) is str:
        text = cell if MARKUP.search(cell) is None else _escaped(cell)
        return f"<td>{text}</td>" if len(cell) <= SHORT else f'<td class="long">{text}</td>'
    return f'<td class="{"number" if isinstance(cell, Number) else "long"}">{_text(cell)}</td>'


def _text(cell: Cell) -> str:
    if isinstance(cell, Link):
        path = cell.path if PLAIN_PATH.fullmatch(cell.path) else quote(cell.path)
        return f'<a href="{path}">{_escaped(cell.text)}</a>'
    return _escaped(cell.text if isinstance(cell, Number) else cell)


def _escaped(text: str) -> str:
    """For between tags, where quotation marks are as good as any sign."""
    return text if MARKUP.search(text) is None else escape(text, quote=False)
