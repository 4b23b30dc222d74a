"""The three papers that begin something at the desk: commissions, re-checks, requests of other units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.authority import Person
from engine.domain.commission import Commission
from engine.domain.errors import CommissionDiffers, NotFound, RuleViolation
from engine.domain.materials import Defect
from engine.domain.posts import ACCEPTANCE, FRONT_DESK
from engine.domain.recheck import (
    ItemNotVerified,
    NoFurtherRecheck,
    RecheckApplication,
    RecheckOfSeveralReports,
    disputed_report,
)
from engine.form_definitions import COMMISSIONING_UNITS, FieldProblem, FormDefinition, offering
from engine.handling.form_work.answers import Answers
from engine.handling.form_work.checking import FormNotInOrder, Ready
from engine.handling.form_work.drafting import drop_draft, new_subject, open_draft
from engine.handling.form_work.letter_part import Parties
from engine.handling.form_work.opening import Sheet
from engine.handling.form_work.paperwork import (
    digest_of_form,
    peer_commission_of,
    recheck_of,
    submission_of,
)
from engine.handling.receiving import defects_of
from engine.handling.rechecking import RecheckUnderWay, ReportReplaced, apply_for_recheck, examine_recheck
from engine.handling.submission import add_papers, register_submission, submit_peer_request
from engine.platform import Platform
from engine.store.audit import record_audit
from engine.store.cases import Case, find_case
from engine.store.reports import report_by_number
from engine.store.units import CommissioningUnit

T = TypeVar("T")
REPORT_FIELD = "disputed_items.0.report_no"
FIELD_OF: Mapping[type[RuleViolation], str] = {
    CommissionDiffers: "commission_no",
    NotFound: REPORT_FIELD,
    RecheckUnderWay: REPORT_FIELD,
    ReportReplaced: REPORT_FIELD,
    NoFurtherRecheck: REPORT_FIELD,
    RecheckOfSeveralReports: "disputed_items",
    ItemNotVerified: "disputed_items",
}


class NotTheUnit(RuleViolation):
    """申请单位不是该核对报告的委托单位（MZ/T 072-2016 6.5）"""


@dataclass(frozen=True)
class Desk:
    """What a registration is made of: the platform, the form that is ready, and who registers it."""

    session: Session
    platform: Platform
    ready: Ready
    worker: str

    @property
    def answers(self) -> Answers:
        return Answers(self.ready.values)

    def unit(self) -> CommissioningUnit:
        unit = self.session.get(CommissioningUnit, self.answers.text("unit_code"))
        if unit is None or not unit.active:
            raise FormNotInOrder(FieldProblem("unit_unknown", "unit_code", "没有登记这个委托单位"))
        return unit

    def parties(self) -> Parties:
        return Parties(self.platform.organisation.name, self.unit().name)


@dataclass(frozen=True)
class Registration:
    """`examine` finds what the diagram would send back; `register` opens or finds the case."""

    form: str
    post: str
    examine: Callable[[Desk], tuple[Defect, ...]]
    register: Callable[[Desk], Case]


def open_registration(session: Session, platform: Platform, kind: str, person: Person) -> Sheet:
    """The form with the units of today, and this person's draft of it. Raises NotYourPost."""
    registration = REGISTRATIONS[kind]
    person.power_for(registration.post)
    form = _form(session, platform, registration)
    return Sheet(form, open_draft(session, platform, person.name, new_subject(form.key), form))


def examine(session: Session, platform: Platform, kind: str, worker: str, ready: Ready) -> tuple[Defect, ...]:
    """Before it is registered, so that the courier can still be asked. Raises FormNotInOrder."""
    return _at_its_field(REGISTRATIONS[kind].examine, Desk(session, platform, ready, worker))


def register(session: Session, platform: Platform, kind: str, worker: str, ready: Ready) -> Case:
    """In one transaction with the end of the draft. Raises FormNotInOrder."""
    registration = REGISTRATIONS[kind]
    case = _at_its_field(registration.register, Desk(session, platform, ready, worker))
    drop_draft(session, worker, new_subject(registration.form))
    return case


