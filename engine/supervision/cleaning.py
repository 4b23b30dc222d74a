"""Clean the working copies of closed cases (数据清理), DB32/T 3319-2017 5.2.2.3.2.

Nothing is removed that a package verified just before does not hold: what the system keeps is kept for ever
(5.2.2.2.1). Three beats: what is to be done is read, the package is examined outside of any transaction, what
goes is written down and taken out of the database. Files are removed after that commit, and the case is done
when all of them are gone: a crash in between repeats the whole.
"""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine.domain.archive import examine, file_of_digest
from engine.domain.archive.manifest import Listed
from engine.domain.plain import digest_of, to_plain
from engine.platform import Platform
from engine.ports import OutsideFailure, PermanentFailure, TemporaryFailure
from engine.store import cleaning as store
from engine.store.audit import record_audit
from engine.store.cases import CaseState, lock_case
from engine.store.drafts import DRAFT
from engine.store.outbox import OutboxRow
from engine.supervision.vital_signs import Complaint

AT_ONCE = 2
REASONS = {
    "document_missing": "归档包找不到",
    "document_damaged": "归档包已损坏",
    "archive_damaged": "归档包的内容与清单不一致",
    "archive_unreadable": "归档包暂时不能读取",
}
SOON = timedelta(hours=1)  # a file that was put again just now may go then
AGAIN_AFTER = timedelta(days=1)  # a package that cannot be used now is looked at again
WORK = "work.json"
Removed = dict[str, object]


@dataclass(frozen=True)
class Cleaning:
    """`package` is the digest of the newest one, empty when the case has none."""

    case_id: int
    package: str


@dataclass(frozen=True)
class Inside:
    """What a whole package holds: digests of files, and the outside work it tells by its key."""

    package: str
    digests: frozenset[str]
    work: Mapping[str, object]


@dataclass(frozen=True)
class Unusable:
    """Why nothing may be removed."""

    code: str


def due_cleanings(session: Session, now: datetime, limit: int = AT_ONCE) -> list[Cleaning]:
    """A few of the closed cases whose time has come, each with its newest package."""
    cases = store.cases_to_clean(session, now, limit)
    return [Cleaning(case_id, next(iter(store.packages_of(session, case_id)), "")) for case_id in cases]


def look_into(platform: Platform, cleaning: Cleaning) -> Inside | Unusable:
    """Outside of any transaction. Examined as a whole: one file of it damaged, and nothing is removed."""
    try:
        content = platform.documents.get(cleaning.package)
    except PermanentFailure as failure:
        return Unusable(failure.code)
    except OutsideFailure:
        return Unusable("archive_unreadable")
    examined = examine(io.BytesIO(content))
    if not examined.is_whole:
        return Unusable("archive_damaged")
    return Inside(
        cleaning.package, frozenset(file.digest for file in examined.files), _work(content, examined.files)
    )


def _work(package: bytes, files: Iterable[Listed]) -> Mapping[str, object]:
    """Packages of earlier releases tell none."""
    found = next((file_of_digest(package, file.digest) for file in files if file.path == WORK), None)
    rows = json.loads(found)["work"] if found is not None else []
    return {row["key"]: (row["arguments"], row["result"]) for row in rows}


def refuse(session: Session, cleaning: Cleaning, reason: Unusable, now: datetime) -> None:
    """Kept until somebody has mended it: `hedui doctor` names the case."""
    row = _still_due(session, cleaning)
    if row is not None:
        if row.failure_code != reason.code:
            facts = {"code": reason.code}
            record_audit(session, now, "system", "cleaning_refused", cleaning.case_id, facts)
        row.failure_code, row.due_at = reason.code, now + AGAIN_AFTER


