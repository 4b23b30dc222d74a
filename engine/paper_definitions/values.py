"""What a paper may print: the tree of values that templates see, each with its words and a sample.

Invented samples only. Dates are `date`, moments `datetime`; both may be missing on a form to fill in by hand.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Annotated

BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class About:
    """Says of a value what it is, what the preview prints, and how many rows a blank form has of it."""

    words: str
    sample: object = None
    blank_rows: int = 0


@dataclass(frozen=True)
class HouseValues:
    name: Annotated[str, About("核对机构全称", "甲市居民家庭经济状况核对中心")]
    legal_basis: Annotated[str, About("政策依据", "《社会救助暂行办法》")]
    retention: Annotated[str, About("档案保管期限", "永久")]


@dataclass(frozen=True)
class UnitValues:
    name: Annotated[str, About("委托单位全称", "甲区民政局")]


@dataclass(frozen=True)
class ServiceValues:
    code: Annotated[str, About("业务标识符（附录B e）", "aa")]
    name: Annotated[str, About("核对项目", "最低生活保障")]


@dataclass(frozen=True)
class PersonValues:
    name: Annotated[str, About("姓名", "赵甲")]
    id_type: Annotated[str, About("证件类型", "居民身份证")]
    id_no: Annotated[str, About("证件号码", "320402198506150016")]
    relation: Annotated[str, About("与户主关系", "户主")]


@dataclass(frozen=True)
class MaterialValues:
    name: Annotated[str, About("材料名称", "家庭经济状况自行申报表")]
    copies: Annotated[int | None, About("份数", 1)]


@dataclass(frozen=True)
class CaseValues:
    number: Annotated[str, About("核对业务编号", "320400202611200000001")]
    commission_no: Annotated[str, About("委托编号", "WT-2026-0001")]
    channel: Annotated[str, About("办理方式", "人工递交")]
    purpose: Annotated[str, About("核对事由", "申请最低生活保障")]
    received_at: Annotated[datetime | None, About("收到时间", datetime(2026, 11, 20, 9, 30, tzinfo=BEIJING))]
    accepted_at: Annotated[datetime | None, About("受理时间", datetime(2026, 11, 20, 15, 0, tzinfo=BEIJING))]
    closed_at: Annotated[datetime | None, About("办结时间", datetime(2026, 12, 1, 10, 0, tzinfo=BEIJING))]


@dataclass(frozen=True)
class LetterValues:
    """核对委托书, MZ/T 072-2016 A.2."""

    content: Annotated[tuple[str, ...], About("核对内容", ("收入", "财产", "支出"))]
    period_from: Annotated[date | None, About("核对期间起", date(2025, 11, 1))]
    period_until: Annotated[date | None, About("核对期间止", date(2026, 10, 31))]
    property_as_of: Annotated[date | None, About("财产截止日期", date(2026, 10, 31))]
    valid_from: Annotated[date | None, About("委托书生效起", date(2026, 11, 1))]
    valid_until: Annotated[date | None, About("委托书生效止", date(2027, 10, 31))]
    agent: Annotated[str, About("委托人", "沈经办")]
    materials: Annotated[tuple[MaterialValues, ...], About("委托材料清单", blank_rows=3)]


@dataclass(frozen=True)
class AuthorisationValues:
    """核对授权书, MZ/T 072-2016 A.1."""

    number: Annotated[str, About("授权书编号", "SQ2026110001")]
    signer: Annotated[str, About("签署人姓名", "赵甲")]
    covered: Annotated[tuple[PersonValues, ...], About("被授权查询的人", blank_rows=5)]
    guardian_basis: Annotated[str, About("代签的依据", "户主代未成年子女签署")]
    scope: Annotated[tuple[str, ...], About("授权查询的数据项；空表示该核对项目的全部数据项", ())]
    valid_from: Annotated[date | None, About("授权起", date(2026, 11, 1))]
    valid_until: Annotated[date | None, About("授权止", date(2027, 10, 31))]


@dataclass(frozen=True)
class ReasonValues:
    clause: Annotated[str, About("条款", "A.1 d")]
    words: Annotated[str, About("原因", "核对授权书不在授权有效期限内")]


@dataclass(frozen=True)
class LimitValues:
    """Working days, as the decision table `time_limits` says; missing where it says nothing."""

    days: Annotated[int | None, About("本业务的办理期限（工作日）", 10)]
    due_on: Annotated[date | None, About("本业务的办结期限", date(2026, 12, 4))]
    supplement_days: Annotated[int | None, About("补正期限（工作日）", 10)]
    manual_days: Annotated[int | None, About("人工递交的办理期限（工作日）", 10)]
    system_days: Annotated[int | None, About("系统提交的办理期限（工作日）", 7)]


@dataclass(frozen=True)
class ReportValues:
    number: Annotated[str, About("核对报告编号", "第32040020261100042aaf1号")]
    nature: Annotated[str, About("性质", "首次核对")]
    issued_at: Annotated[datetime | None, About("出具时间", datetime(2026, 11, 30, 16, 0, tzinfo=BEIJING))]
    pages: Annotated[int | None, About("页数", 7)]
    copies: Annotated[int | None, About("份数", 1)]
    received_by: Annotated[str, About("接收人", "沈经办")]
    received_at: Annotated[datetime | None, About("接收时间", datetime(2026, 12, 1, 9, 0, tzinfo=BEIJING))]
    sha256: Annotated[str, About("文件摘要（SHA-256）", "5f70bf18a086007016e948b04aed3b82" * 2)]


@dataclass(frozen=True)
class DisputedValues:
    report_no: Annotated[str, About("核对编号", "第32040020261100042aaf1号")]
    item: Annotated[str, About("复核数据项", "在职人员信息")]
    reason: Annotated[str, About("复核原因", "已于2026年9月离职")]


@dataclass(frozen=True)
class ComparedValues:
    item: Annotated[str, About("复核数据项", "在职人员信息")]
    person: Annotated[str, About("姓名", "赵甲")]
    before: Annotated[str, About("复核前", "有 2 条记录：月份：2026-10")]
    after: Annotated[str, About("复核后", "有 1 条记录")]
    has_changed: Annotated[bool, About("是否有变化", True)]


@dataclass(frozen=True)
class RecheckValues:
    """《居民家庭经济状况复核申请表》, MZ/T 072-2016 表F.1, and what came of it (6.5)."""

    unit_name: Annotated[str, About("申请单位名称", "甲区民政局")]
    contact_person: Annotated[str, About("联系人", "沈经办")]
    contact_phone: Annotated[str, About("联系电话", "13900000000")]
    contact_id_no: Annotated[str, About("联系人证件号码", "320402198506150016")]
    email: Annotated[str, About("E-mail", "unit@example.invalid")]
    postcode: Annotated[str, About("邮政编码", "213000")]
    address: Annotated[str, About("通讯地址", "甲市甲区甲路1号")]
    rows: Annotated[tuple[DisputedValues, ...], About("复核数据项及原因", blank_rows=6)]
    handler: Annotated[str, About("经办人", "沈经办")]
    applied_on: Annotated[date | None, About("申请日期", date(2026, 12, 8))]
    original_report: Annotated[str, About("存在异议的核对报告", "第32040020261100042aaf1号")]
    compared: Annotated[tuple[ComparedValues, ...], About("逐项对照", blank_rows=2)]


@dataclass(frozen=True)
class PaperValues:
    """All of it. What does not concern a paper is blank."""

    number: Annotated[str, About("本文书的编号", "核样字〔2026〕320400202611200000001号")]
    dated: Annotated[date | None, About("本文书的日期", date(2026, 11, 22))]
    house: Annotated[HouseValues, About("核对机构")]
    unit: Annotated[UnitValues, About("委托单位")]
    service: Annotated[ServiceValues, About("核对项目")]
    case: Annotated[CaseValues, About("核对业务")]
    head: Annotated[PersonValues, About("户主")]
    persons: Annotated[tuple[PersonValues, ...], About("核对对象", blank_rows=4)]
    letter: Annotated[LetterValues, About("核对委托书")]
    authorisations: Annotated[tuple[AuthorisationValues, ...], About("核对授权书", blank_rows=1)]
    reasons: Annotated[tuple[ReasonValues, ...], About("退回或者中止的原因", blank_rows=2)]
    may_resubmit: Annotated[bool, About("可以补正后在原业务内重新提交", True)]
    may_supplement: Annotated[bool, About("中止后可以补充材料", True)]
    limits: Annotated[LimitValues, About("期限")]
    report: Annotated[ReportValues, About("核对报告")]
    recheck: Annotated[RecheckValues, About("复核")]
