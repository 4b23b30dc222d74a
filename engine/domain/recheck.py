"""The re-check (复核) of a report, MZ/T 072-2016 6.5 and 附录F: who may ask, for what, and how often."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from engine.domain.errors import RuleViolation
from engine.domain.findings import Findings
from engine.domain.report_number import NATURES


class NoFurtherRecheck(RuleViolation):
    """该家庭已出具第二次复核核对报告，不再受理复核申请（MZ/T 072-2016 附录B f）"""


class RecheckIncomplete(RuleViolation):
    """《居民家庭经济状况复核申请表》内容不全（MZ/T 072-2016 附录F）"""


class RecheckOfSeveralReports(RuleViolation):
    """一份复核申请表只能对一份核对报告提出复核（MZ/T 072-2016 附录F）"""


class ItemNotVerified(RuleViolation):
    """复核数据项不在该核对报告的查询内容内（MZ/T 072-2016 6.5）"""


@dataclass(frozen=True)
class DisputedItem:
    """A row of the form: which item of which report, and why."""

    report_no: str
    item: str  # code, e.g. RS01
    reason: str = field(repr=False)


@dataclass(frozen=True)
class RecheckApplication:
    """《居民家庭经济状况复核申请表》, in the order of table F.1."""

    unit_name: str
    contact_person: str = field(repr=False)
    contact_phone: str = field(repr=False)
    contact_id_no: str = field(repr=False)
    email: str = field(repr=False)
    postcode: str
    address: str = field(repr=False)
    rows: tuple[DisputedItem, ...]
    handler: str = field(repr=False)
    is_signed: bool  # by the handler
    is_sealed: bool  # by the unit
    applied_on: date

    @property
    def items(self) -> tuple[str, ...]:
        """Each once, in the order of the form."""
        return tuple(dict.fromkeys(row.item for row in self.rows))


def next_nature(nature: str) -> str:
    """f -> s -> t. Raises NoFurtherRecheck: the standard knows no fourth nature."""
    following = NATURES[NATURES.index(nature) + 1 :]
    if not following:
        raise NoFurtherRecheck(nature=nature)
    return following[0]


def disputed_report(application: RecheckApplication) -> str:
    """The number of the one report the form is about. Raises RecheckIncomplete, RecheckOfSeveralReports."""
    missing = missing_fields(application)
    if missing:
        raise RecheckIncomplete(missing=missing)
    numbers = {row.report_no for row in application.rows}
    if len(numbers) > 1:
        raise RecheckOfSeveralReports(reports=len(numbers))
    return numbers.pop()


def missing_fields(application: RecheckApplication) -> tuple[str, ...]:
    """An e-mail address and a postcode may be left out: who has none still may dispute a report."""
    texts = ("unit_name", "contact_person", "contact_phone", "contact_id_no", "address", "handler")
    missing = [name for name in texts if not str(getattr(application, name)).strip()]
    missing += [name for name in ("rows", "is_signed", "is_sealed") if not getattr(application, name)]
    rows = enumerate(application.rows)
    missing += [f"rows.{n}" for n, row in rows if not (row.item.strip() and row.reason.strip())]
    return tuple(missing)


def check_items(disputed: Iterable[str], asked: Collection[str]) -> None:
    """Only what the report rests on can be disputed. Raises ItemNotVerified."""
    unknown = sorted(set(disputed) - set(asked))
    if unknown:
        raise ItemNotVerified(items=unknown)


def changed_items(before: Findings, after: Findings, disputed: Iterable[str]) -> tuple[str, ...]:
    """The disputed items about which some source now says something else of somebody."""
    return tuple(item for item in disputed if _said(before, item) != _said(after, item))


def _said(findings: Findings, item: str) -> object:
    answers = findings.of_item(item)
    return sorted((answer.person, answer.status, repr(answer.records)) for answer in answers)
