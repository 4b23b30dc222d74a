"""What a commissioning unit may send: marshmallow schemas that yield domain values, nothing unknown."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from marshmallow import RAISE, Schema, fields, post_load, validate

from engine.domain.commission import (
    Authorisation,
    Commission,
    CommissionLetter,
    Declaration,
    DeclaredIncome,
    Evidence,
    Material,
    Review,
)
from engine.domain.household import Household, Period, Person, Role
from engine.domain.recheck import DisputedItem, RecheckApplication

SHORT, LONG = 64, 500
MESSAGES: dict[str, str | list[Any] | dict[Any, Any]] = {
    "required": "必填",
    "null": "不能为空",
    "invalid": "格式不正确",
    "type": "类型不正确",
    "unknown": "不认识的字段",
    "too_large": "数值过大",
}


class StrictSchema(Schema):
    """Nothing unknown passes; texts are Chinese."""

    class Meta:
        unknown = RAISE

    error_messages = {"type": "应当是一个对象", "unknown": "不认识的字段"}  # noqa: RUF012 - as marshmallow has it


def _text(longest: int = SHORT, *, empty: bool = False, **options: Any) -> fields.String:
    length = validate.Length(
        min=0 if empty else 1, max=longest, error=f"长度应当在 {0 if empty else 1} 到 {longest} 之间"
    )
    return fields.String(validate=length, error_messages=MESSAGES, **options)


def _required(longest: int = SHORT, *, empty: bool = False) -> fields.String:
    return _text(longest, empty=empty, required=True)


def _choice(*values: str) -> fields.String:
    allowed = validate.OneOf(values, error=f"应当是 {'、'.join(values)} 之一")
    return fields.String(required=True, validate=allowed, error_messages=MESSAGES)


def _ref() -> fields.String:
    shape = validate.Regexp(
        r"^[A-Za-z][A-Za-z0-9_-]{0,19}\Z", error="以字母开头，只能含字母、数字、下划线，最多 20 位"
    )
    return fields.String(required=True, validate=shape, error_messages=MESSAGES)


def _list(inner: fields.Field[Any], most: int, **options: Any) -> fields.List[Any]:
    length = validate.Length(max=most, error=f"最多 {most} 项")
    return fields.List(inner, validate=length, error_messages=MESSAGES, **options)


def _day() -> fields.Date:
    return fields.Date(required=True, format="iso", error_messages=MESSAGES)


def _month() -> fields.String:
    shape = validate.Regexp(r"^\d{4}-(0[1-9]|1[0-2])\Z", error="应当是 2026-03 这样的年月")
    return fields.String(required=True, validate=shape, error_messages=MESSAGES)


def _yuan(**options: Any) -> fields.String:
    """Money comes as text with at most two decimals: a JSON number would already have been a float."""
    shape = validate.Regexp(
        r"^(0|[1-9]\d{0,9})(\.\d{1,2})?\Z", error="应当是元，最多两位小数，写成文字，如 2600.00"
    )
    return fields.String(validate=shape, error_messages=MESSAGES, **options)


def _fen(yuan: str | None) -> int | None:
    return None if yuan is None else int(Decimal(yuan) * 100)


def _whole(**options: Any) -> fields.Integer:
    limit = validate.Range(min=0, max=1000, error="应当在 0 到 1000 之间")
    return fields.Integer(strict=True, validate=limit, error_messages=MESSAGES, **options)


def _flag(**options: Any) -> fields.Boolean:
    return fields.Boolean(truthy={True}, falsy={False}, error_messages=MESSAGES, **options)


def _nested(schema: type[Schema], **options: Any) -> fields.Nested:
    return fields.Nested(schema, error_messages=MESSAGES, **options)


class PeriodSchema(StrictSchema):
    start = _day()
    end = _day()

    @post_load
    def build(self, data: Mapping[str, date], **_: object) -> Period:
        return Period(data["start"], data["end"])


class EvidenceSchema(StrictSchema):
    method = _choice("signature", "seal", "fingerprint", "electronic")
    digest = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9a-f]{64}\Z", error="应当是 SHA-256 摘要（64 位小写十六进制）"),
        error_messages=MESSAGES,
    )

    @post_load
    def build(self, data: Mapping[str, str], **_: object) -> Evidence:
        return Evidence(data["method"], data["digest"])


class PersonSchema(StrictSchema):
    ref = _ref()
    name = _required(empty=True)
    id_type = _required(3)
    id_no = _required(40, empty=True)
    relation = _required(2)
    role = _choice("member", "supporter")
    supports = _list(_ref(), 30, load_default=())
    support_by_agreement_month = _yuan(load_default=None, allow_none=True)
    household_size = _whole(load_default=1)
    household_income_month = _yuan(load_default=None, allow_none=True)
    excluded_reason = _text(load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Person:
        return Person(
            ref=data["ref"],
            name=data["name"].strip(),
            id_type=data["id_type"],
            id_no=data["id_no"].strip().upper(),
            relation=data["relation"],
            role=Role(data["role"]),
            supports=tuple(data["supports"]),
            support_by_agreement_month_fen=_fen(data["support_by_agreement_month"]),
            household_size=max(data["household_size"], 1),
            household_income_month_fen=_fen(data["household_income_month"]),
            excluded_reason=data["excluded_reason"],
        )


class HouseholdSchema(StrictSchema):
    head = _ref()
    area = _choice("urban", "rural")
    persons = fields.List(
        _nested(PersonSchema),
        required=True,
        validate=validate.Length(min=1, max=30, error="应当有 1 到 30 人"),
        error_messages=MESSAGES,
    )

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Household:
        return Household(data["head"], data["area"], tuple(data["persons"]))


class LetterSchema(StrictSchema):
    verification_unit = _required(200, empty=True)
    commissioning_unit = _required(200, empty=True)
    content = _list(_choice("income", "property", "expenditure"), 3, required=True)
    period = _nested(PeriodSchema, required=True)
    property_as_of = _day()
    valid = _nested(PeriodSchema, required=True)
    disclaimer_accepted = _flag(load_default=False)
    agent = _text(load_default="", empty=True)
    signature = _nested(EvidenceSchema, load_default=None, allow_none=True)
    seal = _nested(EvidenceSchema, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> CommissionLetter:
        return CommissionLetter(**{**data, "content": tuple(data["content"])})


class AuthorisationSchema(StrictSchema):
    number = _required()
    signed_by = _ref()
    covers = _list(_ref(), 30, required=True)
    guardian_basis = _text(200, load_default=None, allow_none=True)
    commissioning_unit = _required(200, empty=True)
    verification_unit = _required(200, empty=True)
    scope = _list(_text(10), 100, required=True)
    evaluation_allowed = _flag(load_default=False)
    valid = _nested(PeriodSchema, required=True)
    evidence = _nested(EvidenceSchema, load_default=None, allow_none=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Authorisation:
        return Authorisation(**{**data, "covers": tuple(data["covers"]), "scope": tuple(data["scope"])})


class IncomeSchema(StrictSchema):
    person = _ref()
    category = _choice("wage", "business", "property", "transfer")
    amount_month = _yuan(required=True)
    first_month = _month()
    last_month = _month()
    payer = _text(200, load_default="", empty=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> DeclaredIncome:
        return DeclaredIncome(
            data["person"],
            data["category"],
            _fen(data["amount_month"]) or 0,
            data["first_month"],
            data["last_month"],
            data["payer"],
        )


class DeclarationSchema(StrictSchema):
    incomes = _list(_nested(IncomeSchema), 200, load_default=())
    financial_assets = _yuan(load_default=None, allow_none=True)
    dwellings = _whole(load_default=None, allow_none=True)
    vehicles = _whole(load_default=None, allow_none=True)
    entities = _whole(load_default=None, allow_none=True)
    rigid_expenditure = _yuan(load_default=None, allow_none=True)
    serious_illness = _flag(load_default=False)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Declaration:
        return Declaration(
            tuple(data["incomes"]),
            _fen(data["financial_assets"]),
            data["dwellings"],
            data["vehicles"],
            data["entities"],
            _fen(data["rigid_expenditure"]),
            data["serious_illness"],
        )


class MaterialSchema(StrictSchema):
    name = _required(100)
    copies = _whole(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Material:
        return Material(data["name"], data["copies"])


class ReviewSchema(StrictSchema):
    reviewer = _required(40)
    name = _required()
    reviewed_at = fields.AwareDateTime(required=True, format="iso", error_messages=MESSAGES)
    passed = _flag(required=True)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Review:
        return Review(data["reviewer"], data["name"], data["reviewed_at"], data["passed"])


class CommissionSchema(StrictSchema):
    """`received_at` is ours, not the unit's."""

    commission_no = fields.String(
        required=True,
        validate=validate.Regexp(
            r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z",
            error="以字母或者数字开头，只能含字母、数字、点、横线，最多 64 位",
        ),
        error_messages=MESSAGES,
    )
    service = _required(2)
    purpose = _required(LONG)
    copies = fields.Integer(
        strict=True,
        load_default=1,
        validate=validate.Range(min=1, max=20, error="应当在 1 到 20 之间"),
        error_messages=MESSAGES,
    )
    household = _nested(HouseholdSchema, required=True)
    letter = _nested(LetterSchema, load_default=None, allow_none=True)
    authorisations = _list(_nested(AuthorisationSchema), 30, load_default=())
    declaration = _nested(DeclarationSchema, load_default=None, allow_none=True)
    identity_copies = _list(_ref(), 30, load_default=())
    materials = _list(_nested(MaterialSchema), 50, load_default=())
    reviews = _list(_nested(ReviewSchema), 5, load_default=())

    def __init__(self, received_at: datetime) -> None:
        super().__init__()
        self._received_at = received_at

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> Commission:
        return Commission(
            number=data["commission_no"],
            service=data["service"],
            purpose=data["purpose"].strip(),
            received_at=self._received_at,
            household=data["household"],
            letter=data["letter"],
            authorisations=tuple(data["authorisations"]),
            declaration=data["declaration"],
            identity_copies=tuple(data["identity_copies"]),
            materials=tuple(data["materials"]),
            reviews=tuple(data["reviews"]),
            copies=data["copies"],
        )


