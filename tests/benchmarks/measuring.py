"""CPU time of a piece of work beside that of its reference, and the line a figure is printed as."""

import json
import resource
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace


@dataclass(frozen=True)
class Figure:
    """`limit` is what the project promises; `more` is what else belongs in the line.

    A figure that is no time (bytes, jobs, throughput) has cpu_ms 0 or leaves it as a remark.
    """

    name: str
    cpu_ms: float
    reference: str
    reference_cpu_ms: float
    ratio: float
    limit: str
    holds: bool
    more: Mapping[str, object] = field(default_factory=dict)

    def unless(self, fails: bool) -> "Figure":
        """The same, not holding when something else fails."""
        return replace(self, holds=self.holds and not fails)

    def line(self) -> str:
        keys = asdict(self)
        more = keys.pop("more")
        return json.dumps({**keys, **more}, ensure_ascii=False)


@dataclass(frozen=True)
class Pair:
    """CPU milliseconds per single call, each the smallest of its rounds: noise only ever adds."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs if self.theirs else 0.0

    def by_ratio(self, name: str, reference: str, most: float, **more: object) -> Figure:
        return self._figure(name, reference, f"ratio <= {most}", self.ratio <= most, more)

    def by_cpu(self, name: str, reference: str, most: float, **more: object) -> Figure:
        return self._figure(name, reference, f"cpu_ms <= {most}", self.ours <= most, more)

    def _figure(
        self, name: str, reference: str, limit: str, holds: bool, more: Mapping[str, object]
    ) -> Figure:
        ours, theirs, ratio = (round(number, 3) for number in (self.ours, self.theirs, self.ratio))
        return Figure(name, ours, reference, theirs, ratio, limit, holds, more)


def counted(name: str, reference: str, ratio: float, limit: str, holds: bool, **more: object) -> Figure:
    """A figure that counts something else than CPU."""
    return Figure(name, 0.0, reference, 0.0, round(ratio, 3), limit, holds, more)


def cpu_seconds() -> float:
    """User and system time of this process and of the children that have ended."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def cpu_ms(work: Callable[[], object], times: int = 1, each: int = 1) -> float:
    """Per single one: `work` is called `times` times and does `each` of them."""
    before = cpu_seconds()
    for _ in range(times):
        work()
    return (cpu_seconds() - before) * 1000 / (times * each)


def paired(ours: Callable[[], float], theirs: Callable[[], float], rounds: int = 7) -> Pair:
    """Two measurements in turn: what disturbs one round disturbs both."""
    measured = [(ours(), theirs()) for _ in range(rounds)]
    return Pair(min(our for our, _ in measured), min(their for _, their in measured))
