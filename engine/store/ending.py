"""End an instance whose work has lost its object: nothing it waited for is waited for any more."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from engine.store.human_tasks import HumanTask, TaskState
from engine.store.instances import ExpectedMessage, InstanceState, ProcessInstance
from engine.store.outbox import OutboxRow, OutboxState
from engine.store.timers import Timer


def end_instances(session: Session, instance_ids: Sequence[int], end_event: str, now: datetime) -> None:
    """The case must be locked. A call that is under way comes back to nobody."""
    over = {"state": InstanceState.FINISHED, "end_event": end_event, "wake": False, "updated_at": now}
    session.execute(update(ProcessInstance).where(ProcessInstance.id.in_(instance_ids)).values(**over))
    dropped = {"state": OutboxState.APPLIED, "failure_code": end_event, "finished_at": now}
    unfinished = (OutboxRow.instance_id.in_(instance_ids), OutboxRow.state != OutboxState.APPLIED)
    session.execute(update(OutboxRow).where(*unfinished).values(**dropped))
    waiting = (HumanTask.instance_id.in_(instance_ids), HumanTask.state == TaskState.OPEN)
    session.execute(update(HumanTask).where(*waiting).values(state=TaskState.CANCELLED))
    for table in (ExpectedMessage, Timer):
        session.execute(delete(table).where(table.instance_id.in_(instance_ids)))
