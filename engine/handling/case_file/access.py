"""Who has opened a case file, a document or a masked value, and why; and the record that it was opened."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.authority import NotAuthorised, Person, Right
from engine.domain.unmasking import REASON_WORDS, ReasonCode
from engine.handling.case_file.calculation import SUBJECT
from engine.handling.case_file.reading import CaseFile
from engine.handling.case_file.words import ACCESS, DOCUMENT_KINDS, FIELD_KINDS, said
from engine.handling.unmasking import works_on
from engine.store.audit import AuditEvent, record_audit
from engine.store.unmasking import Unmasking, unmaskings_of, words_of

OPENED = "case_opened"
SITTING = timedelta(minutes=30)  # one sitting over a case is one record
Opening = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True)
class Access:
    at: datetime
    who: str
    what: str
    kind: str
    subject: str = field(repr=False)
    reason: str
    words: str = field(repr=False)


def note_opening(reading: Opening, transaction: Opening, person: Person, case_id: int, now: datetime) -> None:
    """One row for each person, case and sitting. The common case costs one look at an index.

    Before the page is made: what cannot be recorded is not shown. Two requests at the same moment may
    leave two rows, which tells nothing false and locks nobody.
    """
    with reading() as session:
        if _has_opened(session, person, case_id, now):
            return
    with transaction() as session:
        record_audit(session, now, person.name, OPENED, case_id)


def _has_opened(session: Session, person: Person, case_id: int, now: datetime) -> bool:
    wanted = select(AuditEvent.id).where(
        AuditEvent.case_id == case_id,
        AuditEvent.action == OPENED,
        AuditEvent.actor == person.name,
        AuditEvent.at > now - SITTING,
    )
    return session.scalars(wanted.limit(1)).one_or_none() is not None


def check_log_reader(person: Person) -> None:
    """Before anything is read: nobody else may see the access log of any case. Raises NotAuthorised."""
    if not (person.has(Right.READ_AUDIT) or person.has(Right.READ_CASES)):
        raise NotAuthorised(person=person.name)


def may_see_access(file: CaseFile, person: Person) -> bool:
    """Who reads the log anyway, and whoever has or had work in this case."""
    if person.has(Right.READ_AUDIT):
        return True
    return person.has(Right.READ_CASES) and works_on(file.tasks, person)


def access_of(file: CaseFile, person: Person) -> tuple[Access, ...]:
    """Newest first. Raises NotAuthorised."""
    if not may_see_access(file, person):
        raise NotAuthorised(person=person.name)
    records = {row.id: row for row in unmaskings_of(file.session, file.case.id)}
    seen = [event for event in file.audit if event.action in ACCESS]
    return tuple(_access(file, event, records) for event in reversed(seen))


def _access(file: CaseFile, event: AuditEvent, records: Mapping[int, Unmasking]) -> Access:
    record = records.get(int(str(event.facts.get("record", 0))))
    if record is not None:
        return Access(
            event.at,
            event.actor,
            ACCESS[event.action],
            said(FIELD_KINDS, record.kind),
            _subject(file, record.subject),
            REASON_WORDS[ReasonCode(record.reason)],
            words_of(file.platform.vault, record),
        )
    kind, name = _document(file, event)
    return Access(event.at, event.actor, ACCESS[event.action], kind, name, "", "")


def _subject(file: CaseFile, subject: str) -> str:
    """A ref and an item in words; nothing for all amounts of the calculation."""
    ref, _, item = subject.partition(".")
    if subject == SUBJECT:
        return ""
    return " ".join(part for part in (file.person_name(ref), file.item_name(item) if item else "") if part)


def _document(file: CaseFile, event: AuditEvent) -> tuple[str, str]:
    digest = event.facts.get("digest")
    found = next((row for row in file.documents if row.digest == digest), None)
    return ("", "") if found is None else (said(DOCUMENT_KINDS, found.kind), found.name)
