"""Which papers a case has, for its staff and its unit; each printing is on record."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.errors import NotFound
from engine.handling.papers.forms import FORMS
from engine.handling.pinning import pinned_definition
from engine.platform import Platform
from engine.ports import Sheet
from engine.service_tasks.operation import CallContext
from engine.service_tasks.papers import PassedPaper, compose_form, compose_passed, passed_papers
from engine.store.audit import record_audit
from engine.store.cases import Case, find_case
from engine.store.cleaning import packages_of
from engine.store.instances import ProcessInstance

PRINTED = "paper_printed"


@dataclass(frozen=True)
class ListedPaper:
    """`ordinal` tells those of the same kind in a case apart; `element` is the step it came of."""

    key: str
    title: str
    title_en: str
    number: str
    at: datetime
    element: str
    ordinal: int


@dataclass(frozen=True)
class FilledPaper:
    """A paper of a case to be printed; `sent` when it went out as a file, which is then what is shown. It may
    have been cleaned since: then it is in one of the `packages`."""

    case_id: int
    key: str
    name: str
    ordinal: int | None
    sheet: Sheet | None = field(repr=False)
    sent: str | None
    packages: tuple[str, ...] = ()


def list_papers(session: Session, platform: Platform, case_id: int) -> tuple[ListedPaper, ...]:
    """Newest first. Raises NotFound."""
    passed = passed_papers(_context(session, platform, _case(session, case_id)))
    return tuple(_listed(one) for one in reversed(passed))


def list_papers_of_unit(
    session: Session, platform: Platform, unit_code: str, commission_no: str
) -> tuple[ListedPaper, ...]:
    """Raises NotFound, for commissions of other units too."""
    return list_papers(session, platform, _case_of_unit(session, unit_code, commission_no).id)


def paper_of_case(
    session: Session, platform: Platform, case_id: int, key: str, ordinal: int | None = None
) -> FilledPaper:
    """The latest of its kind unless it is said which. A form that has not come about is printed beforehand.

    Raises NotFound.
    """
    context = _context(session, platform, _case(session, case_id))
    found = _passed(context, key, ordinal)
    if found is not None:
        return _filled(context, found)
    if key not in FORMS or ordinal is not None:
        raise NotFound(paper=key)
    sheet = compose_form(context, key)
    return FilledPaper(case_id, key, f"{sheet.title} {context.case.case_no}", None, sheet, None)


def paper_of_unit(
    session: Session,
    platform: Platform,
    unit_code: str,
    commission_no: str,
    key: str,
    ordinal: int | None = None,
) -> FilledPaper:
    """Raises NotFound, for commissions of other units too."""
    context = _context(session, platform, _case_of_unit(session, unit_code, commission_no))
    found = _passed(context, key, ordinal)
    if found is None:
        raise NotFound(paper=key)
    return _filled(context, found)


def record_printing(session: Session, paper: FilledPaper, who: str, now: datetime) -> None:
    """Before it is handed out."""
    facts = {"paper": paper.key, "ordinal": paper.ordinal}
    record_audit(session, now, who, PRINTED, paper.case_id, facts)


def _passed(context: CallContext, key: str, ordinal: int | None) -> PassedPaper | None:
    fitting = [one for one in passed_papers(context) if one.key == key and ordinal in (None, one.ordinal)]
    return fitting[-1] if fitting else None


def _filled(context: CallContext, passed: PassedPaper) -> FilledPaper:
    sheet = None if passed.sent is not None else compose_passed(context, passed)
    name = f"{passed.paper.title} {passed.number}"
    packages = () if passed.sent is None else tuple(packages_of(context.session, context.case.id))
    return FilledPaper(context.case.id, passed.key, name, passed.ordinal, sheet, passed.sent, packages)


def _listed(passed: PassedPaper) -> ListedPaper:
    return ListedPaper(
        key=passed.key,
        title=passed.paper.title,
        title_en=passed.paper.title_en,
        number=passed.number,
        at=passed.at,
        element=passed.element,
        ordinal=passed.ordinal,
    )


def _case(session: Session, case_id: int) -> Case:
    case = session.get(Case, case_id)
    if case is None:
        raise NotFound(case=case_id)
    return case


def _case_of_unit(session: Session, unit_code: str, commission_no: str) -> Case:
    case = find_case(session, unit_code, commission_no)
    if case is None:
        raise NotFound(commission=commission_no)
    return case


def _context(session: Session, platform: Platform, case: Case) -> CallContext:
    """With the definition of the latest instance."""
    mine = select(ProcessInstance.definition_digest).where(ProcessInstance.case_id == case.id)
    digest = session.scalars(mine.order_by(ProcessInstance.id.desc()).limit(1)).one()
    definition = pinned_definition(session, digest)
    return CallContext(session, platform, case, definition, None, platform.clock.now())
