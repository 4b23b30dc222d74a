"""Receive what people bring or send: paper by a courier, material over the line, requests of other units."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.commission import Commission
from engine.domain.errors import CommissionDiffers
from engine.handling.progress import save_new_instance
from engine.handling.receiving import Reception, open_case, start_variables
from engine.handling.saving import Recorded, save, waits_of
from engine.platform import Platform
from engine.runtime import Definition, Instance
from engine.service_tasks.operation import CallContext
from engine.store.audit import record_audit
from engine.store.cases import Case, find_case
from engine.store.documents import Document, add_document
from engine.store.human_tasks import HumanTask, TaskState, keep_result
from engine.store.units import CommissioningUnit

MANUAL, SYSTEM, PEER = "manual_submission", "system_submission", "peer_request"
SCAN = "scan"


@dataclass(frozen=True)
class Courier:
    """The person a unit sends with the material (委托单位指派的专人), DB32/T 3319-2017 6.2.2.1."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    staff_no: str = ""


@dataclass(frozen=True)
class ScannedPaper:
    """A scanned paper that lies in the document store already; `kind` as the form calls the material."""

    name: str
    digest: str
    size: int
    kind: str = SCAN


@dataclass(frozen=True)
class PaperSubmission:
    """What the front desk makes of the material a courier brings. `digest` is of the content filled in."""

    commission: Commission
    courier: Courier
    papers: tuple[ScannedPaper, ...]
    digest: str
    remarks: str = field(default="", repr=False)


@dataclass(frozen=True)
class FilledIn:
    """A form somebody has filled in before its task existed."""

    worker: str
    result: Mapping[str, object] = field(repr=False)
    in_place_of: str | None = None


def register_submission(
    session: Session, platform: Platform, unit: CommissioningUnit, paper: PaperSubmission, worker: str
) -> Reception:
    """Paper material brought to the front desk (人工递交), 6.2.2.1. Raises CommissionDiffers.

    Defects are no error here: the diagram returns the material with the reasons.
    """
    known = _earlier(session, unit, paper.commission, paper.digest)
    if known is not None:
        return known
    case = open_case(session, platform, unit, paper.commission, paper.digest, "manual")
    now = platform.clock.now()
    add_papers(session, case, paper.papers, now)
    variables = {**start_variables(case, paper.commission), "may_resubmit": True}
    form = FilledIn(worker, courier_record(paper))
    begin(session, platform, case, platform.definitions[MANUAL], variables, form)
    facts = {"papers": [scan.digest for scan in paper.papers]}
    record_audit(session, now, worker, "submission_registered", case.id, facts)
    return Reception(case, is_new=True)


def submit_commission(
    session: Session, platform: Platform, unit: CommissioningUnit, commission: Commission, digest: str
) -> Reception:
    """Material sent over the line and handled by people (系统提交), 6.2.2.2. Raises CommissionDiffers."""
    known = _earlier(session, unit, commission, digest)
    if known is not None:
        return known
    case = open_case(session, platform, unit, commission, digest, "system")
    variables = {**start_variables(case, commission), "may_resubmit": True}
    begin(session, platform, case, platform.definitions[SYSTEM], variables)
    return Reception(case, is_new=True)


def submit_peer_request(
    session: Session,
    platform: Platform,
    unit: CommissioningUnit,
    commission: Commission,
    digest: str,
    *,
    answers_for_material: bool,
) -> Reception:
    """A request of another verification unit (其他核对机构), 6.1 note. Raises CommissionDiffers.

    `answers_for_material`: it has declared that the material is lawful and complete.
    """
    known = _earlier(session, unit, commission, digest)
    if known is not None:
        return known
    case = open_case(session, platform, unit, commission, digest, "peer")
    variables = start_variables(case, commission)
    variables |= {"may_resubmit": False, "statement_given": answers_for_material}
    begin(session, platform, case, platform.definitions[PEER], variables)
    facts = {"answers_for_material": answers_for_material}
    now = platform.clock.now()
    record_audit(session, now, f"unit:{unit.code}", "peer_request_received", case.id, facts)
    return Reception(case, is_new=True)


def _earlier(
    session: Session, unit: CommissioningUnit, commission: Commission, digest: str
) -> Reception | None:
    earlier = find_case(session, unit.code, commission.number)
    if earlier is not None and earlier.request_digest != digest:
        raise CommissionDiffers(case_no=earlier.case_no)
    return Reception(earlier, is_new=False) if earlier is not None else None


def add_papers(session: Session, case: Case, papers: tuple[ScannedPaper, ...], now: datetime) -> None:
    """The same sheet brought again is on file already."""
    if not papers:
        return
    wanted = select(Document.kind, Document.digest).where(Document.case_id == case.id)
    known = {(kind, digest) for kind, digest in session.execute(wanted)}
    for paper in papers:
        if (paper.kind, paper.digest) not in known:
            known.add((paper.kind, paper.digest))
            add_document(session, case.id, paper.kind, paper.name, paper, now)


def courier_record(paper: PaperSubmission) -> dict[str, object]:
    """What stays, sealed, with the task of the front desk."""
    papers = [{"name": scan.name, "digest": scan.digest} for scan in paper.papers]
    record: dict[str, object] = {"courier": asdict(paper.courier), "papers": papers, "digest": paper.digest}
    return {**record, "opinion": paper.remarks} if paper.remarks else record


def begin(
    session: Session,
    platform: Platform,
    case: Case,
    definition: Definition,
    variables: Mapping[str, object],
    form: FilledIn | None = None,
) -> int:
    """Start an instance; the id of its row. With `form`, its first task is done already: filling it in is
    what set the process going."""
    now = platform.clock.now()
    instance = Instance.start(definition, variables, platform.clock.now)
    row = save_new_instance(session, case, instance, definition, now)
    if form is None:
        return row.id
    before = Recorded(0, frozenset(), waits_of(instance))
    instance.run()
    (task,) = instance.human_tasks()
    instance.complete_human(task.task_id, {})
    done = HumanTask(
        case_id=case.id,
        instance_id=row.id,
        task_id=task.task_id,
        element_id=task.element_id,
        name=task.name,
        post=task.post or "",
        form=task.form or "",
        state=TaskState.COMPLETED,
        created_at=now,
        completed_at=now,
        completed_by=form.worker,
        in_place_of=form.in_place_of,
    )
    keep_result(platform.vault, done, form.result)
    session.add(done)
    session.flush()
    save(CallContext(session, platform, case, definition, None, now), row, instance, before)
    return row.id
