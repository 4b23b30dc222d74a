"""`hedui holidays …`: load the holiday schedule that working days are counted by, and show a year of it."""

from itertools import groupby

import click

from engine.configuration.holidays import (
    days_of_year,
    known_years,
    load_schedule,
    missing_year,
    published_schedule,
)
from engine.domain.report_number import SHANGHAI
from web.command_hall import command_hall

WEEKDAYS = "一二三四五六日"


@click.group()
def holidays() -> None:
    """The holiday schedule (放假安排)."""


@holidays.command()
def load() -> None:
    """Load every year the installed chinesecalendar knows; again after each update of it."""
    with command_hall() as room:
        now = room.platform.clock.now()
        with room.database.transaction() as session:
            changed = load_schedule(session, published_schedule(), now)
        with room.database.reading() as session:
            known = known_years(session)
    click.echo(f"新载入或者有变动的年度：{_spans(changed)}")
    click.echo(f"已知年度：{_spans(known)}")
    missing = missing_year(known, now.astimezone(SHANGHAI).date())
    if missing is not None:
        click.echo(f"注意：{missing} 年的放假安排尚未载入，公布后请更新 chinesecalendar 并再次载入", err=True)


@holidays.command()
@click.argument("year", type=int)
def show(year: int) -> None:
    """The days of a year that are not what their weekday says."""
    with command_hall() as room, room.database.reading() as session:
        days = days_of_year(session, year)
    for day, is_worked in days.items():
        click.echo(f"{day} 星期{WEEKDAYS[day.weekday()]} {'上班' if is_worked else '放假'}")


def _spans(years: list[int]) -> str:
    """2004—2026, or several such; 无 when there is none."""
    runs = [list(run) for _, run in groupby(enumerate(years), lambda pair: pair[1] - pair[0])]
    return "、".join(f"{run[0][1]}—{run[-1][1]}" if len(run) > 1 else str(run[0][1]) for run in runs) or "无"
