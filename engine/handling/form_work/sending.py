"""Send the form of a task: papers to the case, result to the process, draft away; one transaction."""

from sqlalchemy.orm import Session

from engine.domain.errors import MaterialsIncomplete, NotFound
from engine.domain.materials import Defect
from engine.form_definitions import FieldProblem
from engine.handling.claiming import Seen, TaskChanged
from engine.handling.form_work.answers import Answers
from engine.handling.form_work.checking import FormNotInOrder, Ready
from engine.handling.form_work.drafting import drop_draft, task_subject
from engine.handling.form_work.letter_part import Parties
from engine.handling.form_work.paperwork import courier_of, digest_of_form
from engine.handling.form_work.supplementing import mended
from engine.handling.human_work import complete_task
from engine.handling.resubmission import SUPPLEMENT, register_supplement
from engine.handling.submission import PaperSubmission, add_papers
from engine.platform import Platform
from engine.store.cases import Case, commission_of, lock_case
from engine.store.human_tasks import HumanTask
from engine.store.units import CommissioningUnit


def send_task(session: Session, platform: Platform, seen: Seen, worker: str, ready: Ready) -> None:
    """Raises what complete_task and register_supplement raise, FormNotInOrder, and TaskChanged when somebody
    did something with the task since the page was made."""
    task = session.get(HumanTask, seen.task_id)
    if task is None:
        raise NotFound(task=seen.task_id)
    case = lock_case(session, task.case_id)
    if task.element_id == SUPPLEMENT:
        _send_supplement(session, platform, task, case, worker, ready)
    else:
        add_papers(session, case, ready.papers, platform.clock.now())
        complete_task(session, platform, task.id, worker, ready.values)
    if task.version != seen.version + 1:
        raise TaskChanged(task=task.id)
    drop_draft(session, worker, task_subject(task.id))


def _send_supplement(
    session: Session, platform: Platform, task: HumanTask, case: Case, worker: str, ready: Ready
) -> None:
    answers, commission = Answers(ready.values), commission_of(session, platform.vault, case.id)
    unit = session.get_one(CommissioningUnit, case.unit_code)
    parties = Parties(platform.organisation.name, unit.name)
    revision = mended(commission, answers, parties, platform.clock.now())
    paper = PaperSubmission(revision, courier_of(answers), ready.papers, digest_of_form(ready))
    try:
        register_supplement(session, platform, task.id, paper, worker, ready.values)
    except MaterialsIncomplete as refusal:
        defects: tuple[Defect, ...] = refusal.facts["defects"]  # type: ignore[assignment]  # facts are objects
        raise FormNotInOrder(*(problem_of(defect) for defect in defects)) from refusal


def problem_of(defect: Defect) -> FieldProblem:
    return FieldProblem(defect.code, "", f"{defect.reason}（{defect.clause}）")