def take_out(session: Session, platform: Platform, cleaning: Cleaning, inside: Inside) -> list[str] | None:
    """Writes down what goes and takes it out of the database; returns the files to be removed. None when the
    case has moved on meanwhile, or another worker is at it."""
    case_id, now = cleaning.case_id, platform.clock.now()
    row = _still_due(session, cleaning)
    if row is None:
        return None
    copies = [copy for copy in store.working_copies(session, case_id) if copy.digest in inside.digests]
    shared = _in_drafts(session, platform)  # first: whoever sends one off meanwhile is found by the next
    shared |= store.used_elsewhere(session, case_id, [copy.digest for copy in copies])
    files = [copy for copy in copies if copy.digest not in shared]
    listed = [_removed(copy.kind, copy.digest) for copy in files]
    listed += [*_forget_work(session, case_id, inside), *_forget_states(session, case_id)]
    listed += _forget_drafts(session, case_id)
    known = row.removed or []
    fresh = [one for one in listed if one not in known]
    if fresh:
        row.removed = [*known, *fresh]
        facts = {"package": inside.package, "removed": len(fresh)}
        record_audit(session, now, "system", "case_cleaned", case_id, facts)
    row.failure_code = None
    return [copy.digest for copy in files]


def _still_due(session: Session, cleaning: Cleaning) -> store.CaseCleaning | None:
    """Under the lock of the case: a re-check may have begun, or ended with a newer package."""
    case = lock_case(session, cleaning.case_id)
    newest = store.packages_of(session, cleaning.case_id)[:1]
    if case.state != CaseState.CLOSED or newest != [cleaning.package] * bool(cleaning.package):
        return None
    return store.lock_cleaning(session, cleaning.case_id)


def _in_drafts(session: Session, platform: Platform) -> set[str]:
    """Files somebody has uploaded and not sent yet may be the same as one that is to go."""
    bodies = [json.loads(DRAFT.open(platform.vault, draft)) for draft in store.all_drafts(session)]
    return {digest for body in bodies for digest in body["file_names"]}


def _forget_work(session: Session, case_id: int, inside: Inside) -> list[Removed]:
    rows = [row for row in store.finished_work(session, case_id) if _is_inside(row, inside)]
    store.forget_results(session, [row.id for row in rows])
    return [_removed("work", digest_of(json.dumps(row.result, sort_keys=True).encode())) for row in rows]


def _is_inside(row: OutboxRow, inside: Inside) -> bool:
    return inside.work.get(row.key) == (to_plain(row.arguments), to_plain(row.result))


def _forget_states(session: Session, case_id: int) -> list[Removed]:
    """The state of an instance that is over carries nothing on; its steps are in the history for ever."""
    states = store.ended_states(session, case_id)
    store.forget_states(session, states)
    return [_removed("state", digest_of(body)) for body in states.values()]


def _forget_drafts(session: Session, case_id: int) -> list[Removed]:
    """What was sent is kept with its task."""
    drafts = store.drafts_of_case(session, case_id)
    store.forget_drafts(session, drafts)
    return [_removed("draft", digest_of(body)) for body in drafts.values()]


def _removed(kind: str, digest: str) -> Removed:
    return {"kind": kind, "digest": digest}


def remove_files(platform: Platform, files: Iterable[str]) -> bool:
    """After the commit. False: one was put again just now, or cannot be removed at the moment."""
    try:
        return all([platform.documents.remove(digest) for digest in files])
    except TemporaryFailure:
        return False


def put_off(session: Session, cleaning: Cleaning, now: datetime) -> None:
    """Some files could not go: others are not to wait behind this case."""
    row = _still_due(session, cleaning)
    if row is not None:
        row.due_at = now + SOON


def finish(session: Session, cleaning: Cleaning, now: datetime) -> bool:
    row = _still_due(session, cleaning)
    if row is not None:
        row.done_at = now
    return row is not None


def cleaning_complaints(session: Session) -> tuple[Complaint, ...]:
    """Cases whose working copies cannot be cleaned, for the doctor."""
    return tuple(
        Complaint("cleaning_refused", f"核对业务 {case_no} 到期不能清理：{REASONS.get(code, code)}")
        for case_no, code in store.refused_cleanings(session)
    )
