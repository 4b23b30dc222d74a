"""Who may do what: the rights of each post, the powers of a person, and four eyes by person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from engine.domain.errors import RuleViolation
from engine.domain.posts import (
    ACCEPTANCE,
    ADMINISTRATOR,
    AUDITOR,
    BACK_OFFICE,
    CERTIFICATION,
    CONFIDENTIAL,
    EXCHANGE,
    FRONT_DESK,
    OFFICES,
    POSTS,
    REPORT,
    SUPERVISOR,
)


class NotAuthorised(RuleViolation):
    """您的岗位没有这项权限"""


class NotYourPost(NotAuthorised):
    """该事项属于其他岗位，您不能办理"""


class Right(StrEnum):
    """What a post may do besides the work of its lanes."""

    READ_CASES = "read_cases"
    TRANSFER_ANY = "transfer_any"  # tasks of others too, of every lane
    DECIDE_INCIDENTS = "decide_incidents"
    SHOW_ID_NUMBER = "show_id_number"
    SHOW_AMOUNT = "show_amount"
    PROPOSE_GRANTS = "propose_grants"
    APPROVE_GRANTS = "approve_grants"
    READ_AUDIT = "read_audit"
    PRINT_REPORT = "print_report"
    COPY_REPORT = "copy_report"
    VOID_REPORT = "void_report"  # propose it: a supervisor who is somebody else confirms


class PostsNotTogether(RuleViolation):
    """系统管理岗、安全审计岗与业务岗位不得由同一人担任"""


_HANDLING = frozenset(POSTS)
RIGHTS: Mapping[Right, frozenset[str]] = {
    Right.READ_CASES: _HANDLING,
    Right.TRANSFER_ANY: frozenset({SUPERVISOR}),
    Right.DECIDE_INCIDENTS: frozenset({EXCHANGE, BACK_OFFICE, SUPERVISOR}),
    Right.SHOW_ID_NUMBER: _HANDLING - {CONFIDENTIAL},
    Right.SHOW_AMOUNT: frozenset({ACCEPTANCE, FRONT_DESK, CERTIFICATION, REPORT, BACK_OFFICE, SUPERVISOR}),
    Right.PROPOSE_GRANTS: frozenset({SUPERVISOR, ADMINISTRATOR}),
    Right.APPROVE_GRANTS: frozenset({SUPERVISOR}),
    Right.READ_AUDIT: frozenset({SUPERVISOR, AUDITOR}),
    Right.PRINT_REPORT: frozenset({REPORT, CONFIDENTIAL, SUPERVISOR}),
    Right.COPY_REPORT: frozenset({REPORT}),
    Right.VOID_REPORT: frozenset({REPORT, SUPERVISOR}),
}


@dataclass(frozen=True)
class Power:
    """A post a person holds at this moment, with the lanes it covers; for somebody absent when stood in."""

    post: str
    lanes: frozenset[str]
    stands_for: str | None = None


@dataclass(frozen=True)
class Person:
    """An account by its staff number, with what it may do at this moment."""

    name: str
    powers: tuple[Power, ...]

    @property
    def lanes(self) -> frozenset[str]:
        return frozenset().union(*(power.lanes for power in self.powers))

    def has(self, right: Right) -> bool:
        return any(power.post in RIGHTS[right] for power in self.powers)

    def need(self, right: Right) -> None:
        """Raises NotAuthorised."""
        if not self.has(right):
            raise NotAuthorised(person=self.name, right=right.value)

    def power_for(self, lane: str) -> Power:
        """Its own before one it has for somebody else. Raises NotYourPost."""
        fitting = [power for power in self.powers if lane in power.lanes]
        if not fitting:
            raise NotYourPost(person=self.name, post=lane)
        return min(fitting, key=lambda power: (power.stands_for is not None, power.stands_for or ""))


@dataclass(frozen=True)
class Doing:
    """Who did or has a task, and in whose place: both count as its eyes."""

    element: str
    worker: str
    in_place_of: str | None = None

    @property
    def eyes(self) -> frozenset[str]:
        return frozenset({self.worker, self.in_place_of} - {None})  # type: ignore[arg-type]  # None is taken out


def is_second_pair(doing: Doing, others: Iterable[Doing], apart: frozenset[str]) -> bool:
    """MZ/T 072-2016 6.1 b): nobody with a hand in one of the elements `apart` has one in this."""
    return all(doing.eyes.isdisjoint(other.eyes) for other in others if other.element in apart)


def check_together(posts: Iterable[str]) -> None:
    """Who keeps the accounts, who reads the log and who handles cases are three people.

    Raises PostsNotTogether.
    """
    held = set(posts)
    groups = [{office} & held for office in OFFICES] + [held & _HANDLING]
    if sum(bool(group) for group in groups) > 1:
        raise PostsNotTogether(posts=sorted(held))
