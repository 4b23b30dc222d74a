"""Rules of signing in: what a password must be, how long to wait after failures, how long a session lives."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from engine.domain.errors import RuleViolation

SHORTEST, LONGEST = 12, 128
FEWEST_DIFFERENT = 6
# What people choose when they must: any password that is one of these with signs or digits around it.
COMMON = ("password", "qwertyuiop", "administrator", "letmein", "welcome", "mima", "hedui", "minzheng")

CODE_LIFE = timedelta(hours=72)  # of the code an account begins with: over a weekend
IDLE_END = timedelta(minutes=30)
LONGEST_SESSION = timedelta(hours=10)  # a working day
HALF_SESSION = timedelta(minutes=10)  # between the password and the second factor
SEEN_EVERY = timedelta(minutes=1)  # how often it is written down that a session is used
DEVICE_LIFE = timedelta(days=90)
FORGET_AFTER = timedelta(hours=24)  # without a further failure


class PasswordTooWeak(RuleViolation):
    """密码不符合要求：12 至 128 个字符，至少 6 种不同字符，不含工号，不是常用密码"""


class TooManyAttempts(RuleViolation):
    """尝试次数过多，请稍后再试"""


def normalised(password: str) -> str:
    """The same letters typed on another keyboard are the same password."""
    return unicodedata.normalize("NFC", password)


def check_password(password: str, name: str) -> None:
    """Raises PasswordTooWeak."""
    lowered = normalised(password).lower()
    bare = lowered.strip("0123456789!@#$%^&*()-_=+.,?/~ ")
    is_weak = (
        not SHORTEST <= len(password) <= LONGEST
        or len(set(lowered)) < FEWEST_DIFFERENT
        or name.lower() in lowered
        or bare in COMMON
        or _is_run(lowered)
    )
    if is_weak:
        raise PasswordTooWeak


def _is_run(text: str) -> bool:
    """123456789012, abcdefghijkl: each letter the next of the one before."""
    steps = {(ord(after) - ord(before)) % 10 for before, after in pairwise(text)}
    return steps in ({1}, {9})


@dataclass(frozen=True)
class Patience:
    """How many failures are free and how long it takes at most from one attempt to the next after those."""

    free: int
    longest: timedelta

    def wait_after(self, failures: int) -> timedelta:
        if failures < self.free:
            return timedelta()
        return min(timedelta(seconds=1 << min(failures - self.free, 20)), self.longest)


# The owner on a browser of their own is counted apart, so that strangers who try the name lock nobody out.
OF_ACCOUNT = Patience(5, timedelta(minutes=5))
OF_DEVICE = Patience(5, timedelta(minutes=1))
OF_ADDRESS = Patience(30, timedelta(minutes=5))


def session_is_over(created: datetime, seen: datetime, is_half: bool, now: datetime) -> bool:
    longest = HALF_SESSION if is_half else LONGEST_SESSION
    return now >= created + longest or now >= seen + IDLE_END
