"""How a report is found on the check page: its number in ASCII and a short code nobody can guess."""

import re
import unicodedata
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address

from engine.domain.report_number import PATTERN
from engine.domain.sign_in import Patience

# No letter that is taken for another when it is read from paper and typed.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10  # forty-nine bits, and the page answers few questions a minute
FIRST, LAST = "第", "号"

LARGEST_FILE = 20_000_000
# Of one address. Behind one of them may be a whole office, or everybody who shares a telephone network's.
OF_CODES = Patience(30, timedelta(minutes=5))
OF_FILES = Patience(20, timedelta(minutes=5))
# Of one report: however often it is checked, the audit log is told a few times and then once an hour.
OF_NOTES = Patience(3, timedelta(hours=1))
NEIGHBOURS = 64  # bits of an IPv6 address that its holder chooses freely


def number_core(number: str) -> str:
    """第32010220241100042aaf1号 without its first and last word."""
    return number.removeprefix(FIRST).removesuffix(LAST)


def number_typed(text: str) -> str | None:
    """The whole number from what somebody has typed or a QR code says; None when it cannot be one."""
    number = FIRST + number_core(_bare(text)).lower() + LAST
    return number if PATTERN.fullmatch(number) else None


def code_typed(text: str) -> str:
    """As it was printed: people type it in small letters, with blanks or hyphens."""
    return re.sub(r"[-‐-―]", "", _bare(text)).upper()


def _bare(text: str) -> str:
    """A Chinese keyboard types letters and digits as wide as characters."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text))


def check_address(check_page: str, number: str, code: str) -> str:
    """For the QR code: everything in it is ASCII and short."""
    return f"{check_page}?number={number_core(number)}&code={code}"


def address_block(address: str) -> str:
    """What counts as one address: of IPv6 the network a household or an office has to itself."""
    try:
        known: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address):
        if known.ipv4_mapped is not None:
            return str(known.ipv4_mapped)
        return str(IPv6Address(int(known) >> NEIGHBOURS << NEIGHBOURS))
    return str(known)
