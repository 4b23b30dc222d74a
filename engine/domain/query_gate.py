"""The query gate: whether a person may be asked about, and on which authorisation (核对授权书) that rests.

MZ/T 072-2016 5.2 c): nobody is queried who is not an object of verification. Every question passes here.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache

from engine.domain.catalogue import Item
from engine.domain.commission import Authorisation, Commission, CommissionLetter
from engine.domain.report_number import SHANGHAI

WHOLE_SERVICE = "*"  # scope of an authorisation for all items of the service
LAST_NAMED_SERVICE = "ai"  # 附录B e): ai-zz are 其他核对项目, one entry of the catalogue
SECTIONS_TO_COMMISSION = ("income", "property", "expenditure")  # A.2 d; basic and other data go with them


class RefusalCode(StrEnum):
    """Why a question may not be asked, in the order of the checks."""

    CASE_CLOSED = "case_closed"
    NOT_AN_OBJECT = "not_an_object"
    LETTER_MISSING = "letter_missing"
    LETTER_NOT_VALID = "letter_not_valid"
    CONTENT_NOT_COMMISSIONED = "content_not_commissioned"
    NOT_AUTHORISED = "not_authorised"
    UNIT_DIFFERS = "unit_differs"
    ITEM_NOT_AUTHORISED = "item_not_authorised"
    EVALUATION_NOT_ALLOWED = "evaluation_not_allowed"
    AUTHORISATION_NOT_CONFIRMED = "authorisation_not_confirmed"
    AUTHORISATION_NOT_VALID = "authorisation_not_valid"


MESSAGES = {
    RefusalCode.CASE_CLOSED: "核对业务不在办理中",
    RefusalCode.NOT_AN_OBJECT: "该人员不是本次核对业务的核对对象（MZ/T 072-2016 5.2 c）",
    RefusalCode.LETTER_MISSING: "没有核对委托书（MZ/T 072-2016 A.2）",
    RefusalCode.LETTER_NOT_VALID: "核对委托书不在生效期间内（MZ/T 072-2016 A.2 g）",
    RefusalCode.CONTENT_NOT_COMMISSIONED: "该数据项不在委托的核对内容内（MZ/T 072-2016 A.2 d）",
    RefusalCode.NOT_AUTHORISED: "没有核对授权书覆盖该人员（MZ/T 072-2016 A.1）",
    RefusalCode.UNIT_DIFFERS: "核对授权书的被授权机构与委托书不一致（MZ/T 072-2016 A.1 b）",
    RefusalCode.ITEM_NOT_AUTHORISED: "核对授权书的授权内容不含该数据项（MZ/T 072-2016 A.1 c）",
    RefusalCode.EVALUATION_NOT_ALLOWED: "核对授权书未授权经济状况评估（MZ/T 072-2016 A.1 c）",
    RefusalCode.AUTHORISATION_NOT_CONFIRMED: "核对授权书没有核对对象的确认（MZ/T 072-2016 A.1 e）",
    RefusalCode.AUTHORISATION_NOT_VALID: "核对授权书不在授权有效期限内（MZ/T 072-2016 A.1 d）",
}
ORDER = tuple(RefusalCode)


@dataclass(frozen=True)
class Refusal:
    """A question that may not be asked, and why."""

    code: RefusalCode

    @property
    def message(self) -> str:
        return MESSAGES[self.code]


def ask_gate(
    commission: Commission, case_is_open: bool, person_ref: str, item: Item, at: datetime
) -> Authorisation | Refusal:
    """The authorisation on which the question may be asked at that moment, or why it may not; its number goes
    out with the question. The day counts in Beijing time."""
    day = _day(at)
    code = _commission_refuses(commission, case_is_open, person_ref, item, day)
    return _authorisation_for(commission, person_ref, item, day) if code is None else Refusal(code)


@lru_cache(maxsize=16)  # all questions of a case are asked at one moment
def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def _commission_refuses(
    commission: Commission, case_is_open: bool, person_ref: str, item: Item, day: date
) -> RefusalCode | None:
    if not case_is_open:
        return RefusalCode.CASE_CLOSED
    if person_ref not in [person.ref for person in commission.household.persons]:
        return RefusalCode.NOT_AN_OBJECT
    if commission.letter is None:
        return RefusalCode.LETTER_MISSING
    return _letter_refuses(commission.letter, item, day)


def _letter_refuses(letter: CommissionLetter, item: Item, day: date) -> RefusalCode | None:
    if not letter.valid.covers(day):
        return RefusalCode.LETTER_NOT_VALID
    if item.section in SECTIONS_TO_COMMISSION and item.section not in letter.content:
        return RefusalCode.CONTENT_NOT_COMMISSIONED
    return None


def _authorisation_for(
    commission: Commission, person_ref: str, item: Item, day: date
) -> Authorisation | Refusal:
    """The first that fits; else what is wrong with the one that comes nearest."""
    nearest = RefusalCode.NOT_AUTHORISED
    for authorisation in commission.authorisations:
        code = _refuses(commission, authorisation, person_ref, item, day)
        if code is None:
            return authorisation
        nearest = max(nearest, code, key=ORDER.index)
    return Refusal(nearest)


def _refuses(
    commission: Commission, authorisation: Authorisation, person_ref: str, item: Item, day: date
) -> RefusalCode | None:
    if person_ref not in authorisation.covers:
        return RefusalCode.NOT_AUTHORISED
    if not _names_the_units(authorisation, commission.letter):
        return RefusalCode.UNIT_DIFFERS
    if not _has_in_scope(authorisation, commission.service, item):
        return RefusalCode.ITEM_NOT_AUTHORISED
    if not authorisation.evaluation_allowed:
        return RefusalCode.EVALUATION_NOT_ALLOWED
    if not _is_confirmed(authorisation):
        return RefusalCode.AUTHORISATION_NOT_CONFIRMED
    return None if authorisation.valid.covers(day) else RefusalCode.AUTHORISATION_NOT_VALID


def _names_the_units(authorisation: Authorisation, letter: CommissionLetter | None) -> bool:
    named = (authorisation.commissioning_unit, authorisation.verification_unit)
    return letter is not None and named == (letter.commissioning_unit, letter.verification_unit)


def _has_in_scope(authorisation: Authorisation, service: str, item: Item) -> bool:
    if item.code in authorisation.scope:
        return True
    return WHOLE_SERVICE in authorisation.scope and min(service, LAST_NAMED_SERVICE) in item.services


def _is_confirmed(authorisation: Authorisation) -> bool:
    evidence = authorisation.evidence
    return evidence is not None and bool(evidence.method and evidence.digest)
