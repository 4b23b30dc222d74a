"""What a running instance shows of itself: values only, nothing of the engine."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from engine.runtime.values import Value, copied


class ShownVariables(Mapping[str, Value]):
    """The variables a call sees. Each is copied when it is taken: most calls take one of many."""

    def __init__(self, data: Mapping[str, Value]) -> None:
        self._data = data

    def __getitem__(self, name: str) -> Value:
        return copied(self._data[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._data)

    def __len__(self) -> int:
        return len(self._data)


@dataclass(frozen=True)
class ServiceCall:
    """An operation to be done outside. `task_id` is unique and stays the same when stored and restored."""

    task_id: str
    element_id: str
    name: str
    operation: str
    decision: str | None
    variables: Mapping[str, Value]


@dataclass(frozen=True)
class HumanTask:
    """Something a person of `post` has to do."""

    task_id: str
    element_id: str
    name: str
    post: str
    form: str
    documentation: str


@dataclass(frozen=True)
class ExpectedMessage:
    task_id: str
    element_id: str
    name: str


@dataclass(frozen=True)
class Timer:
    task_id: str
    element_id: str
    due_at: datetime
    is_provisional: bool = False  # counted in working days of a year whose holidays are not known yet


class StepState(StrEnum):
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True)
class Step:
    """One element of a diagram that is over, for the history. `kind` is its BPMN element."""

    element_id: str
    name: str
    kind: str
    lane: str | None
    process_id: str
    state: StepState


@dataclass(frozen=True)
class Failure:
    """Where an instance cannot go on by itself. `task_id` is None for a standstill, which no retry helps."""

    task_id: str | None
    element_id: str
    message: str
