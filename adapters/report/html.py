"""The report as one self-contained HTML page: every value is escaped, nothing is fetched from anywhere."""

from datetime import date, datetime
from importlib import resources

from jinja2 import Environment, StrictUndefined

from adapters.report import fonts
from adapters.report.columns import TABLE_WIDTH
from adapters.report.tables import TableView, member_tables, view_tables
from engine.domain.report import PrintedPerson, ReportContent
from engine.domain.report_number import SHANGHAI
from engine.domain.report_text import print_day

TEMPLATE = "documents/report.html"
# Both lists end with a plain Latin face: without one the renderer crashes.
BODY_FAMILIES = f"{fonts.BODY}, {fonts.SONG}, {fonts.LATIN}"
HEADING_FAMILIES = f"{fonts.HEADING}, {BODY_FAMILIES}"


def print_date(moment: date) -> str:
    """Of a moment the day in Beijing."""
    return print_day(moment.astimezone(SHANGHAI) if isinstance(moment, datetime) else moment)


def print_width(ems: float) -> str:
    """The share of the table that a column has."""
    return f"{100 * ems / TABLE_WIDTH:.2f}%"


def draw_tables(person: PrintedPerson) -> tuple[TableView, ...]:
    """Of a person, or of the household, which has no name here."""
    return tuple(view_tables(person.tables, is_personal=bool(person.name)))


def _environment() -> Environment:
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters.update(day=print_date, em=print_width, drawn=draw_tables)
    return environment


ENVIRONMENT = _environment()
REPORT = ENVIRONMENT.from_string(resources.files("forms").joinpath(TEMPLATE).read_text("utf-8"))


def compose_html(content: ReportContent, pages: int) -> str:
    """The whole page; `pages` is what it says about its own length."""
    return REPORT.render(
        content=content,
        members=tuple(member_tables(content.members)),
        pages=pages,
        body=BODY_FAMILIES,
        heading=HEADING_FAMILIES,
    )
