"""Why a report is voided, copied or printed, in words somebody answers for (MZ/T 072-2016 5.2, 附录B)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from engine.domain.errors import RuleViolation

SHORTEST, LONGEST = 4, 200
MOST_PRINTED = 20  # at a time


class CareReasonMissing(RuleViolation):
    """应当用 4 至 200 字写明理由"""


class VoidReasonUnknown(RuleViolation):
    """请选择作废的原因"""


class PrintsNotCounted(RuleViolation):
    """打印份数应当是 1 至 20"""


class VoidReason(StrEnum):
    LAYOUT = "layout"
    UNFOUNDED = "unfounded"
    RECIPIENT = "recipient"
    LOST = "lost"
    OTHER = "other"
    NOT_ISSUED = "not_issued"  # nobody chooses it: the number was taken and no report came of it


VOID_WORDS: Mapping[VoidReason, str] = {
    VoidReason.LAYOUT: "版式、印章或者签名有误",
    VoidReason.UNFOUNDED: "不应当出具",
    VoidReason.RECIPIENT: "送达对象有误",
    VoidReason.LOST: "遗失或者泄露",
    VoidReason.OTHER: "其他原因",
    VoidReason.NOT_ISSUED: "未能出具",
}
CHOSEN: Mapping[VoidReason, str] = {
    reason: words for reason, words in VOID_WORDS.items() if reason is not VoidReason.NOT_ISSUED
}


@dataclass(frozen=True)
class Voiding:
    """What somebody proposes. `reissue`: with the same content under a new number."""

    reason: VoidReason
    words: str = field(repr=False)
    reissue: bool


def voiding_of(reason: str, words: str, *, reissue: bool) -> Voiding:
    """Raises VoidReasonUnknown, CareReasonMissing."""
    if reason not in set(CHOSEN):
        raise VoidReasonUnknown(reason=reason)
    return Voiding(VoidReason(reason), checked_words(words), reissue)


def checked_words(words: str) -> str:
    """Raises CareReasonMissing."""
    words = words.strip()
    if not SHORTEST <= len(words) <= LONGEST:
        raise CareReasonMissing
    return words


def checked_count(typed: str) -> int:
    """Raises PrintsNotCounted."""
    if not (typed.isascii() and typed.isdecimal() and 1 <= int(typed[:9]) <= MOST_PRINTED):
        raise PrintsNotCounted
    return int(typed)
