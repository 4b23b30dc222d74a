"""Rows of a month that say the same are one line of the report: 2025-11—2026-10 instead of twelve lines."""

from collections.abc import Iterable, Iterator
from itertools import groupby

Row = tuple[str, ...]


def join_months(rows: Iterable[Row]) -> list[Row]:
    """The month is the last cell. Only months without a gap are joined; the sum of a line is never shown."""
    by_values: dict[Row, list[str]] = {}
    for *values, month in rows:
        by_values.setdefault(tuple(values), []).append(month)
    joined = [(*values, span) for values, months in by_values.items() for span in _spans(months)]
    return sorted(joined, key=lambda row: row[-1])


def _spans(months: list[str]) -> Iterator[str]:
    known = sorted(month for month in months if _serial(month) is not None)
    yield from (month for month in months if _serial(month) is None)
    for _, run in groupby(enumerate(known), key=lambda place: (_serial(place[1]) or 0) - place[0]):
        span = [month for _, month in run]
        yield span[0] if len(span) == 1 else f"{span[0]}—{span[-1]}"


def _serial(month: str) -> int | None:
    """Months counted through; None for what is no month."""
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number) if year.isdigit() and number.isdigit() else None
