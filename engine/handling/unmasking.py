"""Show a masked field to somebody who says why; nothing is shown that is not on record."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain.authority import RIGHTS, NotAuthorised, Person
from engine.domain.errors import NotFound
from engine.domain.posts import SUPERVISOR
from engine.domain.unmasking import RIGHT_OF, FieldKind, MaskedField, Reason
from engine.ports import Vault
from engine.store.audit import record_audit
from engine.store.cases import Case, CaseState
from engine.store.human_tasks import HumanTask, TaskState, tasks_of_case
from engine.store.unmasking import UNMASKING_WORDS, Unmasking

OVER = (CaseState.CLOSED, CaseState.WITHDRAWN)


class NotYourCase(NotAuthorised):
    """您没有办理这项核对业务，不能查看完整信息"""


def unmask(
    session: Session,
    vault: Vault,
    person: Person,
    case_id: int,
    field: MaskedField,
    reason: Reason,
    now: datetime,
) -> int:
    """The id of the record; when it is there the caller may show the field, in this answer and no other.

    Raises NotFound, NotAuthorised, NotYourCase, ReasonMissingForUnmasking.
    """
    person.need(RIGHT_OF[field.kind])
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound(case=case_id)
    if not _has_to_do_with(session, person, case):
        raise NotYourCase(case=case_id, person=person.name)
    reason.check()
    row = Unmasking(
        token=secrets.token_hex(16),
        at=now,
        case_id=case_id,
        account=person.name,
        post=_post_for(person, field.kind),
        kind=field.kind,
        subject=field.subject[:60],
        reason=reason.code,
    )
    UNMASKING_WORDS.seal(vault, row, reason.words.strip().encode())
    session.add(row)
    session.flush()
    facts = {"record": row.id, "kind": field.kind.value, "subject": row.subject, "reason": reason.code.value}
    record_audit(session, now, person.name, "unmasked", case_id, facts)
    return row.id


def _has_to_do_with(session: Session, person: Person, case: Case) -> bool:
    """A supervisor inspects any case; others have work in this one, or had, while it is not over."""
    if any(power.post == SUPERVISOR for power in person.powers):
        return True
    return case.state not in OVER and works_on(tasks_of_case(session, case.id), person)


def works_on(tasks: Iterable[HumanTask], person: Person) -> bool:
    return any(
        person.name in (task.completed_by, task.owner)
        or (task.state == TaskState.OPEN and task.owner is None and task.post in person.lanes)
        for task in tasks
    )


def _post_for(person: Person, kind: FieldKind) -> str:
    """The post whose right is used: an own one before one that is stood in for."""
    fitting = [power for power in person.powers if power.post in RIGHTS[RIGHT_OF[kind]]]
    return min(fitting, key=lambda power: (power.stands_for is not None, power.post)).post
