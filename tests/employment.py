"""Accounts with posts for tests, written as they are after somebody has gone through all that makes one."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine.configuration.passwords import hash_password
from engine.configuration.second_factor import make_secret
from engine.domain.posts import ACCEPTANCE, CERTIFICATION, CONFIDENTIAL, EXCHANGE, FRONT_DESK, REPORT
from engine.ports import Vault
from engine.store.accounts import Account, account_named
from engine.store.grants import GrantState, PostGrant

PASSWORD = "一号楼前的三棵玉兰树开花了"
PASSWORD_HASH = hash_password(PASSWORD)
# Who works in every house.
STAFF = {
    "A001": ACCEPTANCE,
    "A002": ACCEPTANCE,
    "A003": ACCEPTANCE,
    "C001": CERTIFICATION,
    "E001": EXCHANGE,
    "E002": EXCHANGE,
    "F001": FRONT_DESK,
    "K001": CONFIDENTIAL,
    "R001": REPORT,
}


def the_account(session: Session, vault: Vault, name: str, now: datetime) -> Account:
    """Made when it is not there: with a password and a second factor."""
    account = account_named(session, name)
    if account is None:
        account = Account(name=name, active=True, password_hash=PASSWORD_HASH, added_at=now)
        make_secret(vault, account)
        account.totp_since = now
        session.add(account)
        session.flush()
    return account


def give_post(
    session: Session, account: Account, post: str, now: datetime, absent: Account | None = None
) -> None:
    session.add(
        PostGrant(
            account_id=account.id,
            post=post,
            stands_for_id=None if absent is None else absent.id,
            since=now,
            state=GrantState.APPROVED,
            proposed_by="T001",
            proposed_at=now,
        )
    )
    session.flush()


def employ_everybody(session: Session, vault: Vault, now: datetime) -> None:
    """Once, however often the same house is opened."""
    for name, post in STAFF.items():
        if account_named(session, name) is None:
            give_post(session, the_account(session, vault, name, now), post, now)
