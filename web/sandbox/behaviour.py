"""How a simulated department behaves: slow, failing, wrong or unreadable, as it is told to."""

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from marshmallow import Schema, fields, post_load, validate


class Mode(StrEnum):
    """What goes over the wire instead of an answer."""

    ANSWER = "answer"
    DROP = "drop"  # the connection ends without a word
    GARBAGE = "garbage"  # bytes that are no JSON
    HUGE = "huge"  # more than anybody should read
    DRIP = "drip"  # an answer that never ends, byte by byte
    REDIRECT = "redirect"
    REFUSE = "refuse"  # 403


@dataclass(frozen=True)
class Conduct:
    """The behaviour of one department. Failures are answers 503."""

    mode: Mode = Mode.ANSWER
    latency_seconds: float = 0
    failure_rate: float = 0  # share of calls, the same calls for the same seed
    fail_first: int = 0  # calls of each batch before the first answer
    batch_prefix: str = ""  # fail_first is for batches that begin so
    wrong_person: bool = False  # answers name somebody else
    missing_rows: int = 0  # rows left out at the end
    wrong_values: bool = False  # values that are not of their type


class ConductSchema(Schema):
    mode = fields.Enum(Mode, by_value=True)
    latency_seconds = fields.Float(validate=validate.Range(0, 600))
    failure_rate = fields.Float(validate=validate.Range(0, 1))
    fail_first = fields.Integer(validate=validate.Range(0, 1_000))
    batch_prefix = fields.String(validate=validate.Length(max=100))
    wrong_person = fields.Boolean()
    missing_rows = fields.Integer(validate=validate.Range(0, 10_000))
    wrong_values = fields.Boolean()

    @post_load
    def make(self, data: dict[str, Any], **_: object) -> Conduct:
        return Conduct(**data)


class Behaviour:
    """The conduct of all departments; may be changed while the server runs."""

    def __init__(self, conducts: Mapping[str, Conduct] | None = None, seed: str | int = 0) -> None:
        self._conducts = dict(conducts or {})
        self._seed = seed
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str]] = Counter()

    def conduct(self, department: str) -> Conduct:
        return self._conducts.get(department, Conduct())

    def set(self, department: str, conduct: Conduct) -> None:
        """From the next call on; batches are counted anew."""
        with self._lock:
            self._conducts[department] = conduct
            for call in [call for call in self._calls if call[0] == department]:
                del self._calls[call]

    def fails(self, department: str, batch_no: str, fail_first: int) -> bool:
        """Whether this call fails. `fail_first` is what the household itself brings along."""
        conduct = self.conduct(department)
        if conduct.fail_first and batch_no.startswith(conduct.batch_prefix):
            fail_first = max(fail_first, conduct.fail_first)
        if not fail_first and not conduct.failure_rate:
            return False
        with self._lock:
            self._calls[department, batch_no] += 1
            call = self._calls[department, batch_no]
        return call <= fail_first or self._is_unlucky(department, batch_no, call)

    def _is_unlucky(self, department: str, batch_no: str, call: int) -> bool:
        lot = random.Random(f"{self._seed}:{department}:{batch_no}:{call}")  # noqa: S311 - a simulated fault
        return lot.random() < self.conduct(department).failure_rate

    def shown(self) -> dict[str, dict[str, Any]]:
        return {department: asdict(conduct) for department, conduct in sorted(self._conducts.items())}
