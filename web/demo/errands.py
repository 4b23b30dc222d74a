"""The twelve commissions of the demo and how each is expected to end."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path

from web.sandbox.specials import special_households


class Ending(StrEnum):
    """Where a commission of the demo comes to rest."""

    CLOSED = "closed"  # report delivered, receipt confirmed, archived
    SUSPENDED = "suspended"  # waits for the unit's instruction
    WITH_STAFF = "with_staff"  # waits for a person of a post
    REFUSED = "refused"  # material returned at the door


@dataclass(frozen=True)
class Errand:
    household: str  # name of a special household of the sandbox
    service: str
    ending: Ending
    remark: str


ERRANDS = (
    Errand("nine_members", "aa", Ending.CLOSED, "九口之家"),
    Errand("extreme_hardship", "ab", Ending.CLOSED, "特困老人"),
    Errand("disaster", "ac", Ending.CLOSED, "受灾家庭"),
    Errand("serious_illness", "ad", Ending.CLOSED, "重病家庭"),
    Errand("student", "ae", Ending.CLOSED, "有在校大学生"),
    Errand("rare_name", "af", Ending.CLOSED, "姓名含生僻字"),
    Errand("lost_job", "ag", Ending.CLOSED, "失业人员"),
    Errand("pensioner_couple", "ah", Ending.CLOSED, "退休夫妇"),
    Errand("flaky_source", "aa", Ending.CLOSED, "有单位两次查询失败后返回"),
    Errand("suspended", "aa", Ending.SUSPENDED, "婚姻登记中有未申报的配偶"),
    Errand("doubtful", "aa", Ending.WITH_STAFF, "申报工资明显低于社保记录"),
    Errand("missing_authorisation", "aa", Ending.REFUSED, "缺少核对授权书"),
)


@dataclass(frozen=True)
class Run:
    """One run of the demo. Kept in a file, so that a run that was killed goes on instead of starting anew."""

    number: int
    day: str  # ISO, the day of the commissions
    finished: bool

    def commission_no(self, place: int) -> str:
        return f"DEMO-{self.day.replace('-', '')}-{self.number:03d}-{place:02d}"

    def commissions(self) -> Iterator[tuple[str, Errand, int]]:
        """Number, errand and household number in the sandbox's world."""
        numbers = special_households()
        for place, errand in enumerate(ERRANDS, start=1):
            yield self.commission_no(place), errand, numbers[errand.household]


def current_run(path: Path, today: date) -> Run:
    """The unfinished run of the file, or the next one."""
    last = Run(**json.loads(path.read_text())) if path.exists() else None
    if last is not None and not last.finished:
        return last
    run = Run(last.number + 1 if last else 1, today.isoformat(), finished=False)
    keep_run(path, run)
    return run


def keep_run(path: Path, run: Run) -> None:
    """Whole or not at all: the process may be killed at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(run)))
    fresh.replace(path)
