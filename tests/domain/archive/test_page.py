"""目录.html: texts are texts, links lead to files, nothing reaches outside."""

from html.parser import HTMLParser

from engine.domain.archive.page import Link, Number, Section, Table, write_page

NASTY = '<script>alert(1)</script><img src="http://x.invalid/">&{{7*7}}'


class Tags(HTMLParser):
    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


def a_page() -> Tags:
    table = Table(((NASTY, Link(f"documents/{NASTY}", NASTY), Number(NASTY)),), (NASTY, "二", "三"), NASTY)
    return Tags(write_page(NASTY, NASTY, [Section(NASTY, (table, Table(((NASTY, NASTY),))), NASTY)]))


def test_what_people_wrote_stays_text() -> None:
    page = a_page()

    assert not {"script", "img", "iframe", "link", "form"} & {tag for tag, _ in page.tags}
    assert page.text.count(NASTY) == 13


def test_nothing_on_the_page_reaches_outside() -> None:
    addresses = [
        value
        for _, attributes in a_page().tags
        for name, value in attributes.items()
        if name in ("href", "src")
    ]

    assert addresses
    assert all(
        address is not None and not address.startswith(("http", "//", "file")) for address in addresses
    )


def test_a_section_without_rows_says_so() -> None:
    assert "无" in Tags(write_page("题", "", [Section("甲", ()), Section("乙", (Table(()),))])).text
