"""Invented numbers that hold their checks; an identity number leads back to its household by arithmetic."""

from datetime import date, timedelta

from engine.domain.identity import check_character

REGIONS = ("320402", "320411")
DAYS = 365  # nobody here is born on 29 February
SPACE = len(REGIONS) * DAYS * 500  # regions, birthdays, sequence numbers of one sex
VARIANTS = 3  # numbers a household has for each birth year and sex
HOUSEHOLDS = 100_000
FACTOR = 104_729  # has no divisor in common with SPACE: spreads neighbours over the year
INVERSE = pow(FACTOR, -1, SPACE)
NEW_YEAR = date(2001, 1, 1)
CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def identity_number(household: int, variant: int, male: bool, birth_year: int) -> str:
    """Region, birthday and sequence number follow from the rest; no two households share a number."""
    code = (household * VARIANTS + variant + _shift(male, birth_year)) * FACTOR % SPACE
    rest, region = divmod(code, len(REGIONS))
    half, day = divmod(rest, DAYS)
    birthday = NEW_YEAR + timedelta(days=day)
    seventeen = f"{REGIONS[region]}{birth_year}{birthday:%m%d}{half * 2 + male:03d}"
    return seventeen + check_character(seventeen)


def household_of(id_no: str) -> int | None:
    """The only household that can hold this number; whether it does, its people show."""
    if len(id_no) != 18 or not (id_no[:17].isascii() and id_no[:17].isdigit()) or id_no[:6] not in REGIONS:
        return None
    try:
        birthday = date(NEW_YEAR.year, int(id_no[10:12]), int(id_no[12:14]))
    except ValueError:
        return None
    code = (int(id_no[14:17]) // 2 * DAYS + (birthday - NEW_YEAR).days) * 2 + REGIONS.index(id_no[:6])
    shift = _shift(int(id_no[16]) % 2 == 1, int(id_no[6:10]))
    household = (code * INVERSE - shift) % SPACE // VARIANTS
    return household if household < HOUSEHOLDS else None


def _shift(male: bool, birth_year: int) -> int:
    """Gives the people of one household different birthdays; both are read off the number again."""
    return (birth_year * 2 + male) * 7_919


def credit_code(kind: str, serial: int) -> str:
    """GB 32100 (统一社会信用代码). kind: 91 enterprise, 92 individual business, 52 civil organisation."""
    seventeen = f"{kind}320400MA{serial:07d}"
    total = sum(CREDIT_CODE_CHARACTERS.index(seventeen[n]) * pow(3, n, 31) for n in range(17))
    return seventeen + CREDIT_CODE_CHARACTERS[(31 - total % 31) % 31]


def bank_card(prefix: str, serial: int) -> str:
    """Nineteen digits with their Luhn check."""
    eighteen = f"{prefix}{serial:0{18 - len(prefix)}d}"
    doubled = (int(digit) * (2 - place % 2) for place, digit in enumerate(reversed(eighteen)))
    return eighteen + str(-sum(d // 10 + d % 10 for d in doubled) % 10)
