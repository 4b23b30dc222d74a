"""The check of a commission's material against MZ/T 072-2016 附录A: the list of its defects."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from engine.domain.commission import Authorisation, Commission, CommissionLetter, Evidence
from engine.domain.household import HEAD_RELATIONS, Person
from engine.domain.identity import RESIDENT_ID, parse_resident_id

ADULT_AGE = 18
LONG_ENOUGH = 6  # shorter document numbers occur in other numbers by chance
EVIDENCE_METHODS = ("signature", "seal", "fingerprint", "electronic")
CONTENT = ("income", "property", "expenditure")


@dataclass(frozen=True)
class Defect:
    """One reason to return the material (退回). `field` is the path in the commission as the unit sent it."""

    code: str
    field: str
    clause: str
    reason: str


@dataclass(frozen=True)
class Examination:
    """What the material is held against: the two parties as registered, the day, the services offered."""

    verification_unit: str
    commissioning_unit: str
    day: date
    services: frozenset[str]


Check = Callable[[Commission, Examination], Iterator[Defect]]


def find_defects(commission: Commission, examination: Examination) -> tuple[Defect, ...]:
    """All defects, in the order of Annex A."""
    return tuple(defect for check in CHECKS for defect in check(commission, examination))


def _references(commission: Commission, examination: Examination) -> Iterator[Defect]:
    """Everything below is about persons by their refs: one ref, one person."""
    if commission.service not in examination.services:
        yield Defect("service_unknown", "service", "B.1 e", "没有这种核对项目")
    refs = [person.ref for person in commission.household.persons]
    if len(set(refs)) < len(refs):
        yield Defect("ref_repeated", "household.persons", "A.1 a", "同一 ref 指向多人")
    yield from _speaking_numbers(commission)
    named = {
        "identity_copies": set(commission.identity_copies),
        "declaration.incomes": {i.person for i in commission.declaration.incomes}
        if commission.declaration
        else set(),
        "authorisations": {ref for a in commission.authorisations for ref in (a.signed_by, *a.covers)},
        "household.persons": {ref for p in commission.household.persons for ref in p.supports},
    }
    for field, mentioned in named.items():
        if mentioned - set(refs):
            yield Defect("ref_unknown", field, "A.1 a", "所指的人不在本次核对对象内")


def _speaking_numbers(commission: Commission) -> Iterator[Defect]:
    """Refs and numbers go into addresses and logs: none may carry somebody's identity number."""
    identities = {person.id_no for person in commission.household.persons if len(person.id_no) >= LONG_ENOUGH}
    numbers = {
        "commission_no": [commission.number],
        "household.persons": [person.ref for person in commission.household.persons],
        "authorisations": [letter.number for letter in commission.authorisations],
    }
    for field, texts in numbers.items():
        if any(identity in text.upper() for identity in identities for text in texts):
            yield Defect("id_in_number", field, "5.2 b", "编号中不得含有证件号码")


def _persons(commission: Commission, examination: Examination) -> Iterator[Defect]:
    household = commission.household
    if not any(p.ref == household.head and p.relation in HEAD_RELATIONS for p in household.members):
        yield Defect("head_missing", "household.head", "A.1 a", "没有户主，或者户主不在家庭成员内")
    for index, person in enumerate(household.persons):
        yield from _person(f"household.persons.{index}", person, examination.day)
    yield from _repeated(commission)


def _person(field: str, person: Person, day: date) -> Iterator[Defect]:
    if not person.name.strip():
        yield Defect("name_missing", f"{field}.name", "A.1 a", "缺少姓名")
    if not person.id_no.strip():
        yield Defect("id_missing", f"{field}.id_no", "A.1 a", "缺少有效身份证件号码")
    elif person.id_type == RESIDENT_ID and parse_resident_id(person.id_no, day) is None:
        yield Defect("id_invalid", f"{field}.id_no", "A.1 a", "居民身份证号码不符合 GB 11643 的校验规则")


def _repeated(commission: Commission) -> Iterator[Defect]:
    seen: set[str] = set()
    for index, person in enumerate(commission.household.persons):
        if person.id_no and person.id_no in seen:
            yield Defect(
                "id_repeated", f"household.persons.{index}.id_no", "A.1 a", "同一证件号码出现在多人名下"
            )
        seen.add(person.id_no)


def _authorisations(commission: Commission, examination: Examination) -> Iterator[Defect]:
    if not commission.authorisations:
        yield Defect("authorisation_missing", "authorisations", "A.1", "缺少核对授权书")
        return
    for index, letter in enumerate(commission.authorisations):
        yield from _authorisation(f"authorisations.{index}", letter, examination)


def _authorisation(field: str, letter: Authorisation, examination: Examination) -> Iterator[Defect]:
    if letter.commissioning_unit != examination.commissioning_unit:
        yield Defect(
            "unit_differs", f"{field}.commissioning_unit", "A.1 b", "授权书上的委托单位名称与登记的不一致"
        )
    if letter.verification_unit != examination.verification_unit:
        yield Defect(
            "unit_differs", f"{field}.verification_unit", "A.1 b", "授权书上的核对机构名称与本机构不一致"
        )
    if not letter.scope or not letter.evaluation_allowed:
        yield Defect("scope_missing", f"{field}.scope", "A.1 c", "未授权查询经济状况信息和评估经济状况")
    if letter.valid.start > letter.valid.end:
        yield Defect("validity_reversed", f"{field}.valid", "A.1 d", "授权起止时间颠倒")
    elif not letter.valid.covers(examination.day):
        yield Defect("authorisation_expired", f"{field}.valid", "A.1 d", "授权书不在有效期限内")
    if not _is_confirmed(letter.evidence):
        yield Defect("confirmation_missing", f"{field}.evidence", "A.1 e", "缺少核对对象的签字、签章或者手印")


