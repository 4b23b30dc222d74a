"""What a browser without scripts makes of a form: its successful controls, ids and links."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from jinja2 import Environment, PackageLoader, StrictUndefined

from engine.form_definitions import FormDefinition
from web.forms.drawing import Showing, draw_form

PAGE = """{% from "forms/fields.html" import form_body, error_summary %}
{{ error_summary(page) }}<form method="post">{{ form_body(page) }}</form>"""
TEMPLATES = Environment(loader=PackageLoader("web"), autoescape=True, undefined=StrictUndefined)
TEMPLATES.globals["_"] = str  # Chinese, as it stands there


@dataclass
class Page(HTMLParser):
    """`pairs` is what would be posted, without the button; `tags` is every tag with its attributes."""

    html: str
    pairs: list[tuple[str, str]] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._select: str | None = None
        self._textarea: str | None = None
        self.feed(self.html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.tags.append((tag, given))
        name = given.get("name")
        if "form" in given:  # belongs to another form of the page
            return
        if tag == "input" and name is not None:
            kind = given["type"]
            if kind in ("text", "hidden") or (kind in ("radio", "checkbox") and "checked" in given):
                self.pairs.append((name, given["value"]))
        elif tag == "select":
            self._select = name
            self.pairs.append((name or "", ""))
        elif tag == "option" and "selected" in given:
            self.pairs[-1] = (self._select or "", given["value"])
        elif tag == "textarea":
            self._textarea = name
            self.pairs.append((name or "", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            name, text = self.pairs[-1]
            self.pairs[-1] = (name, text.removeprefix("\n").replace("\n", "\r\n"))
            self._textarea = None

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self._textarea is not None:
            self.pairs[-1] = (self._textarea, self.pairs[-1][1] + data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())

    @property
    def labels(self) -> list[str]:
        """The words of each label, as they stand on the page."""
        bodies = re.findall(r"<label[^>]*>(.*?)</label>", self.html, re.DOTALL)
        return [re.sub(r"<[^>]*>", "", body).strip() for body in bodies]

    def all(self, tag: str) -> list[dict[str, str]]:
        return [given for name, given in self.tags if name == tag]

    def by_id(self, wanted: str) -> dict[str, str]:
        (found,) = [given for _, given in self.tags if given.get("id") == wanted]
        return found


def show(form: FormDefinition, values: dict[str, object], **showing: object) -> Page:
    page = draw_form(form, values, Showing(**showing))  # type: ignore[arg-type]
    return Page(TEMPLATES.from_string(PAGE).render(page=page))


def read_out(form: FormDefinition, result: dict[str, object]) -> str:
    """The words of a result as the case page shows it."""
    page = draw_form(form, result, Showing(is_result=True, leaves_out=True))
    source = '{% from "forms/answers.html" import form_answers %}{{ form_answers(page) }}'
    return Page(TEMPLATES.from_string(source).render(page=page)).text
