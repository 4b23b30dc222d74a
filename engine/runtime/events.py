"""What events wait for: times by an injected clock, messages of one instance, errors of one activity."""

# SpiffWorkflow is untyped, its classes are Any.
# mypy: disallow-subclassing-any=False

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn import BpmnEvent
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.event_definitions import (
    ErrorEventDefinition,
    MessageEventDefinition,
    MultipleEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.bpmn.specs.mixins import BoundaryEventMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent

from engine.domain.deadlines import Calendar, Deadline, count_working_days
from engine.runtime.durations import after, working_days_in
from engine.runtime.errors import ErrorNotCaught, TimerFailed
from engine.runtime.guard import evaluate
from engine.runtime.loops import loop_of
from engine.runtime.values import Value

SHANGHAI = ZoneInfo("Asia/Shanghai")
_FIRED = "event_fired"
_PAYLOAD = "payload"
_WINNER = "winner"


@dataclass(frozen=True)
class Limit:
    """What a timer keeps from the moment its task begins to wait: that day or moment, and how many working
    days it has from there. They are counted anew each time, because the schedule of a year comes late."""

    since: datetime
    working_days: int | None = None

    @classmethod
    def from_text(cls, text: str) -> Self:
        since, _, days = text.partition(" ")
        return cls(datetime.fromisoformat(since), int(days) if days else None)

    def as_text(self) -> str:
        since = self.since.astimezone(UTC).isoformat()
        return since if self.working_days is None else f"{since} {self.working_days}"

    def due_at(self, calendar: Callable[[], Calendar]) -> datetime:
        """Working days end with the last of them, at 24:00 in China."""
        if self.working_days is None:
            return self.since
        end = self._counted(calendar).due_on + timedelta(days=1)
        return datetime.combine(end, time(), SHANGHAI).astimezone(UTC)

    def is_provisional(self, calendar: Callable[[], Calendar]) -> bool:
        return self.working_days is not None and self._counted(calendar).is_provisional

    def _counted(self, calendar: Callable[[], Calendar]) -> Deadline:
        begin = self.since.astimezone(SHANGHAI).date()
        return count_working_days(begin, self.working_days or 0, calendar())


class TimerEvent(TimerEventDefinition):
    """A limit that begins when the task begins to wait. The library asks the clock of the machine."""

    def limit_of(self, my_task: Any) -> Limit:
        key = f"due_at {self.name}"
        if key not in my_task.internal_data:
            now = my_task.workflow.top_workflow.now()
            my_task.internal_data[key] = self._limit_as_text(evaluate(my_task, self.expression), now)
        return Limit.from_text(my_task.internal_data[key])

    def due_at(self, my_task: Any) -> datetime:
        return self.limit_of(my_task).due_at(my_task.workflow.top_workflow.calendar)

    def is_provisional(self, my_task: Any) -> bool:
        return self.limit_of(my_task).is_provisional(my_task.workflow.top_workflow.calendar)

    def _limit_as_text(self, value: Value, now: datetime) -> str:
        try:
            return self.limit(value, now).as_text()
        except OverflowError:  # the first or the last day there is, in another part of the world
            raise TimerFailed(element=self.name, value=type(value).__name__) from None

    def limit(self, value: Value, now: datetime) -> Limit:
        raise NotImplementedError

    def has_fired(self, my_task: Any) -> bool:
        if self.due_at(my_task) <= my_task.workflow.top_workflow.now():
            my_task.internal_data[_FIRED] = True
        return bool(my_task.internal_data.get(_FIRED))


class DateTimer(TimerEvent):
    """A date (then its first moment in China) or a point in time, as a value or as ISO text."""

    def limit(self, value: Value, now: datetime) -> Limit:
        if isinstance(value, str):
            try:
                value = datetime.fromisoformat(value)
            except ValueError:
                raise TimerFailed(element=self.name, value=value) from None
        if not isinstance(value, date):
            raise TimerFailed(element=self.name, value=type(value).__name__)
        if not isinstance(value, datetime):
            return Limit(datetime.combine(value, time(), SHANGHAI))
        return Limit(value if value.tzinfo else value.replace(tzinfo=SHANGHAI))


class DurationTimer(TimerEvent):
    def limit(self, value: Value, now: datetime) -> Limit:
        if not isinstance(value, str):
            raise TimerFailed(element=self.name, value=type(value).__name__)
        working_days = working_days_in(value)
        if working_days is not None:
            return Limit(now, working_days)
        return Limit(after(now.astimezone(SHANGHAI), value))


class MessageEvent(MessageEventDefinition):
    """A message by name. Which instance it is for was decided before it came here; nothing is correlated."""

    def catch(self, my_task: Any, event: Any = None) -> None:
        my_task.internal_data[_PAYLOAD] = event.payload
        my_task.internal_data[_FIRED] = True

    def update_task_data(self, my_task: Any) -> None:
        my_task.data = {**my_task.data, **my_task.internal_data.pop(_PAYLOAD, {})}


class ErrorEvent(ErrorEventDefinition):
    """An error by code. The library hands it to every activity in the process that handles errors, related or
    not; here it goes to the activity it happened in, and outwards from there."""

    def catch(self, my_task: Any, event: Any = None) -> None:
        my_task.internal_data[_FIRED] = True

    def throw(self, my_task: Any) -> None:
        catcher = _outside(my_task, self.code)
        if catcher is None:
            raise ErrorNotCaught(element=my_task.task_spec.bpmn_id, code=self.code)
        trigger(catcher)

    def update_task_data(self, my_task: Any) -> None:
        """An error carries no data."""


class FirstOf(MultipleEventDefinition):
    """The events behind an event-based gateway; the first one wins, also when a second is due already."""

    def has_fired(self, my_task: Any) -> bool:
        for index, definition in enumerate(self.event_definitions):
            if isinstance(definition, TimerEvent) and definition.has_fired(my_task):
                my_task.internal_data.setdefault(_WINNER, index)
        return _WINNER in my_task.internal_data

    def catch(self, my_task: Any, event: Any = None) -> None:
        for index, definition in enumerate(self.event_definitions):
            if definition is event.event_definition:
                definition.catch(my_task, event)
                my_task.internal_data.setdefault(_WINNER, index)

    def settle(self, my_task: Any) -> int:
        """The number of the event that came, its data taken over."""
        index: int = my_task.internal_data.pop(_WINNER)
        self.event_definitions[index].update_task_data(my_task)
        return index


def awaited(task: Any) -> Iterator[Any]:
    """The event definitions a waiting task waits for."""
    definition = task.task_spec.event_definition if isinstance(task.task_spec, CatchingEvent) else None
    if isinstance(definition, FirstOf):
        yield from definition.event_definitions
    elif definition is not None:
        yield definition


def trigger(task: Any, definition: Any = None, payload: Mapping[str, Value] | None = None) -> None:
    """Let a waiting event happen, and pass it at once, so that an interrupted activity is cancelled now."""
    definition = definition or task.task_spec.event_definition
    task.task_spec.catch(task, BpmnEvent(definition, payload=dict(payload or {})))
    pass_due(task)


def pass_due(task: Any) -> None:
    """Run a waiting event if it has happened."""
    task.task_spec._update(task)
    if task.state == TaskState.READY:
        task.run()


def catcher_of(task: Any, code: str | None) -> Any:
    """The waiting boundary event that handles an error in `task`: nearest first, then exact code."""
    activity = loop_of(task) or task
    found = _boundary(activity, code)
    return found if found is not None else _outside(activity, code)


def _outside(task: Any, code: str | None) -> Any:
    """The handler around the sub-process or called process that `task` is in."""
    workflow = task.workflow
    if workflow.parent_task_id is None:
        return None
    return catcher_of(workflow.top_workflow.get_task_from_id(workflow.parent_task_id), code)


def _boundary(activity: Any, code: str | None) -> Any:
    split = activity.parent
    if split is None or not isinstance(split.task_spec, BoundaryEventSplit):
        return None
    handlers = {
        child.task_spec.event_definition.code: child
        for child in split.children
        if isinstance(child.task_spec, BoundaryEventMixin)
        and child.state == TaskState.WAITING
        and isinstance(child.task_spec.event_definition, ErrorEvent)
    }
    return handlers.get(code, handlers.get(None))
