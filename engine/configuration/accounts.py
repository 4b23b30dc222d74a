"""Accounts of staff: add, close and open again, begin anew after a loss."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.configuration.passwords import digest_of_code, new_code
from engine.domain.errors import NotFound, RuleViolation
from engine.domain.sign_in import CODE_LIFE
from engine.store.accounts import Account, account_named, renew_recovery_codes
from engine.store.audit import record_audit
from engine.store.grants import person_of
from engine.store.sessions import end_sessions, forget_devices

NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{1,39}")


class AccountKnown(RuleViolation):
    """这个工号已经有账号"""


class AccountNameInvalid(RuleViolation):
    """工号应当以字母开头，由 2 至 40 个字母、数字、点、横线组成"""


@dataclass(frozen=True)
class AccountView:
    """An account as lists show it."""

    name: str
    active: bool
    is_started: bool
    has_second_factor: bool
    posts: tuple[str, ...]


def add_account(session: Session, name: str, who: str, now: datetime) -> str:
    """The one-time code its owner begins with. Raises AccountNameInvalid, AccountKnown."""
    if not NAME.fullmatch(name):
        raise AccountNameInvalid
    if account_named(session, name) is not None:
        raise AccountKnown(account=name)
    account = Account(name=name, active=True, added_at=now)
    session.add(account)
    code = _begin(account, now)
    session.flush()
    record_audit(session, now, who, "account_added", None, {"account": name})
    return code


def reset_account(session: Session, name: str, who: str, now: datetime) -> str:
    """A new one-time code: password, second factor and sessions of before are gone. Raises NotFound."""
    account = _the_account(session, name)
    account.password_hash, account.totp_secret, account.totp_since = None, None, None
    code = _begin(account, now)
    renew_recovery_codes(session, account.id, [])
    _shut_out(session, account)
    record_audit(session, now, who, "account_reset", None, {"account": name})
    return code


def _begin(account: Account, now: datetime) -> str:
    code = new_code()
    account.code_digest, account.code_until = digest_of_code(code), now + CODE_LIFE
    return code


def set_active(session: Session, name: str, active: bool, who: str, now: datetime) -> None:
    """A closed account keeps its posts but has no powers, and its sessions end at once. Raises NotFound."""
    account = _the_account(session, name)
    account.active = active
    if not active:
        _shut_out(session, account)
    action = "account_enabled" if active else "account_disabled"
    record_audit(session, now, who, action, None, {"account": name})


def _shut_out(session: Session, account: Account) -> None:
    session.flush()
    end_sessions(session, account.id)
    forget_devices(session, account.id)


def list_accounts(session: Session, now: datetime) -> list[AccountView]:
    accounts = session.scalars(select(Account).order_by(Account.name))
    return [_view(session, account, now) for account in accounts]


def view_of_account(session: Session, name: str, now: datetime) -> AccountView:
    """Raises NotFound."""
    return _view(session, _the_account(session, name), now)


def _view(session: Session, account: Account, now: datetime) -> AccountView:
    posts = tuple(
        power.post if power.stands_for is None else f"{power.post}（代 {power.stands_for}）"
        for power in person_of(session, account, now).powers
    )
    return AccountView(
        account.name,
        account.active,
        account.password_hash is not None,
        account.totp_since is not None,
        posts,
    )


def _the_account(session: Session, name: str) -> Account:
    account = account_named(session, name)
    if account is None:
        raise NotFound(account=name)
    return account