def _coverage(commission: Commission, examination: Examination) -> Iterator[Defect]:
    """DB32/T 3319 3.1: every member authorises; an adult signs in person or a named guardian does."""
    if not commission.authorisations:
        return
    for index, person in enumerate(commission.household.persons):
        if person not in commission.household.members:
            continue
        letters = [letter for letter in commission.authorisations if person.ref in letter.covers]
        if not letters:
            reason = "该家庭成员没有被任何核对授权书覆盖"
            yield Defect("authorisation_missing", f"household.persons.{index}", "A.1", reason)
        elif _is_adult(person, examination.day) and not any(_may_sign(person, x) for x in letters):
            reason = "成年家庭成员应当本人签署授权书，由他人代签的应当写明监护依据"
            yield Defect("signature_missing", f"household.persons.{index}", "A.1 e", reason)


def _is_adult(person: Person, day: date) -> bool:
    identity = parse_resident_id(person.id_no, day) if person.id_type == RESIDENT_ID else None
    return identity is None or identity.age_on(day) >= ADULT_AGE


def _may_sign(person: Person, letter: Authorisation) -> bool:
    return letter.signed_by == person.ref or bool((letter.guardian_basis or "").strip())


def _letter(commission: Commission, examination: Examination) -> Iterator[Defect]:
    letter = commission.letter
    if letter is None:
        yield Defect("letter_missing", "letter", "A.2", "缺少核对委托书")
        return
    yield from _parties(letter, examination)
    if not letter.content or not set(letter.content) <= set(CONTENT):
        yield Defect("content_missing", "letter.content", "A.2 d", "未写明需要核对的经济状况")
    yield from _dates(letter, examination)
    yield from _confirmation(letter)


def _parties(letter: CommissionLetter, examination: Examination) -> Iterator[Defect]:
    if letter.verification_unit != examination.verification_unit:
        yield Defect("unit_differs", "letter.verification_unit", "A.2 a", "被委托单位名称与本机构不一致")
    if letter.commissioning_unit != examination.commissioning_unit:
        yield Defect("unit_differs", "letter.commissioning_unit", "A.2 b", "委托单位名称与登记的不一致")


def _dates(letter: CommissionLetter, examination: Examination) -> Iterator[Defect]:
    if letter.period.start > letter.period.end:
        yield Defect("period_reversed", "letter.period", "A.2 e", "核对期间起止时间颠倒")
    elif letter.period.end > examination.day or letter.property_as_of > examination.day:
        yield Defect("period_in_future", "letter.period", "A.2 e", "核对期间或者财产截止日期晚于今天")
    if not letter.valid.covers(examination.day):
        yield Defect("letter_expired", "letter.valid", "A.2 g", "核对委托书不在生效期间内")


def _confirmation(letter: CommissionLetter) -> Iterator[Defect]:
    if not letter.disclaimer_accepted:
        yield Defect("disclaimer_missing", "letter.disclaimer_accepted", "A.2 f", "缺少免责声明")
    if not letter.agent.strip() or not _is_confirmed(letter.signature):
        yield Defect("signature_missing", "letter.signature", "A.2 i", "缺少委托人的签字")
    if not _is_confirmed(letter.seal):
        yield Defect("seal_missing", "letter.seal", "A.2 i", "缺少委托单位公章")


def _materials(commission: Commission, examination: Examination) -> Iterator[Defect]:
    if not commission.materials or any(m.copies < 1 or not m.name.strip() for m in commission.materials):
        yield Defect("list_missing", "materials", "A.2 h", "缺少委托材料清单，或者清单未写明名称和份数")


def _identity_papers(commission: Commission, examination: Examination) -> Iterator[Defect]:
    for index, person in enumerate(commission.household.persons):
        if person in commission.household.members and person.ref not in commission.identity_copies:
            field = f"household.persons.{index}"
            yield Defect("identity_copy_missing", field, "A.3 b", "缺少该家庭成员的有效身份证件复印件")
    if commission.declaration is None:
        yield Defect("declaration_missing", "declaration", "A.3 c", "缺少经济状况自行申报材料")


def _reviews(commission: Commission, examination: Examination) -> Iterator[Defect]:
    """Reviews the unit did itself (DB32/T 3319 6.2.2.3); none at all means that our own staff review."""
    reviewers = [review.reviewer for review in commission.reviews if review.passed]
    if commission.reviews and (len(reviewers) < 2 or len(set(reviewers)) < 2):
        yield Defect("reviewers_must_differ", "reviews", "6.1 b", "两次审核应当由不同的人完成并通过")


def _is_confirmed(evidence: Evidence | None) -> bool:
    return evidence is not None and evidence.method in EVIDENCE_METHODS and bool(evidence.digest)


CHECKS: tuple[Check, ...] = (
    _references,
    _persons,
    _authorisations,
    _coverage,
    _letter,
    _materials,
    _identity_papers,
    _reviews,
)