class ReceiptSchema(StrictSchema):
    sha256 = fields.String(
        required=True,
        validate=validate.Regexp(r"^[0-9a-f]{64}\Z", error="应当是 SHA-256 摘要（64 位小写十六进制）"),
        error_messages=MESSAGES,
    )
    received_by = _required()
    received_at = fields.AwareDateTime(required=True, format="iso", error_messages=MESSAGES)


class InstructionSchema(StrictSchema):
    instruction = _choice("continue", "withdraw")
    answers = _required(100)


def peer_request_schema(received_at: datetime) -> Schema:
    """`answers_for_material`: the other unit answers for lawful and complete material (6.1 note)."""
    commission = fields.Nested(CommissionSchema(received_at), required=True, error_messages=MESSAGES)
    return StrictSchema.from_dict({"answers_for_material": _flag(required=True), "commission": commission})()


class DisputedItemSchema(StrictSchema):
    report_no = _required(40)
    item = _required(10)
    reason = _required(LONG)

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> DisputedItem:
        return DisputedItem(**data)


class RecheckSchema(StrictSchema):
    """In the order of table F.1."""

    unit_name = _required(200)
    contact_person = _required()
    contact_phone = _required(30)
    contact_id_no = _required(18)
    email = _text(120, load_default="", empty=True)
    postcode = _text(6, load_default="", empty=True)
    address = _required(200)
    items = _list(_nested(DisputedItemSchema), 30, required=True)
    handler = _required()
    is_signed = _flag(required=True)
    is_sealed = _flag(required=True)
    applied_on = _day()

    @post_load
    def build(self, data: dict[str, Any], **_: object) -> RecheckApplication:
        rows = tuple(data.pop("items"))
        return RecheckApplication(rows=rows, **data)
