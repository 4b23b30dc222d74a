"""Commissioning units (委托单位) that may send commissions over the webhook."""

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.store.base import Base


class CommissioningUnit(Base):
    """`key_id` is the `kid` of its tokens; the two secrets are different so that one leak is not two."""

    __tablename__ = "commissioning_unit"

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    callback_url: Mapped[str] = mapped_column(String(500))
    key_id: Mapped[str] = mapped_column(String(64), unique=True)
    token_secret: Mapped[str] = mapped_column(String(200))
    callback_secret: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)


def unit_by_key(session: Session, key_id: str) -> CommissioningUnit | None:
    wanted = select(CommissioningUnit).where(
        CommissioningUnit.key_id == key_id, CommissioningUnit.active.is_(True)
    )
    return session.scalars(wanted).one_or_none()


def unit_by_code(session: Session, code: str) -> CommissioningUnit | None:
    return session.get(CommissioningUnit, code)
