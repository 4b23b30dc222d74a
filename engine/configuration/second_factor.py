"""The second factor: a code of six digits that changes every thirty seconds (TOTP, RFC 6238), once each."""

from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from engine.configuration.passwords import digest_of_code, new_code
from engine.ports import Vault
from engine.store.accounts import (
    TOTP_SECRET,
    Account,
    renew_recovery_codes,
    take_step,
    use_recovery_code,
)
from engine.store.audit import record_audit

STEP_SECONDS = 30
DRIFT_STEPS = 1  # clocks of telephones may be this far off
RECOVERY_CODES = 10
ISSUER = "核对"


def make_secret(vault: Vault, account: Account) -> None:
    """Shown until the owner has confirmed it."""
    TOTP_SECRET.seal(vault, account, pyotp.random_base32().encode())
    account.totp_since, account.totp_step = None, 0


def secret_of(vault: Vault, account: Account) -> str:
    return TOTP_SECRET.open(vault, account).decode()


def address_of(secret: str, name: str) -> str:
    """What the drawn code says: otpauth://…"""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=ISSUER)


def is_code(session: Session, vault: Vault, account: Account, code: str, now: datetime) -> bool:
    """Takes the code: it is not right a second time."""
    digits = "".join(code.split())
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return False
    totp = pyotp.TOTP(secret_of(vault, account))
    today = int(now.timestamp()) // STEP_SECONDS
    steps = range(today - DRIFT_STEPS, today + DRIFT_STEPS + 1)
    fitting = [step for step in steps if pyotp.utils.strings_equal(totp.generate_otp(step), digits)]
    return any(take_step(session, account.id, step) for step in fitting)


def is_recovery_code(session: Session, account: Account, code: str, now: datetime) -> bool:
    """Takes the code."""
    if not use_recovery_code(session, account.id, digest_of_code(code), now):
        return False
    record_audit(session, now, account.name, "recovery_code_used", None)
    return True


def confirm_factor(session: Session, account: Account, now: datetime) -> tuple[str, ...]:
    """The owner has shown a right code: the recovery codes, which are told this once."""
    account.totp_since = now
    codes = tuple(new_code() for _ in range(RECOVERY_CODES))
    renew_recovery_codes(session, account.id, [digest_of_code(code) for code in codes])
    record_audit(session, now, account.name, "second_factor_set", None)
    return codes
