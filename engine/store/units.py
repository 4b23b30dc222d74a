"""Commissioning units (委托单位) that may send commissions over the webhook."""

from dataclasses import dataclass, field, fields
from typing import cast

from sqlalchemy import LargeBinary, String, Table, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.ports import Vault
from engine.store.base import Base
from engine.store.sealing import SealedColumn
from engine.store.together import shared_rows


class CommissioningUnit(Base):
    """`key_id` is the `kid` of its tokens; the two secrets are different so that one leak is not two.

    Both are sealed.
    """

    __tablename__ = "commissioning_unit"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    callback_url: Mapped[str] = mapped_column(String(500))
    key_id: Mapped[str] = mapped_column(String(64), unique=True)
    token_secret: Mapped[bytes] = mapped_column(LargeBinary)
    callback_secret: Mapped[bytes] = mapped_column(LargeBinary)
    active: Mapped[bool] = mapped_column(default=True)


TOKEN_SECRET = SealedColumn(CommissioningUnit, "token_secret", ("code",))
CALLBACK_SECRET = SealedColumn(CommissioningUnit, "callback_secret", ("code",))


@dataclass(frozen=True)
class KnownUnit:
    """What the work on a case needs of its unit. The secret is sealed."""

    code: str
    name: str
    callback_url: str
    callback_secret: bytes = field(repr=False)


UNITS = cast(Table, CommissioningUnit.__table__)
KNOWN = select(*(UNITS.c[column.name] for column in fields(KnownUnit))).where(
    UNITS.c.code == bindparam("code")
)


def known_unit(session: Session, code: str) -> KnownUnit:
    (row,) = shared_rows(session, KNOWN, code=code)
    return KnownUnit(*row)


def callback_secret_of(vault: Vault, unit: KnownUnit) -> str:
    return vault.open(CALLBACK_SECRET.place_of(unit.code), unit.callback_secret).decode()


def unit_by_key(session: Session, key_id: str) -> CommissioningUnit | None:
    wanted = select(CommissioningUnit).where(
        CommissioningUnit.key_id == key_id, CommissioningUnit.active.is_(True)
    )
    return session.scalars(wanted).one_or_none()


def unit_by_code(session: Session, code: str) -> CommissioningUnit | None:
    return session.get(CommissioningUnit, code)
