"""Who holds which post from when to when, for themselves or for somebody absent, and the lanes of posts."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column

from engine.domain.authority import Person, Power
from engine.store.accounts import Account
from engine.store.base import Base, Identifier, UtcDateTime


class GrantState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REFUSED = "refused"


class PostGrant(Base):
    """A post of an account in a time. `stands_for_id`: only while that account holds the post itself."""

    __tablename__ = "post_grant"
    __table_args__ = (Index("ix_post_grant_account_id", "account_id", "state"),)

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    post: Mapped[str] = mapped_column(String(60))
    stands_for_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20))
    proposed_by: Mapped[str] = mapped_column(String(80))
    proposed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(80))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(80))


class PostLane(Base):
    """A lane whose work a post does besides that of its own."""

    __tablename__ = "post_lane"

    post: Mapped[str] = mapped_column(String(60), primary_key=True)
    lane: Mapped[str] = mapped_column(String(60), primary_key=True)


def lanes_of_posts(session: Session, posts: Iterable[str]) -> dict[str, frozenset[str]]:
    wanted = sorted(set(posts))
    lanes: dict[str, set[str]] = defaultdict(set, {post: {post} for post in wanted})
    for post, lane in session.execute(select(PostLane.post, PostLane.lane).where(PostLane.post.in_(wanted))):
        lanes[post].add(lane)
    return {post: frozenset(found) for post, found in lanes.items()}


def person_of(session: Session, account: Account, now: datetime) -> Person:
    """With the powers of this moment; none when the account is closed."""
    if not account.active:
        return Person(account.name, ())
    own, absent, theirs = aliased(PostGrant), aliased(Account), aliased(PostGrant)
    held = and_(
        theirs.account_id == own.stands_for_id,
        theirs.post == own.post,
        theirs.stands_for_id.is_(None),
        _in_force(theirs, now),
    )
    wanted = (
        select(own.post, absent.name)
        .outerjoin(absent, absent.id == own.stands_for_id)
        .where(own.account_id == account.id, _in_force(own, now))
        .where(or_(own.stands_for_id.is_(None), and_(absent.active, select(theirs.id).where(held).exists())))
        .distinct()
    )
    found = [(post, stands_for) for post, stands_for in session.execute(wanted)]
    lanes = lanes_of_posts(session, (post for post, _ in found))
    powers = (Power(post, lanes[post], stands_for) for post, stands_for in found)
    return Person(account.name, tuple(sorted(powers, key=lambda power: (power.post, power.stands_for or ""))))


def person_named(session: Session, name: str, now: datetime) -> Person:
    """A name without an account has no powers."""
    account = session.scalars(select(Account).where(Account.name == name)).one_or_none()
    return Person(name, ()) if account is None else person_of(session, account, now)


def holders_of(session: Session, post: str, now: datetime) -> list[str]:
    """Accounts that hold the post themselves at this moment."""
    wanted = (
        select(Account.name)
        .join(PostGrant, PostGrant.account_id == Account.id)
        .where(PostGrant.post == post, PostGrant.stands_for_id.is_(None), Account.active.is_(True))
        .where(_in_force(PostGrant, now))
    )
    return sorted(set(session.scalars(wanted)))


def people_of_lane(session: Session, lane: str, now: datetime) -> list[str]:
    """Accounts whose posts cover the lane at this moment, those that stand in included."""
    posts = select(PostLane.post).where(PostLane.lane == lane)
    wanted = (
        select(Account.name)
        .join(PostGrant, PostGrant.account_id == Account.id)
        .where(or_(PostGrant.post == lane, PostGrant.post.in_(posts)), Account.active.is_(True))
        .where(_in_force(PostGrant, now))
    )
    return sorted(set(session.scalars(wanted)))


def grants_of(session: Session, account_id: int) -> list[PostGrant]:
    return list(
        session.scalars(select(PostGrant).where(PostGrant.account_id == account_id).order_by(PostGrant.id))
    )


def proposed_grants(session: Session) -> list[PostGrant]:
    wanted = select(PostGrant).where(PostGrant.state == GrantState.PROPOSED).order_by(PostGrant.id)
    return list(session.scalars(wanted))


def lock_grant(session: Session, grant_id: int) -> PostGrant | None:
    return session.get(PostGrant, grant_id, with_for_update=True, populate_existing=True)


def _in_force(grant: type[PostGrant], now: datetime) -> ColumnElement[bool]:
    return and_(
        grant.state == GrantState.APPROVED,
        grant.since <= now,
        or_(grant.until.is_(None), grant.until > now),
    )
