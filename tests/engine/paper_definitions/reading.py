"""Printed papers as a reader has them: without tags, and cell by cell."""

from html.parser import HTMLParser

from engine.paper_definitions import PaperDefinition, PaperValues, compose
from tests.engine.house import PAPERS
from tests.fakes.outside import START


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.tags: list[str] = []
        self._in_body = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._in_body = self._in_body or tag == "body"
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        if self._in_body and data.strip():
            self.texts.append(data.strip())


def texts_of(html: str) -> list[str]:
    """Every piece of text between two tags."""
    reader = _Reader()
    reader.feed(html)
    return reader.texts


def text_of(html: str) -> str:
    return "".join(texts_of(html))


def tags_of(html: str) -> set[str]:
    reader = _Reader()
    reader.feed(html)
    return set(reader.tags)


def printed(key: str, values: PaperValues) -> str:
    return text_of(compose(PAPERS[key], values, START).html)


def a_paper(body: str, header: str = "title: 文书\ntitle_en: Paper") -> PaperDefinition:
    return PaperDefinition("paper", f"{{#\n{header}\n#}}\n{body}\n")
