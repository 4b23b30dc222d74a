"""Sign in and out: one-time code or password, then the second factor; sessions that end by themselves."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from engine.configuration.attempts import Attempt, Opening, SignInRefused, count, forgive, refuse
from engine.configuration.passwords import (
    digest_of_code,
    digest_of_token,
    hash_password,
    is_of_today,
    is_password,
    new_token,
)
from engine.configuration.second_factor import (
    address_of,
    confirm_factor,
    is_code,
    is_recovery_code,
    make_secret,
    secret_of,
)
from engine.domain.authority import NotAuthorised, Person
from engine.domain.errors import RuleViolation
from engine.domain.sign_in import SEEN_EVERY, check_password, session_is_over
from engine.platform import Platform
from engine.ports import Vault
from engine.store.accounts import Account, account_named, lock_account
from engine.store.audit import record_audit
from engine.store.grants import person_of
from engine.store.sessions import (
    StaffSession,
    end_session,
    end_sessions,
    forget_the_old,
    know_device,
    note_seen,
    session_with,
)


class SessionOver(RuleViolation):
    """登录已经结束，请重新登录"""


@dataclass(frozen=True)
class Visitor:
    """Who a session belongs to. Half: only the second factor may be shown, or set up when there is none."""

    person: Person
    session: bytes = field(repr=False)  # its digest
    is_half: bool
    has_factor: bool


@dataclass(frozen=True)
class Entrance:
    """What the browser gets: the session's new id, after the second factor its own mark too."""

    token: str = field(repr=False)
    device: str | None = field(repr=False, default=None)
    recovery_codes: tuple[str, ...] = field(repr=False, default=())

    @property
    def digest(self) -> bytes:
        return digest_of_token(self.token)


def sign_in(transaction: Opening, platform: Platform, name: str, password: str, attempt: Attempt) -> Entrance:
    """A half session. The slow look at the password is outside of both transactions.

    Raises TooManyAttempts, SignInRefused: the same words and the same time for whatever was wrong.
    """
    counted = count(transaction, platform, name, attempt)
    account = counted.account
    stored = account.password_hash if account is not None else None
    if is_password(stored, password) and account is not None and stored is not None:
        renewed = stored if is_of_today(stored) else hash_password(password)
        with transaction() as session:
            now = platform.clock.now()
            row = lock_account(session, account.id)
            if row.active and row.password_hash == stored:
                row.password_hash = renewed
                forgive(session, counted, now)
                return _open(session, row, is_half=True, now=now)
    refuse(transaction, platform, counted, "password")
    raise SignInRefused


def start_account(
    transaction: Opening, platform: Platform, name: str, code: str, password: str, attempt: Attempt
) -> Entrance:
    """The owner's first visit: the one-time code becomes a password. Raises as sign_in, PasswordTooWeak."""
    check_password(password, name)
    counted = count(transaction, platform, name, attempt)
    hashed = hash_password(password)
    with transaction() as session:
        now = platform.clock.now()
        row = None if counted.account is None else lock_account(session, counted.account.id)
        if row is not None and _is_start_code(row, code, now):
            row.password_hash, row.code_digest, row.code_until = hashed, None, None
            make_secret(platform.vault, row)
            forgive(session, counted, now)
            record_audit(session, now, row.name, "account_started", None)
            return _open(session, row, is_half=True, now=now)
    refuse(transaction, platform, counted, "start_code")
    raise SignInRefused


def _is_start_code(account: Account, code: str, now: datetime) -> bool:
    is_valid = account.active and account.code_until is not None and now < account.code_until
    return is_valid and account.code_digest == digest_of_code(code)


def show_second_factor(
    transaction: Opening, platform: Platform, visitor: Visitor, code: str, attempt: Attempt
) -> Entrance:
    """The whole session, and recovery codes when the factor was set up with it.

    Raises TooManyAttempts, SignInRefused, SessionOver.
    """
    counted = count(transaction, platform, visitor.person.name, attempt)
    with transaction() as session:
        now = platform.clock.now()
        row = _of_half_session(session, visitor, now)
        codes: tuple[str, ...] = ()
        if _is_second_factor(session, platform.vault, row, code, now):
            if row.totp_since is None:
                codes = confirm_factor(session, row, now)
            end_session(session, visitor.session)
            forgive(session, counted, now, earlier_too=True)
            forget_the_old(session, now)
            record_audit(session, now, row.name, "signed_in", None, {"address": counted.address_mark})
            device = new_token()
            know_device(session, digest_of_token(device), row.id, now)
            return Entrance(_open(session, row, is_half=False, now=now).token, device, codes)
    refuse(transaction, platform, counted, "second_factor")
    raise SignInRefused


def _is_second_factor(session: Session, vault: Vault, account: Account, code: str, now: datetime) -> bool:
    if is_code(session, vault, account, code, now):
        return True
    return account.totp_since is not None and is_recovery_code(session, account, code, now)


def _of_half_session(session: Session, visitor: Visitor, now: datetime) -> Account:
    """Its account, locked; the session may have been ended or used meanwhile."""
    found = session_with(session, visitor.session)
    if found is None or not found[0].is_half or session_is_over(found[0].created_at, now, True, now):
        raise SessionOver
    return lock_account(session, found[1].id)


def factor_to_set_up(session: Session, vault: Vault, visitor: Visitor) -> tuple[str, str]:
    """The secret and its otpauth address, until it is confirmed; never again. Raises NotAuthorised."""
    account = account_named(session, visitor.person.name)
    if account is None or account.totp_since is not None or not visitor.is_half:
        raise NotAuthorised
    secret = secret_of(vault, account)
    return secret, address_of(secret, account.name)


def visitor_of(session: Session, token: str, now: datetime) -> Visitor | None:
    """Who the id in the cookie stands for; None when the session is over. Reads only."""
    digest = digest_of_token(token)
    found = session_with(session, digest)
    if found is None:
        return None
    row, account = found
    if session_is_over(row.created_at, row.seen_at, row.is_half, now):
        return None
    person = Person(account.name, ()) if row.is_half else person_of(session, account, now)
    return Visitor(person, digest, row.is_half, account.totp_since is not None)


def needs_note(session: Session, visitor: Visitor, now: datetime) -> bool:
    """Is it time to write down that the session is in use?"""
    row = session.get(StaffSession, visitor.session)
    return row is not None and now >= row.seen_at + SEEN_EVERY


def note_use(session: Session, visitor: Visitor, now: datetime) -> None:
    note_seen(session, visitor.session, now)


def renew_session(session: Session, visitor: Visitor, now: datetime) -> Entrance:
    """Another id for the same visitor, after the password has changed."""
    found = session_with(session, visitor.session)
    if found is None:
        raise SessionOver
    end_session(session, visitor.session)
    return _open(session, found[1], visitor.is_half, now)


def sign_out(session: Session, visitor: Visitor, everywhere: bool, now: datetime) -> None:
    account = account_named(session, visitor.person.name)
    if everywhere and account is not None:
        end_sessions(session, account.id)
    end_session(session, visitor.session)
    action = "signed_out_everywhere" if everywhere else "signed_out"
    record_audit(session, now, visitor.person.name, action, None)


def _open(session: Session, account: Account, is_half: bool, now: datetime) -> Entrance:
    token = new_token()
    session.add(
        StaffSession(
            digest=digest_of_token(token), account_id=account.id, is_half=is_half, created_at=now, seen_at=now
        )
    )
    session.flush()
    return Entrance(token)
