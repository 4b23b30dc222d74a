"""Staff for tests: accounts with posts, signed in without the slow look at a password."""

from dataclasses import dataclass
from datetime import datetime

import pyotp

from engine.configuration.attempts import Attempt, count
from engine.configuration.passwords import digest_of_token
from engine.configuration.second_factor import secret_of
from engine.domain.authority import Person
from engine.domain.sign_in import TooManyAttempts
from engine.store.accounts import account_named
from engine.store.grants import person_named
from engine.store.sessions import StaffSession
from tests.employment import PASSWORD, give_post, the_account
from tests.engine.house import House

__all__ = ["PASSWORD", "Employed", "a_session", "employ", "guess", "the_person"]


@dataclass(frozen=True)
class Employed:
    """Somebody with a password and a second factor."""

    name: str
    secret: str

    def code(self, now: datetime) -> str:
        return pyotp.TOTP(self.secret).at(now)


def employ(house: House, name: str, *posts: str, stands_for: str | None = None) -> Employed:
    """The account is made at the first call; later ones give it more posts."""
    now, vault = house.clock.now(), house.platform.vault
    with house.database.transaction() as session:
        account = the_account(session, vault, name, now)
        absent = None if stands_for is None else account_named(session, stands_for)
        for post in posts:
            give_post(session, account, post, now, absent)
        return Employed(name, secret_of(vault, account))


def the_person(house: House, name: str) -> Person:
    with house.database.reading() as session:
        return person_named(session, name, house.clock.now())


def a_session(house: House, name: str, *, is_half: bool = False) -> str:
    """The id of a session of this account, as its cookie holds it."""
    token, now = f"session-of-{name}-{is_half}", house.clock.now()
    with house.database.transaction() as session:
        account = account_named(session, name)
        assert account is not None
        session.merge(
            StaffSession(
                digest=digest_of_token(token),
                account_id=account.id,
                is_half=is_half,
                created_at=now,
                seen_at=now,
            )
        )
    return token


def guess(house: House, name: str, address: str, device: str | None = None) -> bool:
    """One attempt that nobody looks at: was it counted, or is it too early?"""
    try:
        count(house.database.transaction, house.platform, name, Attempt(address, device))
    except TooManyAttempts:
        return False
    return True
