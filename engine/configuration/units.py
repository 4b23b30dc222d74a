"""Register commissioning units and recognise them by the key of their tokens."""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.errors import RuleViolation
from engine.ports import Vault
from engine.store.audit import record_audit
from engine.store.units import CALLBACK_SECRET, TOKEN_SECRET, CommissioningUnit, unit_by_code, unit_by_key


@dataclass(frozen=True)
class UnitRegistration:
    code: str
    name: str
    callback_url: str
    key_id: str
    token_secret: str = field(repr=False)
    callback_secret: str = field(repr=False)

    @classmethod
    def with_new_secrets(cls, code: str, name: str, callback_url: str) -> "UnitRegistration":
        """Two secrets of 256 bits; the second in the form of Standard Webhooks."""
        callback_secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        return cls(code, name, callback_url, secrets.token_hex(8), secrets.token_urlsafe(32), callback_secret)

    def as_environment(self) -> str:
        """What the unit's side needs, as NAME=value lines."""
        return (
            f"UNIT_CODE={self.code}\nKEY_ID={self.key_id}\n"
            f"TOKEN_SECRET={self.token_secret}\nCALLBACK_SECRET={self.callback_secret}\n"
        )


class UnitKnown(RuleViolation):
    """该委托单位已经登记；更换密钥须明确说明"""


class CallbackAddressNotAllowed(RuleViolation):
    """回调地址应当是 https 地址；本机地址除外"""


def names_of_units(session: Session) -> dict[str, str]:
    """Code -> name of all that are active, by code."""
    wanted = select(CommissioningUnit.code, CommissioningUnit.name).where(CommissioningUnit.active.is_(True))
    return {code: name for code, name in session.execute(wanted.order_by(CommissioningUnit.code))}


def check_callback_url(url: str) -> None:
    """Reports travel to this address. Raises CallbackAddressNotAllowed."""
    parts = urlsplit(url)
    is_own = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")
    if not parts.hostname or not (parts.scheme == "https" or is_own):
        raise CallbackAddressNotAllowed


def register_unit(
    session: Session,
    vault: Vault,
    registration: UnitRegistration,
    who: str,
    now: datetime,
    *,
    replace: bool = False,
) -> None:
    """New, or with `replace` the same unit with new values; its secrets are stored sealed, never audited.

    Raises UnitKnown: new keys by mistake would lock a unit out.
    """
    unit = unit_by_code(session, registration.code)
    if unit is not None and not replace:
        raise UnitKnown(unit=registration.code)
    if unit is None:
        unit = CommissioningUnit(code=registration.code, active=True)
    unit.name = registration.name
    unit.callback_url = registration.callback_url
    unit.key_id = registration.key_id
    TOKEN_SECRET.seal(vault, unit, registration.token_secret.encode())
    CALLBACK_SECRET.seal(vault, unit, registration.callback_secret.encode())
    session.add(unit)
    session.flush()
    facts = {"unit": registration.code, "key_id": registration.key_id}
    record_audit(session, now, who, "unit_registered", None, facts)


def find_unit(session: Session, key_id: str) -> CommissioningUnit | None:
    return unit_by_key(session, key_id)


def token_secret_of(vault: Vault, unit: CommissioningUnit) -> str:
    return TOKEN_SECRET.open(vault, unit).decode()
