"""Attempts to prove who one is: counted before they are looked at, forgiven when right, else on record."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from engine.configuration.passwords import digest_of_token
from engine.domain.errors import RuleViolation
from engine.domain.sign_in import OF_ACCOUNT, OF_ADDRESS, OF_DEVICE, TooManyAttempts
from engine.platform import Platform
from engine.ports import Vault
from engine.store.accounts import Account, account_named
from engine.store.audit import record_audit
from engine.store.sessions import is_known_device
from engine.store.sign_in_failures import (
    Subject,
    count_attempt,
    forget_old_failures,
    forgive_all,
    forgive_one,
    lock_failures,
)

LONGEST_NAME = 80
Opening = Callable[[], AbstractContextManager[Session]]


class SignInRefused(RuleViolation):
    """工号、密码或者验证码不正确"""


@dataclass(frozen=True)
class Attempt:
    """Where it comes from: the address, and the mark of a browser that has been here before."""

    address: str
    device: str | None = field(repr=False)


@dataclass(frozen=True)
class Counted:
    """An attempt that counts as failed until it is forgiven. `of_name`: of the name or the known browser."""

    account: Account | None
    of_name: Subject
    of_address: Subject

    @property
    def address_mark(self) -> str:
        """For the audit: the same for the same address, and nobody reads an address from it."""
        return self.of_address.digest.hex()[:16]


def count(transaction: Opening, platform: Platform, name: str, attempt: Attempt) -> Counted:
    """Raises TooManyAttempts, for names without an account too.

    A known browser is counted by itself: whoever uses it is not kept waiting for what strangers try with the
    same name or from the same address.
    """
    now, vault, name = platform.clock.now(), platform.vault, name[:LONGEST_NAME]
    of_address = Subject(_digest(vault, "address", attempt.address), OF_ADDRESS)
    with transaction() as session:
        account = account_named(session, name)
        device = digest_of_token(attempt.device) if attempt.device else None
        if device and account is not None and is_known_device(session, device, account.id, now):
            counted = Counted(account, Subject(device, OF_DEVICE), of_address)
            wait = count_attempt(session, [counted.of_name], now)
        else:
            counted = Counted(account, Subject(_digest(vault, "name", name), OF_ACCOUNT), of_address)
            wait = count_attempt(session, [counted.of_name, of_address], now)
    if wait > timedelta():
        raise TooManyAttempts(seconds=int(wait.total_seconds()) + 1)
    return counted


def forgive(session: Session, counted: Counted, now: datetime, *, earlier_too: bool = False) -> None:
    """It was right. `earlier_too`: everything is proved, so the failures under this name do not matter."""
    lock_failures(session, (counted.of_name.digest, counted.of_address.digest))
    if earlier_too:
        forgive_all(session, counted.of_name.digest)
    else:
        forgive_one(session, counted.of_name.digest, now)
    forgive_one(session, counted.of_address.digest, now)


def refuse(transaction: Opening, platform: Platform, counted: Counted, at: str) -> None:
    """On record with the name only when it is one of an account: others may be anything."""
    actor = counted.account.name if counted.account is not None else "unknown"
    facts = {"at": at, "address": counted.address_mark}
    with transaction() as session:
        record_audit(session, platform.clock.now(), actor, "sign_in_refused", None, facts)


def forget_attempts(session: Session, now: datetime) -> None:
    """Failed ones of a day ago, of people who sign in and of visitors of the check page."""
    forget_old_failures(session, now)


def _digest(vault: Vault, kind: str, text: str) -> bytes:
    return vault.index(f"sign_in_{kind}", text)
