"""The report as one self-contained HTML page: every value is escaped, nothing is fetched from anywhere."""

from datetime import date, datetime
from functools import lru_cache, partial

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from adapters.report import fonts
from adapters.report.columns import TABLE_WIDTH
from adapters.report.tables import Joins, TableView, member_tables, view_tables
from engine.domain.report import PrintedPerson, ReportContent
from engine.domain.report_number import SHANGHAI
from engine.domain.report_text import print_day
from engine.ports import PermanentFailure

# Both lists end with a plain Latin face: without one the renderer crashes.
BODY_FAMILIES = f"{fonts.BODY}, {fonts.SONG}, {fonts.LATIN}"
HEADING_FAMILIES = f"{fonts.HEADING}, {BODY_FAMILIES}"


def print_date(moment: date) -> str:
    """Of a moment the day in Beijing."""
    return print_day(moment.astimezone(SHANGHAI) if isinstance(moment, datetime) else moment)


def print_width(ems: float) -> str:
    """The share of the table that a column has."""
    return f"{100 * ems / TABLE_WIDTH:.2f}%"


def draw_tables(joins: Joins, person: PrintedPerson) -> tuple[TableView, ...]:
    """Of a person, or of the household, which has no name here."""
    return tuple(view_tables(person.tables, bool(person.name), joins))


# Of the library's filters: others reckon (center, format, batch) or let markup through (safe).
FILTERS = ("join", "length", "list", "min", "selectattr")


class _Sandbox(ImmutableSandboxedEnvironment):
    """A template lays out, it does not reckon: 9**9**9, or a text a thousand million times, would take all
    the time or memory there is."""

    intercepted_binops = frozenset(("*", "**", "%"))

    def call_binop(self, context: object, operator: str, left: object, right: object) -> object:
        raise SecurityError(operator)


def _environment() -> ImmutableSandboxedEnvironment:
    """A template is a designer's: it reaches the values it is given and nothing behind them."""
    environment = _Sandbox(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.globals.clear()
    environment.filters = {name: environment.filters[name] for name in FILTERS}
    environment.filters.update(day=print_date, em=print_width)
    return environment


ENVIRONMENT = _environment()
# What a faulty template can raise: 编号|day asks a text for its year, a macro that calls itself has no end.
FAULTS = (
    TemplateError,
    AttributeError,
    TypeError,
    ValueError,
    ArithmeticError,
    LookupError,
    RecursionError,
)


@lru_cache(maxsize=16)
def _compiled(template: str) -> Template:
    """Raises TemplateError. {% autoescape false %} would print values as markup."""
    if ENVIRONMENT.parse(template).find(nodes.EvalContextModifier) is not None:
        raise SecurityError("autoescape")
    return ENVIRONMENT.from_string(template)


def compose_html(content: ReportContent, pages: int, template: str, joins: Joins) -> str:
    """The whole page; `pages` is what it says about its own length.

    Raises PermanentFailure("template_faulty") when the template cannot be carried out.
    """
    try:
        return _compiled(template).render(
            content=content,
            members=tuple(member_tables(content.members)),
            tables_of=partial(draw_tables, joins),
            pages=pages,
            body=BODY_FAMILIES,
            heading=HEADING_FAMILIES,
        )
    except FAULTS as error:
        raise PermanentFailure("template_faulty") from error
