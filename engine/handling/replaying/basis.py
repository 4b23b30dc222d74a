"""What an evaluation rests on, wherever it was read; computing it again; the two side by side."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from engine.domain.commission import Commission
from engine.domain.errors import RuleViolation
from engine.domain.evaluation import evaluate
from engine.domain.findings import Findings
from engine.domain.json_text import canonical_json
from engine.domain.parameters import LocalParameters, ParameterInvalid
from engine.domain.plain import digest_of, to_plain
from engine.runtime import Definition, ProcessFault
from engine.service_tasks.evaluate_household import limits_consulted, limits_in_force


class NotReplayable(RuleViolation):
    """没有可以重算的材料：没有该核对报告，或者它没有核对结果"""


class Part(StrEnum):
    """Where a difference is."""

    COMMISSION = "commission"
    ANSWER = "answer"  # what was received is not what its digest says
    READING = "reading"  # what was read out of an answer is not what can be read out of it
    DEFINITION = "definition"
    LIMIT = "limit"
    EVALUATION = "evaluation"  # the stored result is not what its digest says
    INPUTS = "inputs"
    FIGURE = "figure"
    TEST = "test"
    RESULT = "result"


@dataclass(frozen=True)
class Strange:
    """One thing that is not as it was: `stored` then, `now` as computed or found today."""

    part: Part
    what: str
    stored: str = field(default="", repr=False)
    now: str = field(default="", repr=False)


@dataclass(frozen=True)
class Basis:
    """`strange` is what was found out of order while it was read. `limits` are those recorded, if any are."""

    number: str
    commission: Commission
    findings: Findings
    definition: Definition | None
    day: date
    body: bytes = field(repr=False)
    digest: str
    inputs_digest: str
    parameters_version: str
    limits: LocalParameters | None
    strange: tuple[Strange, ...]


@dataclass(frozen=True)
class Replay:
    """`digest` is of the result computed now; empty when it could not be."""

    number: str
    stored: str
    digest: str
    strange: tuple[Strange, ...]

    @property
    def is_same(self) -> bool:
        return self.digest == self.stored and not self.strange


def replay(basis: Basis) -> Replay:
    strange = list(basis.strange)
    if digest_of(basis.body) != basis.digest:
        strange.append(Strange(Part.EVALUATION, "核对结果", basis.digest, digest_of(basis.body)))
    limits = _limits(basis, strange)
    if limits is None:
        return Replay(basis.number, basis.digest, "", tuple(strange))
    if basis.limits is not None:
        strange += _named_differences(Part.LIMIT, to_plain(basis.limits), to_plain(limits))
    again = evaluate(basis.commission, basis.findings, limits, basis.day)
    body = canonical_json(to_plain(again))
    if again.inputs_digest != basis.inputs_digest:
        strange.append(Strange(Part.INPUTS, "计算所依据的材料", basis.inputs_digest, again.inputs_digest))
    if again.parameters_version != basis.parameters_version:
        strange.append(Strange(Part.LIMIT, "version", basis.parameters_version, again.parameters_version))
    strange += compare(_readable(basis.body), _readable(body))
    return Replay(basis.number, basis.digest, digest_of(body), tuple(dict.fromkeys(strange)))


def _readable(body: bytes) -> Mapping[str, object]:
    """Of a stored result that is none any more, nothing: its digest has told already."""
    try:
        plain = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return plain if isinstance(plain, dict) else {}


def _limits(basis: Basis, strange: list[Strange]) -> LocalParameters | None:
    if basis.definition is None:
        return None
    try:
        table = limits_consulted(basis.definition)
        return limits_in_force(basis.definition, table, basis.commission.household.area, basis.day)
    except (ProcessFault, ParameterInvalid, TypeError) as error:
        strange.append(Strange(Part.DEFINITION, "当地标准决策表", "", str(error)))
        return None


def compare(stored: Mapping[str, object], now: Mapping[str, object]) -> Iterator[Strange]:
    """Two evaluations as plain JSON, figure by figure."""
    yield from _coded(Part.FIGURE, stored.get("figures"), now.get("figures"))
    yield from _coded(Part.TEST, stored.get("tests"), now.get("tests"))
    yield from _named_differences(Part.RESULT, stored.get("overview"), now.get("overview"))
    for name in ("band", "doubts", "notes"):
        if stored.get(name) != now.get(name):
            yield Strange(Part.RESULT, name, _text(stored.get(name)), _text(now.get(name)))


def _coded(part: Part, stored: object, now: object) -> Iterator[Strange]:
    then, today = _by_code(stored), _by_code(now)
    for code in [*then, *(code for code in today if code not in then)]:
        old, new = then.get(code), today.get(code)
        if old != new:
            label = str((new or old or {}).get("label", code))
            yield Strange(part, label, _said(old, new), _said(new, old))


def _by_code(rows: object) -> dict[str, Mapping[str, object]]:
    """Several of one code are told apart by their order."""
    found: dict[str, Mapping[str, object]] = {}
    for row in rows if isinstance(rows, list) else []:
        if isinstance(row, dict):
            code = str(row.get("code"))
            found[f"{code} {sum(known.split(' ')[0] == code for known in found)}"] = row
    return found


def _said(one: Mapping[str, object] | None, other: Mapping[str, object] | None) -> str:
    """The fields in which the two differ."""
    if one is None:
        return "无"
    names = [name for name in one if other is None or one.get(name) != other.get(name)]
    return "，".join(f"{name}={_text(one[name])}" for name in names if name != "inputs") or "依据的事实不同"


def _named_differences(part: Part, stored: object, now: object) -> Iterator[Strange]:
    then, today = (one if isinstance(one, dict) else {} for one in (stored, now))
    for name in [*then, *(name for name in today if name not in then)]:
        if then.get(name) != today.get(name):
            yield Strange(part, name, _text(then.get(name)), _text(today.get(name)))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
