"""Identity numbers of persons: GB 11643 check, birth date, sex, masking."""

from dataclasses import dataclass
from datetime import date
from operator import mul

RESIDENT_ID = "111"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"


@dataclass(frozen=True)
class ResidentId:
    """A valid 18-character resident identity number (GB 11643-1999)."""

    number: str
    born_on: date
    sex: str  # GB/T 2261.1: "1" male, "2" female

    def age_on(self, day: date) -> int:
        before_birthday = (day.month, day.day) < (self.born_on.month, self.born_on.day)
        return day.year - self.born_on.year - before_birthday


def check_character(first_seventeen: str) -> str:
    """The eighteenth character that belongs to seventeen digits (ISO 7064 MOD 11-2)."""
    total = sum(map(mul, map(int, first_seventeen), WEIGHTS))
    return CHECK_CHARACTERS[total % 11]


def normalise_resident_id(text: str) -> str:
    """Upper-case X; a 15-character number of before 2000 becomes its 18-character form."""
    number = text.strip().upper()
    if len(number) == 15 and number.isascii() and number.isdigit():
        seventeen = f"{number[:6]}19{number[6:]}"
        return seventeen + check_character(seventeen)
    return number


def parse_resident_id(text: str, today: date) -> ResidentId | None:
    """None when shape, birth date or check character are wrong.

    The region code is not compared with a table: codes date from registration, many are long abolished.
    """
    number = normalise_resident_id(text)
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()):
        return None
    try:
        born_on = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    if born_on > today or number[17] != check_character(number[:17]):
        return None
    return ResidentId(number, born_on, "1" if int(number[16]) % 2 else "2")


def mask_id(number: str) -> str:
    """First three and last two characters, as lists may show."""
    return (
        f"{number[:3]}{'*' * max(len(number) - 5, 0)}{number[-2:]}" if len(number) > 5 else "*" * len(number)
    )


def mask_name(name: str) -> str:
    return name[:1] + "*" * max(len(name) - 1, 1)
