"""The time limit of a case (办理期限) in working days without the suspended ones (DB32/T 3319-2017 6.2.2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from engine.domain.deadlines import count_working_days, working_days_between
from engine.handling.case_file.reading import CaseFile, day_of
from engine.runtime import DiagramRefused, decide
from engine.service_tasks.warn_deadline import pauses
from engine.store.cases import CaseState

LIMITS = "time_limits"
COUNTING = (CaseState.ACCEPTED, CaseState.SUSPENDED)


@dataclass(frozen=True)
class CaseLimit:
    """`days`: whole working days left, or by how many it is overdue. Suspended, `due_on` moves on daily."""

    due_on: date
    days: int
    is_over: bool
    is_near: bool
    stands_still: bool
    is_provisional: bool


def limit_of(file: CaseFile) -> CaseLimit | None:
    """None before the acceptance, after the end, and where the diagram of the case knows no limit."""
    if file.case.state not in COUNTING or file.case.accepted_at is None:
        return None
    limits = _limits(file)
    if limits is None:
        return None
    begun_on, total = day_of(file.case.accepted_at), int(str(limits["limit_days"]))
    paused = sum(
        working_days_between(pause.begun_on, pause.ended_on, file.calendar)
        for pause in pauses(file.history, file.today)
    )
    used = working_days_between(begun_on, file.today, file.calendar) - paused
    due = count_working_days(begun_on, total + paused, file.calendar)
    return CaseLimit(
        due_on=due.due_on,
        days=abs(total - used),
        is_over=used > total,
        is_near=used >= int(str(limits["warn_days"])),
        stands_still=file.case.state == CaseState.SUSPENDED,
        is_provisional=due.is_provisional,
    )


def _limits(file: CaseFile) -> Mapping[str, object] | None:
    """By the decision table the case is pinned to."""
    question = {"channel": file.case.channel, "service": file.case.service}
    for instance in file.instances:
        definition = file.definition(instance)
        if any(source.name.endswith(f"{LIMITS}.dmn") for source in definition.sources):
            try:
                row = decide(definition, LIMITS, question)
            except DiagramRefused:
                return None
            return row if isinstance(row, Mapping) else None
    return None
