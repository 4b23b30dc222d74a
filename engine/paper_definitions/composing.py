"""A paper with its values: one self-contained page, every value escaped."""

from dataclasses import fields
from datetime import datetime

from jinja2 import TemplateError
from markupsafe import Markup, escape

from engine.paper_definitions.definition import PaperDefinition
from engine.paper_definitions.language import compiled
from engine.paper_definitions.values import PaperValues
from engine.ports import PermanentFailure, Sheet

# What a template that says too much of a value can raise: 户主姓名|day asks a text for its year.
FAULTS = (TemplateError, AttributeError, TypeError, ValueError, ArithmeticError, LookupError)

PAGE = Markup(
    '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n<title>{}</title>\n</head>\n'
    "<body>\n{}\n</body>\n</html>\n"
)
SAMPLE = Markup('<p class="number">（样张，内容为虚构）</p>\n')


def compose(paper: PaperDefinition, values: PaperValues, at: datetime, *, is_sealed: bool = True) -> Sheet:
    """Never sealed unless the paper says so. Raises PermanentFailure when the template cannot be printed."""
    return _sheet(paper, fragment(paper, values), at, is_sealed=is_sealed and paper.is_sealed)


def compose_sample(paper: PaperDefinition, values: PaperValues, at: datetime) -> Sheet:
    """What a designer looks at: it says itself that it is none."""
    return _sheet(paper, SAMPLE + fragment(paper, values), at, is_sealed=False)


def fragment(paper: PaperDefinition, values: PaperValues) -> Markup:
    """What stands in the body. Raises PermanentFailure."""
    shown = {item.name: getattr(values, item.name) for item in fields(values)}
    try:
        return Markup(compiled(paper.source).render(shown))  # noqa: S704 - escaped by the template
    except FAULTS as error:
        raise PermanentFailure("paper_refused") from error


def _sheet(paper: PaperDefinition, body: Markup, at: datetime, *, is_sealed: bool) -> Sheet:
    return Sheet(paper.title, str(PAGE.format(escape(paper.title), body)), at, is_sealed)
