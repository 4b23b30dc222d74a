"""The restricted kind of template papers are written in: documented values, if, for, and a few filters."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from engine.domain.report_number import SHANGHAI
from engine.domain.report_text import print_day

SPACE = "\u3000"
USUAL_BLANK = 8
SHORT_BLANK, LONG_BLANK = 6, 16  # characters
BLANK_DAY = f"{SPACE * 3}年{SPACE * 2}月{SPACE * 2}日"
# What a template consists of. No calls, no arithmetic, no includes, nothing that switches escaping off.
NODES = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Getattr,
    nodes.Filter,
    nodes.Const,
    nodes.For,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
)


def day(value: date | None) -> str:
    """2026年11月22日, in Beijing; without a date the gaps to write one in."""
    if value is None:
        return BLANK_DAY
    return print_day(value.astimezone(SHANGHAI) if isinstance(value, datetime) else value)


def moment(value: datetime | None) -> str:
    """2026年11月22日9时30分."""
    if value is None:
        return f"{BLANK_DAY}{SPACE * 2}时"
    local = value.astimezone(SHANGHAI)
    return f"{print_day(local)}{local.hour}时{local.minute:02d}分"


def fill(value: object, width: int = USUAL_BLANK) -> object:
    """The value, or a line to write on: a short one, a usual one, or a long one."""
    if value is None or value == "":
        size = " short" if width < SHORT_BLANK else " long" if width >= LONG_BLANK else ""
        return Markup('<span class="blank-line{}"></span>').format(size)
    return value


def join(values: Iterable[object], between: str = "、") -> str:
    return between.join(str(value) for value in values)


def count(values: Iterable[object]) -> int:
    return sum(1 for _ in values)


FILTERS = {"day": day, "moment": moment, "fill": fill, "join": join, "count": count}


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(FILTERS)
    return environment


ENVIRONMENT = _environment()


@lru_cache(maxsize=64)  # a paper of each version in use
def compiled(source: str) -> Template:
    """Raises jinja2.TemplateError. {% autoescape false %} would print values as markup."""
    if ENVIRONMENT.parse(source).find(nodes.EvalContextModifier) is not None:
        raise SecurityError("autoescape")
    return ENVIRONMENT.from_string(source)