def _at_its_field(act: Callable[[Desk], T], desk: Desk) -> T:
    try:
        return act(desk)
    except tuple(FIELD_OF) as refusal:
        problem = FieldProblem("refused", FIELD_OF[type(refusal)], refusal.message())
        raise FormNotInOrder(problem) from refusal


def _form(session: Session, platform: Platform, registration: Registration) -> FormDefinition:
    wanted = select(CommissioningUnit.code, CommissioningUnit.name).where(CommissioningUnit.active.is_(True))
    units = {code: name for code, name in session.execute(wanted.order_by(CommissioningUnit.code))}
    return offering(platform.forms[registration.form], {COMMISSIONING_UNITS: units})


def _examine_submission(desk: Desk) -> tuple[Defect, ...]:
    commission = submission_of(desk.ready, desk.parties(), desk.platform.clock.now()).commission
    _check_number(desk, commission)
    return defects_of(desk.platform, desk.unit(), commission, commission.received_at)


def _check_number(desk: Desk, commission: Commission) -> None:
    earlier = find_case(desk.session, desk.unit().code, commission.number)
    if earlier is not None and earlier.request_digest != digest_of_form(desk.ready):
        raise CommissionDiffers(case_no=earlier.case_no)


def _register_submission(desk: Desk) -> Case:
    paper = submission_of(desk.ready, desk.parties(), desk.platform.clock.now())
    return register_submission(desk.session, desk.platform, desk.unit(), paper, desk.worker).case


def _examine_peer(desk: Desk) -> tuple[Defect, ...]:
    """Its material is the matter of the unit that asks (6.1 注): nothing of it is held against Annex A."""
    commission = peer_commission_of(desk.answers, desk.parties(), desk.platform.clock.now())
    _check_number(desk, commission)
    return ()


def _register_peer(desk: Desk) -> Case:
    now, digest = desk.platform.clock.now(), digest_of_form(desk.ready)
    commission = peer_commission_of(desk.answers, desk.parties(), now)
    declared = desk.answers.flag("statement_given")
    reception = submit_peer_request(
        desk.session, desk.platform, desk.unit(), commission, digest, answers_for_material=declared
    )
    if reception.is_new:
        add_papers(desk.session, reception.case, desk.ready.papers, now)
        record_audit(desk.session, now, desk.worker, "peer_request_registered", reception.case.id)
    return reception.case


def _examine_recheck(desk: Desk) -> tuple[Defect, ...]:
    application = recheck_of(desk.answers)
    examine_recheck(desk.session, _unit_of_report(desk, application).code, application)
    return ()


def _register_recheck(desk: Desk) -> Case:
    application = recheck_of(desk.answers)
    unit = _unit_of_report(desk, application)
    found = apply_for_recheck(desk.session, desk.platform, unit.code, application, desk.worker)
    add_papers(desk.session, found.case, desk.ready.papers, desk.platform.clock.now())
    return found.case


def _unit_of_report(desk: Desk, application: RecheckApplication) -> CommissioningUnit:
    """The unit of the original report, and nobody else (6.5). Raises NotFound, FormNotInOrder."""
    report = report_by_number(desk.session, disputed_report(application))
    if report is None:
        raise NotFound
    case = desk.session.get_one(Case, report.case_id)
    unit = desk.session.get_one(CommissioningUnit, case.unit_code)
    if unit.name != application.unit_name.strip():
        raise FormNotInOrder(FieldProblem("not_the_unit", "unit_name", NotTheUnit.message()))
    return unit


REGISTRATIONS: Mapping[str, Registration] = {
    "submission": Registration("register_submission", FRONT_DESK, _examine_submission, _register_submission),
    "recheck": Registration("recheck_application", ACCEPTANCE, _examine_recheck, _register_recheck),
    "peer": Registration("register_peer_request", ACCEPTANCE, _examine_peer, _register_peer),
}
