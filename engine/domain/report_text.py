"""How values are written in a report: dates, money, yes and no, codes, units."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from engine.domain.catalogue import Catalogue, Field
from engine.domain.findings import Value
from engine.domain.report_number import SHANGHAI

NOTHING = "—"  # the source left this field empty, which is not the same as zero
UNDETERMINED = "无法确定"
MONEY_UNITS = ("yuan", "10k_yuan")  # Annex D writes 万元 into the label and leaves 元 out
PRINTED_UNITS = {"m2": "平方米", "mu": "亩", "gt": "吨", "person": "人"}


def print_day(day: date) -> str:
    """For running text: 2026年3月1日."""
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=64)  # what a source has answered has one moment
def print_moment(moment: datetime) -> str:
    """For cells and notes: 2026-03-01 10:32, in Beijing time."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def print_number(number: Decimal) -> str:
    """As exact as it came, without an exponent and without zeros that say nothing."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def print_money(amount: Decimal) -> str:
    """At least two decimals; a source that is more exact than a fen is not rounded on paper."""
    exponent = amount.normalize().as_tuple().exponent
    decimals = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{amount:,.{decimals}f}"


def print_value(value: Value, field: Field, catalogue: Catalogue) -> str:
    """One cell of a table."""
    if value is None or value in ("", ()):
        return NOTHING
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return _print_quantity(value, field)
    if isinstance(value, datetime):
        return print_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return "、".join(value)
    text = str(value)
    return catalogue.decode(field.code_list, text) if field.code_list else text


def _print_quantity(value: Decimal, field: Field) -> str:
    if field.unit in MONEY_UNITS:
        return print_money(value)
    return print_number(value) + PRINTED_UNITS.get(field.unit or "", "")
