"""Values on the wire into values of the catalogue's types; what does not fit is refused, never guessed."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal

from engine.domain.catalogue import Catalogue, Field
from engine.domain.findings import Value
from engine.domain.identity import parse_resident_id

LONGEST_TEXT = 500
LONGEST_LIST = 50
LARGEST_AMOUNT = Decimal(10) ** 13
MOST_DECIMALS = 6
# Control characters and lone surrogates break storage and print; direction marks disguise a text.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
DECIMAL = re.compile(r"-?\d{1,13}(\.\d{1,6})?", re.ASCII)
DAY = re.compile(r"(19|20)\d\d-\d\d-\d\d", re.ASCII)
MOMENT = re.compile(r"(19|20)\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?(Z|[+-]\d\d:\d\d)", re.ASCII)
MONTH = re.compile(r"(19|20)\d\d-(0[1-9]|1[0-2])", re.ASCII)
RESIDENT_NUMBER = re.compile(r"\d{15}|\d{17}[\dXx]", re.ASCII)
OTHER_NUMBER = re.compile(r"[0-9A-Za-z()（）-]{5,30}", re.ASCII)
CREDIT_CODE = re.compile(r"[0-9A-HJ-NP-RTUW-Y]{18}", re.ASCII)
OLD_REGISTRATION = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{20}", re.ASCII)
BANK_CARD = re.compile(r"[\d*]{8,32}", re.ASCII)
ACCOUNT = re.compile(r"[0-9A-Za-z*@._-]{1,64}", re.ASCII)
CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class NotThisType(Exception):  # noqa: N818 - a verdict between two functions, nobody else sees it
    """The value on the wire is not of the type the catalogue gives the field."""


def read_value(catalogue: Catalogue, field: Field, raw: object) -> Value:
    """None stays None: the source says that it has no value. Raises NotThisType."""
    if raw is None:
        return None
    if field.type == "code":
        return _code(raw, catalogue.code_lists.get(field.code_list or "", {}))
    return READERS[field.type](raw)


def read_moment(raw: object) -> datetime:
    """An aware datetime. Raises NotThisType."""
    text = _matching(raw, MOMENT)
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise NotThisType from error


def read_text(raw: object) -> str:
    """Raises NotThisType."""
    if not isinstance(raw, str) or len(raw) > LONGEST_TEXT or UNPRINTABLE.search(raw):
        raise NotThisType
    return raw


def is_credit_code(text: str) -> bool:
    """GB 32100: eighteen characters, the last one checks (weights are the powers of 3 modulo 31)."""
    if not CREDIT_CODE.fullmatch(text):
        return False
    total = sum(CREDIT_CODE_CHARACTERS.index(text[n]) * pow(3, n, 31) for n in range(17))
    return CREDIT_CODE_CHARACTERS[(31 - total % 31) % 31] == text[17]


def _matching(raw: object, pattern: re.Pattern[str]) -> str:
    if not isinstance(raw, str) or not pattern.fullmatch(raw):
        raise NotThisType
    return raw


def _code(raw: object, codes: Mapping[str, str]) -> str:
    if not isinstance(raw, str) or raw not in codes:
        raise NotThisType
    return raw


def _boolean(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise NotThisType
    return raw


def _integer(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int) or abs(raw) > LARGEST_AMOUNT:
        raise NotThisType
    return raw


def _decimal(raw: object) -> Decimal:
    """A string or a JSON number; the JSON reader makes int or Decimal of numbers, never a float."""
    if isinstance(raw, str):
        return Decimal(_matching(raw, DECIMAL))
    if isinstance(raw, Decimal):
        return _within_bounds(raw)
    return Decimal(_integer(raw))


def _within_bounds(number: Decimal) -> Decimal:
    _, _, exponent = number.as_tuple()
    if not isinstance(exponent, int) or exponent < -MOST_DECIMALS or number.adjusted() > 12:
        raise NotThisType
    return number


def _date(raw: object) -> date:
    text = _matching(raw, DAY)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise NotThisType from error


def _year(raw: object) -> int:
    year = _integer(raw)
    if not 1900 <= year <= 2099:
        raise NotThisType
    return year


def _month(raw: object) -> str:
    return _matching(raw, MONTH)


def _id_no(raw: object) -> str:
    """A resident number must hold its check; other papers only look like one."""
    text = _matching(raw, OTHER_NUMBER)
    if RESIDENT_NUMBER.fullmatch(text) and parse_resident_id(text, date.max) is None:
        raise NotThisType
    return text


def _credit_code(raw: object) -> str:
    """GB 32100, or what stood there before: 15 or 20 characters, for a natural person the resident number."""
    text = read_text(raw)
    if is_credit_code(text) or OLD_REGISTRATION.fullmatch(text):
        return text
    if RESIDENT_NUMBER.fullmatch(text) and parse_resident_id(text, date.max) is not None:
        return text
    raise NotThisType


def _bank_card(raw: object) -> str:
    """Sources may mask the middle; old passbook numbers do not satisfy Luhn, so it is not asked."""
    return _matching(raw, BANK_CARD)


def _account(raw: object) -> str:
    return _matching(raw, ACCOUNT)


def _list(raw: object) -> tuple[str, ...]:
    if not isinstance(raw, list) or len(raw) > LONGEST_LIST:
        raise NotThisType
    return tuple(read_text(entry) for entry in raw)


READERS: Mapping[str, Callable[[object], Value]] = {
    "string": read_text,
    "boolean": _boolean,
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
    "datetime": read_moment,
    "year": _year,
    "year_month": _month,
    "id_no": _id_no,
    "uscc": _credit_code,
    "bank_card": _bank_card,
    "account": _account,
    "list": _list,
}
