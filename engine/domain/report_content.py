"""The content of a report (MZ/T 072-2016 附录C) composed from a case, and the check of it."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

from engine.domain.catalogue import Catalogue
from engine.domain.commission import Commission
from engine.domain.errors import ReportIncomplete
from engine.domain.findings import Findings
from engine.domain.report import PrintedMember, ReportContent
from engine.domain.report_number import PATTERN, SHANGHAI
from engine.domain.report_result import print_notes, print_overview, print_result, summarise
from engine.domain.report_section import print_member, print_sections
from engine.domain.report_table import Enquiry
from engine.domain.result import Evaluation


@dataclass(frozen=True)
class Issue:
    """What the verification unit adds. `asked` are the pairs of person ref and item of the query plan."""

    number: str
    title: str
    legal_basis: str  # 《社会救助暂行办法》（文号）和《…》
    handler: str
    verification_unit: str
    issued_at: datetime
    asked: Set[tuple[str, str]]


def compose_report(
    commission: Commission, catalogue: Catalogue, findings: Findings, evaluation: Evaluation, issue: Issue
) -> ReportContent:
    """Raises ReportIncomplete, naming what is missing of Annex C."""
    letter = commission.letter
    if letter is None:
        raise ReportIncomplete(missing=("核对委托书",))
    enquiry = Enquiry(catalogue, findings, issue.asked)
    today = issue.issued_at.astimezone(SHANGHAI).date()
    members = tuple(print_member(enquiry, person, today) for person in commission.household.members)
    head = print_member(enquiry, commission.household.person(commission.household.head), today)
    content = ReportContent(
        title=issue.title,
        number=issue.number,
        addressee=letter.commissioning_unit,
        legal_basis=issue.legal_basis,
        commissioned_on=commission.received_at.astimezone(SHANGHAI).date(),
        commissioning_unit=letter.commissioning_unit,
        purpose=commission.purpose,
        head=head,
        income_from=letter.period.start,
        income_to=letter.period.end,
        property_as_of=letter.property_as_of,
        copies=commission.copies,
        result=print_result(evaluation, _is_answered(findings, issue.asked)),
        result_summary=summarise(evaluation),
        overview=print_overview(head.name, evaluation.overview),
        notes=print_notes(evaluation, commission.household, catalogue),
        members=members,
        sharing_units=_sharing_units(catalogue, findings, issue.asked),
        sections=print_sections(enquiry, commission.household, letter, today),
        handler=issue.handler,
        verification_unit=issue.verification_unit,
        issued_at=issue.issued_at,
    )
    missing = check_complete(content)
    if missing:
        raise ReportIncomplete(missing=missing)
    return content


def check_complete(content: ReportContent) -> tuple[str, ...]:
    """The items of Annex C that are missing, in its words and order.

    Seal (C.1-12) and signature (C.1-13) are places on paper, and both need a name under them.
    """
    parts: tuple[tuple[str, bool], ...] = (
        ("核对报告名称", bool(content.title.strip())),
        ("核对报告编号", PATTERN.fullmatch(content.number) is not None),
        ("委托单位全称", bool(content.commissioning_unit.strip())),
        ("核对报告事由", bool(content.purpose.strip() and content.legal_basis.strip())),
        ("核对对象姓名", _all_have(content.members, "name")),
        ("核对对象身份证号码", _all_have(content.members, "id_no")),
        ("信息共享单位全称", bool(content.sharing_units) and all(content.sharing_units)),
        ("核对对象经济状况的起止时间", content.income_from <= content.income_to),
        ("核对对象的居民家庭经济状况评估结果", bool(content.result and content.overview.strip())),
        ("核对报告的份数", content.copies >= 1),
        ("核对机构全称", bool(content.verification_unit.strip())),
        ("核对机构公章", bool(content.verification_unit.strip())),
        ("经办人签字", bool(content.handler.strip())),
        ("出具核对报告的日期", content.issued_at.tzinfo is not None),
    )
    return tuple(name for name, is_there in parts if not is_there)


def _all_have(members: tuple[PrintedMember, ...], part: str) -> bool:
    return bool(members) and all(getattr(member, part).strip(" —") for member in members)


def _is_answered(findings: Findings, asked: Set[tuple[str, str]]) -> bool:
    answered = {(answer.person, answer.item) for answer in findings.answers}
    return asked <= answered and not findings.incomplete()


def _sharing_units(catalogue: Catalogue, findings: Findings, asked: Set[tuple[str, str]]) -> tuple[str, ...]:
    """Every unit that was asked, in the order of the catalogue (DB32/T 3319-2017 附录A)."""
    items = {item for _, item in asked} | {answer.item for answer in findings.answers}
    asked_units = {catalogue.items[item].department for item in items if item in catalogue.items}
    return tuple(unit.name for code, unit in catalogue.departments.items() if code in asked_units)
