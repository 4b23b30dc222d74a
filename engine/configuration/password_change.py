"""Change one's own password: the old one is shown again, and all other sessions end."""

from dataclasses import dataclass, field

from engine.configuration.attempts import Attempt, Opening, count, forgive, refuse
from engine.configuration.passwords import hash_password, is_password
from engine.configuration.signing_in import Entrance, SessionOver, Visitor, renew_session
from engine.domain.errors import RuleViolation
from engine.domain.sign_in import check_password
from engine.platform import Platform
from engine.store.accounts import lock_account
from engine.store.audit import record_audit
from engine.store.sessions import end_sessions


class PasswordWrong(RuleViolation):
    """现在的密码不正确"""


@dataclass(frozen=True)
class PasswordChange:
    """What the owner typed."""

    old: str = field(repr=False)
    new: str = field(repr=False)


def change_password(
    transaction: Opening, platform: Platform, visitor: Visitor, change: PasswordChange, attempt: Attempt
) -> Entrance:
    """The session goes on under another id, all others have ended.

    Raises PasswordTooWeak, TooManyAttempts, PasswordWrong, SessionOver.
    """
    name = visitor.person.name
    check_password(change.new, name)
    counted = count(transaction, platform, name, attempt)
    known = counted.account
    if known is None or not is_password(known.password_hash, change.old):
        refuse(transaction, platform, counted, "password_change")
        raise PasswordWrong
    renewed = hash_password(change.new)
    with transaction() as session:
        now = platform.clock.now()
        account = lock_account(session, known.id)
        if account.password_hash != known.password_hash:
            raise SessionOver
        account.password_hash = renewed
        forgive(session, counted, now)
        entrance = renew_session(session, visitor, now)
        end_sessions(session, account.id, but=entrance.digest)
        record_audit(session, now, name, "password_changed", None)
        return entrance
