"""The named checks of a field's content: numbers with check characters, shapes, dates against today."""

import re
from collections.abc import Callable, Mapping
from datetime import date

from engine.domain.identity import parse_resident_id
from engine.domain.report_number import PATTERN as REPORT_NUMBER
from engine.form_definitions.components import Check
from engine.form_definitions.words import Word

USCC_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
PROVINCE = re.compile(r"1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12]")  # GB/T 2260
MOBILE_OR_LANDLINE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}(-\d{1,6})?", re.ASCII)
EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,4}", re.ASCII)
MONTH = re.compile(r"(19|20|21)\d{2}-(0[1-9]|1[0-2])", re.ASCII)
SIX_DIGITS = re.compile(r"\d{6}", re.ASCII)


def has_uscc_check(code: str) -> bool:
    """GB 32100-2015: 18 characters of 31, the last one checks the others (MOD 31)."""
    if len(code) != 18 or any(letter not in USCC_CHARACTERS for letter in code):
        return False
    total = sum(USCC_CHARACTERS.index(x) * w for x, w in zip(code[:17], USCC_WEIGHTS, strict=True))
    return USCC_CHARACTERS[-total % 31] == code[17]


def _is_resident_id(text: str, today: date) -> bool:
    return parse_resident_id(text, today) is not None


def _is_region(text: str, _: date) -> bool:
    return SIX_DIGITS.fullmatch(text) is not None and PROVINCE.fullmatch(text[:2]) is not None


def _is_not_after(text: str, today: date) -> bool:
    day = day_of(text)
    return day is None or day <= today


def _is_not_before(text: str, today: date) -> bool:
    day = day_of(text)
    return day is None or day >= today


def day_of(text: object) -> date | None:
    """A date as pages and units write it, 2026-11-21; None when it is no such date."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


TESTS: Mapping[Check, tuple[Callable[[str, date], bool], Word]] = {
    Check.CN_ID: (_is_resident_id, Word.BAD_RESIDENT_ID),
    Check.USCC: (lambda text, _: has_uscc_check(text), Word.BAD_USCC),
    Check.PHONE: (lambda text, _: MOBILE_OR_LANDLINE.fullmatch(text) is not None, Word.BAD_PHONE),
    Check.REGION: (_is_region, Word.BAD_REGION),
    Check.POSTCODE: (lambda text, _: SIX_DIGITS.fullmatch(text) is not None, Word.BAD_POSTCODE),
    Check.EMAIL: (lambda text, _: EMAIL.fullmatch(text) is not None, Word.BAD_EMAIL),
    Check.REPORT_NUMBER: (lambda text, _: REPORT_NUMBER.fullmatch(text) is not None, Word.BAD_REPORT_NUMBER),
    Check.MONTH: (lambda text, _: MONTH.fullmatch(text) is not None, Word.BAD_MONTH),
    Check.DATE_NOT_FUTURE: (_is_not_after, Word.IN_FUTURE),
    Check.DATE_NOT_PAST: (_is_not_before, Word.IN_PAST),
}


def fault_in(check: Check, text: str, today: date) -> Word | None:
    passes, word = TESTS[check]
    return None if passes(text, today) else word
