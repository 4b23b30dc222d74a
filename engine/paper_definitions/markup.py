"""The HTML of a paper: what may stand in it, so that a printed page fetches nothing and looks as all do."""

import re
from collections.abc import Callable, Iterator, Mapping
from html.parser import HTMLParser

from engine.paper_definitions.findings import Fault
from engine.paper_definitions.language import ENVIRONMENT

VOID = frozenset({"br", "col"})
TEXT = ("h1", "h2", "h3", "p", "div", "span", "strong", "ol", "ul", "li")
TABLE = ("table", "colgroup", "thead", "tbody", "tr", "th", "td")
TAGS = VOID.union(TEXT, TABLE)
ATTRIBUTES: Mapping[str, re.Pattern[str]] = {
    "class": re.compile(r"[a-z0-9 -]*"),
    "colspan": re.compile(r"\d{1,2}"),
    "rowspan": re.compile(r"\d{1,2}"),
    "width": re.compile(r"\d{1,3}%"),
}
# The report brings its own looks; what fetches or runs is forbidden there too.
FETCHING = ("audio", "base", "frame", "iframe", "image", "img", "link", "source", "svg", "video")
RUNNING = ("a", "applet", "embed", "form", "input", "object", "script")
SOURCES = ("src", "background", "manifest")
FORBIDDEN = frozenset((*FETCHING, *RUNNING))
ADDRESS = re.compile(r"\burl\s*\(|@import|\b(?:https?|file|ftp|data|javascript):", re.IGNORECASE)
PRINTED = ("data", "variable_begin")
VALUE = "\ufffc"
# Escaping protects text: as the name of a tag or an attribute without quotes a value would be markup.
VALUE_IN_TAG = re.compile(f"<[^<>]*{VALUE}")
Look = Callable[[str, list[tuple[str, str | None]]], Iterator[str]]


def written_faults(source: str) -> Iterator[Fault]:
    """What the designer has written, line by line, whatever is printed in between."""
    yield from markup_faults(_written(source), strict)
    marked = _written(source, VALUE)
    for found in VALUE_IN_TAG.finditer(marked):
        line = marked.count("\n", 0, found.end()) + 1
        yield Fault(line, "markup", "标签之内印出值", "值只写在标签之外")


def report_faults(source: str) -> Iterator[Fault]:
    yield from markup_faults(_written(source), lenient)


def markup_faults(html: str, look: Look) -> Iterator[Fault]:
    reader = _Reader(look)
    reader.feed(html)
    reader.close()
    yield from reader.faults
    for number, line in enumerate(html.splitlines(), 1):
        if ADDRESS.search(line):
            yield Fault(number, "address", "带有网络地址或者文件地址", "删除地址：文书不引用任何外部内容")


def balance_faults(html: str) -> Iterator[Fault]:
    """Of a printed page: what is opened is closed, in order."""
    reader = _Balance()
    reader.feed(html)
    reader.close()
    tag = reader.wrong or (reader.open[-1] if reader.open else "")
    if tag:
        yield Fault(0, "unclosed", f"标签 {tag} 没有正确闭合", "补上或者删去多余的标签")


def _written(source: str, value: str = "") -> str:
    """The text between the expressions, each piece on the line it stands on; `value` for each value."""
    text = ""
    for line, kind, piece in ENVIRONMENT.lex(source):
        if kind in PRINTED:
            text += "\n" * (line - 1 - text.count("\n")) + (piece if kind == "data" else value)
    return text


def strict(tag: str, attributes: list[tuple[str, str | None]]) -> Iterator[str]:
    if tag not in TAGS:
        yield f"不允许的标签 {tag}"
    for name, value in attributes:
        pattern = ATTRIBUTES.get(name)
        if pattern is None:
            yield f"不允许的属性 {name}"
        elif not pattern.fullmatch(value or ""):
            yield f"属性 {name} 的值不正确"


def lenient(tag: str, attributes: list[tuple[str, str | None]]) -> Iterator[str]:
    if tag in FORBIDDEN or (tag == "meta" and "http-equiv" in dict(attributes)):
        yield f"不允许的标签 {tag}"
    yield from (f"不允许的属性 {name}" for name, _ in attributes if name.startswith("on") or name in SOURCES)


class _Reader(HTMLParser):
    """Every tag and attribute, wherever it stands."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.faults: list[Fault] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for message in self._look(tag, attrs):
            remedy = f"可用的标签：{'、'.join(sorted(TAGS))}；属性：{'、'.join(ATTRIBUTES)}"
            self.faults.append(Fault(self.getpos()[0], "markup", message, remedy))


class _Balance(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        else:
            self.wrong = self.wrong or tag
