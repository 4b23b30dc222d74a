"""The basis of a report's evaluation as the database has it."""

import json

from sqlalchemy.orm import Session

from engine.domain.commission import Commission
from engine.domain.plain import from_plain
from engine.handling.replaying.basis import Basis, NotReplayable, Part, Strange
from engine.handling.replaying.material import Material, checked_commission
from engine.platform import Platform
from engine.runtime import Definition, DiagramRefused
from engine.service_tasks.evaluate_household import day_of_application
from engine.service_tasks.papers.pinned import read_definition
from engine.store import archive_reading as reading
from engine.store.cases import cases_by_id, commission_revisions
from engine.store.queries import answers_of, queries_of
from engine.store.reports import report_by_number


def basis_in_store(session: Session, platform: Platform, number: str) -> Basis:
    """Raises NotReplayable, and SealBroken when somebody has touched a sealed value."""
    report = report_by_number(session, number)
    if report is None:
        raise NotReplayable(report=number)
    vault, case_id = platform.vault, report.case_id
    made = [one for one in reading.evaluations_of(session, case_id) if one.computed_at <= report.issued_at]
    if not made:
        raise NotReplayable(report=number)
    evaluation = made[-1]
    papers = {paper.revision: paper.body for paper in commission_revisions(session, vault, case_id)}
    revisions = reading.revisions_of(session, case_id)
    revision = [one for one in revisions if one.recorded_at <= evaluation.computed_at][-1]
    body = papers[revision.revision]
    material = Material(
        platform.catalogue,
        from_plain(Commission, json.loads(body)),
        queries_of(session, case_id),
        answers_of(session, vault, case_id),
        evaluation.computed_at,
    )
    definition, refused = _definition(session, evaluation.definition_digest)
    return Basis(
        number=number,
        commission=material.commission,
        findings=material.findings(),
        definition=definition,
        day=day_of_application(cases_by_id(session, [case_id])[case_id].received_at),
        body=reading.open_evaluation(vault, case_id, evaluation),
        digest=evaluation.digest,
        inputs_digest=evaluation.inputs_digest,
        parameters_version=evaluation.parameters_version,
        limits=None,
        strange=(*checked_commission(body, revision.digest), *material.strange(), *refused),
    )


def _definition(session: Session, digest: str) -> tuple[Definition | None, tuple[Strange, ...]]:
    """Read from the database itself: a worker that has read it before would not see a change."""
    try:
        return read_definition(session, digest), ()
    except DiagramRefused as error:
        return None, (Strange(Part.DEFINITION, "流程图和决策表", digest, str(error)),)
