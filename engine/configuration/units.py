"""Register commissioning units and recognise them by the key of their tokens."""

import base64
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from engine.store.audit import record_audit
from engine.store.units import CommissioningUnit, unit_by_code, unit_by_key


@dataclass(frozen=True)
class UnitRegistration:
    code: str
    name: str
    callback_url: str
    key_id: str
    token_secret: str
    callback_secret: str

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


def register_unit(session: Session, registration: UnitRegistration, who: str, now: datetime) -> None:
    """New, or the same unit with new values; audited without the secrets."""
    unit = unit_by_code(session, registration.code)
    if unit is None:
        unit = CommissioningUnit(code=registration.code, active=True)
        session.add(unit)
    unit.name = registration.name
    unit.callback_url = registration.callback_url
    unit.key_id = registration.key_id
    unit.token_secret = registration.token_secret
    unit.callback_secret = registration.callback_secret
    session.flush()
    facts = {"unit": registration.code, "key_id": registration.key_id}
    record_audit(session, now, who, "unit_registered", None, facts)


def find_unit(session: Session, key_id: str) -> CommissioningUnit | None:
    return unit_by_key(session, key_id)
