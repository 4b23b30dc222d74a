"""Timers: by one clock, from variables or text, at a task or in the flow."""

from datetime import UTC, date, datetime, timedelta

import pytest

from engine.runtime import Instance
from engine.runtime.durations import after
from engine.runtime.errors import TimerFailed
from tests.engine.runtime.diagrams import (
    boundary,
    catch,
    define,
    end,
    service,
    start,
    timer,
    user,
)
from tests.engine.runtime.walk import NOON, Walk


def a_deadline(
    expression: str, kind: str = "timeDuration", variables: dict[str, object] | None = None
) -> Walk:
    definition = define(start(), catch("late", timer(expression, kind)), end(), flows="start -> late -> done")
    return Walk(definition, variables)


def test_a_duration_runs_from_the_moment_the_task_begins_to_wait() -> None:
    walk = a_deadline('"P10D"')
    assert walk.due == [NOON + timedelta(days=10)]

    walk.wait(days=9, hours=23)
    assert not walk.finished
    assert walk.due == [NOON + timedelta(days=10)]
    walk.wait(hours=1)

    assert walk.finished


@pytest.mark.parametrize(
    ("value", "due"),
    [
        (date(2026, 12, 1), datetime(2026, 11, 30, 16, tzinfo=UTC)),
        (datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2026, 12, 1, 9, tzinfo=UTC)),
        ("2026-12-01T09:00:00+08:00", datetime(2026, 12, 1, 1, tzinfo=UTC)),
        ("2026-12-01", datetime(2026, 11, 30, 16, tzinfo=UTC)),
    ],
)
def test_a_date_is_taken_from_a_variable_and_without_a_zone_means_china(value: object, due: datetime) -> None:
    walk = a_deadline("due", "timeDate", {"due": value})

    assert walk.due == [due]


@pytest.mark.parametrize(
    ("expression", "kind"),
    [
        ("P1D", "timeDuration"),
        ('"10 days"', "timeDuration"),
        ("5", "timeDuration"),
        ('"tomorrow"', "timeDate"),
        ("5", "timeDate"),
        ("missing", "timeDate"),
    ],
)
def test_a_time_that_cannot_be_read_is_a_failure_of_the_event(expression: str, kind: str) -> None:
    walk = a_deadline(expression, kind)

    assert [failure.element_id for failure in walk.failures()] == ["late"]
    assert walk.due == []


def test_a_timer_that_could_not_be_read_waits_after_a_correction() -> None:
    walk = a_deadline("due", "timeDate")

    walk.retry(due=date(2026, 12, 1))

    assert len(walk.due) == 1
    assert walk.failures() == []


def test_a_timer_at_the_boundary_may_remind_without_interrupting() -> None:
    definition = define(
        start(),
        user("review"),
        boundary("late", "review", timer('"P5D"'), cancel=False),
        service("remind"),
        end(),
        end("reminded"),
        flows="start -> review -> done\n late -> remind -> reminded",
    )
    walk = Walk(definition)

    walk.wait(days=5)
    assert walk.waiting == ["remind", "review"]
    walk.service("remind")
    walk.human("review")

    assert walk.finished
    assert walk.end_event == "done"


def test_a_timer_without_a_due_date_fails_alone_and_leaves_the_task_open() -> None:
    definition = define(
        start(),
        user("review"),
        boundary("late", "review", timer("missing", "timeDate")),
        end(),
        flows="start -> review -> done\n late -> done",
    )

    walk = Walk(definition)

    assert walk.waiting == ["review"]
    assert [failure.element_id for failure in walk.failures()] == ["late"]


def test_a_failed_boundary_event_that_is_tried_again_too_late_is_dropped() -> None:
    definition = define(
        start(),
        user("review"),
        boundary("late", "review", timer("due", "timeDate")),
        user("archive"),
        end(),
        flows="start -> review -> archive -> done\n late -> done",
    )
    walk = Walk(definition)
    walk.human("review")
    assert [failure.element_id for failure in walk.failures()] == ["late"]

    walk.retry(due=date(2026, 12, 1))
    assert walk.due == []
    walk.human("archive")

    assert walk.finished


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("P10D", datetime(2026, 2, 10, 8, tzinfo=UTC)),
        ("P1M", datetime(2026, 2, 28, 8, tzinfo=UTC)),
        ("P1Y1M", datetime(2027, 2, 28, 8, tzinfo=UTC)),
        ("P12M", datetime(2027, 1, 31, 8, tzinfo=UTC)),
        ("P2W", datetime(2026, 2, 14, 8, tzinfo=UTC)),
        ("PT36H", datetime(2026, 2, 1, 20, tzinfo=UTC)),
        ("P1DT1H30M5S", datetime(2026, 2, 1, 9, 30, 5, tzinfo=UTC)),
    ],
)
def test_durations_are_added_by_the_calendar(duration: str, expected: datetime) -> None:
    assert after(datetime(2026, 1, 31, 8, tzinfo=UTC), duration) == expected


@pytest.mark.parametrize(
    "duration", ["", "P", "PT", "P1", "10D", "P-1D", "P1DT", "p1d", "P1.5D", "P１D", "P9999999D"]
)
def test_other_texts_are_no_durations(duration: str) -> None:
    with pytest.raises(TimerFailed):
        after(datetime(2026, 1, 31, tzinfo=UTC), duration)


def test_without_a_clock_of_its_own_an_instance_lives_in_the_present() -> None:
    definition = define(
        start(), catch("late", timer('"2026-01-01"', "timeDate")), end(), flows="start -> late -> done"
    )
    instance = Instance.start(definition, {})

    instance.run()

    assert instance.finished


def test_of_two_timers_due_together_an_interrupting_one_leaves_the_other_no_task() -> None:
    definition = define(
        start(),
        user("review"),
        boundary("late", "review", timer('"P5D"')),
        boundary("later", "review", timer('"P5D"')),
        end(),
        end("other"),
        flows="start -> review -> done\n late -> done\n later -> other",
    )
    walk = Walk(definition)

    walk.wait(days=6)

    assert walk.finished
    assert walk.path.count("late") + walk.path.count("later") == 1
