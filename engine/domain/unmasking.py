"""What is masked on pages, and for which reasons it may be shown (MZ/T 072-2016 5.2 b, GB/T 35273 7.2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.domain.authority import Right
from engine.domain.errors import RuleViolation

SHORTEST, LONGEST = 4, 200


class ReasonMissingForUnmasking(RuleViolation):
    """查看完整信息应当选择理由，并用 4 至 200 字说明"""


class FieldKind(StrEnum):
    ID_NUMBER = "id_number"
    AMOUNT = "amount"


RIGHT_OF: Mapping[FieldKind, Right] = {
    FieldKind.ID_NUMBER: Right.SHOW_ID_NUMBER,
    FieldKind.AMOUNT: Right.SHOW_AMOUNT,
}


class ReasonCode(StrEnum):
    IDENTITY = "identity"
    CONTRADICTION = "contradiction"
    CONTACT = "contact"
    OBJECTION = "objection"
    INSPECTION = "inspection"


REASON_WORDS: Mapping[ReasonCode, str] = {
    ReasonCode.IDENTITY: "核对身份",
    ReasonCode.CONTRADICTION: "核实矛盾信息",
    ReasonCode.CONTACT: "联系信息共享单位",
    ReasonCode.OBJECTION: "处理异议、复核或者投诉",
    ReasonCode.INSPECTION: "督查",
}


@dataclass(frozen=True)
class MaskedField:
    """`subject` names the field by refs and codes (p1, p1.RS01), never by what it holds."""

    kind: FieldKind
    subject: str


@dataclass(frozen=True)
class Reason:
    code: ReasonCode
    words: str = field(repr=False)

    def check(self) -> None:
        """Raises ReasonMissingForUnmasking."""
        if not SHORTEST <= len(self.words.strip()) <= LONGEST:
            raise ReasonMissingForUnmasking
