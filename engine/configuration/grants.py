"""Posts of people from when to when and stand-ins: one proposes, a supervisor approves; lanes of posts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.domain.authority import NotAuthorised, Person, Right, check_together
from engine.domain.errors import NotFound, RuleViolation
from engine.domain.posts import ALL_POSTS, POSTS, SUPERVISOR
from engine.store.accounts import Account, account_named, lock_account
from engine.store.audit import record_audit
from engine.store.grants import (
    GrantState,
    PostGrant,
    PostLane,
    grants_of,
    holders_of,
    lanes_of_posts,
    lock_grant,
    proposed_grants,
)

OPEN_STATES = (GrantState.PROPOSED, GrantState.APPROVED)


class NoSuchPost(RuleViolation):
    """没有这个岗位"""


class TimeOfGrantInvalid(RuleViolation):
    """任职时间应当有先后；代班应当写明截止时间"""


class StandInImpossible(RuleViolation):
    """代班人与被代班人不得为同一人"""


class ApproverMustDiffer(RuleViolation):
    """岗位变动应当由提出人、任职人以外的督查主任岗批准（DB32/T 3319-2017 5.2.2.1.2）"""


class AlreadyDecided(RuleViolation):
    """这项岗位变动已经处理"""


@dataclass(frozen=True)
class GrantWish:
    """A post for an account; `stands_for` somebody who holds it and is absent until `until`."""

    account: str
    post: str
    since: datetime
    until: datetime | None = None
    stands_for: str | None = None


@dataclass(frozen=True)
class GrantView:
    id: int
    account: str
    post: str
    stands_for: str | None
    since: datetime
    until: datetime | None
    state: str
    proposed_by: str


def propose_grant(
    session: Session, wish: GrantWish, who: str, now: datetime, *, may_begin: bool = False
) -> GrantView:
    """In force when a supervisor has approved it. `may_begin`: at once, while nobody holds that post.

    Raises NoSuchPost, TimeOfGrantInvalid, StandInImpossible, PostsNotTogether, NotFound.
    """
    _check(wish)
    account = lock_account(session, _the_account(session, wish.account).id)
    absent = None if wish.stands_for is None else _the_account(session, wish.stands_for)
    _check_others(session, account, wish.post, wish.since, wish.until, now)
    is_first = may_begin and not holders_of(session, SUPERVISOR, now)
    grant = PostGrant(
        account_id=account.id,
        post=wish.post,
        stands_for_id=None if absent is None else absent.id,
        since=wish.since,
        until=wish.until,
        state=GrantState.APPROVED if is_first else GrantState.PROPOSED,
        proposed_by=who,
        proposed_at=now,
    )
    session.add(grant)
    session.flush()
    facts = _facts(grant, account, wish.stands_for) | {"first": is_first}
    record_audit(session, now, who, "grant_proposed", None, facts)
    return _view(session, grant)


def _check(wish: GrantWish) -> None:
    if wish.post not in ALL_POSTS:
        raise NoSuchPost(post=wish.post)
    if wish.until is not None and wish.until <= wish.since:
        raise TimeOfGrantInvalid
    if wish.stands_for is not None and wish.until is None:
        raise TimeOfGrantInvalid
    if wish.stands_for == wish.account:
        raise StandInImpossible


def _check_others(
    session: Session, account: Account, post: str, since: datetime, until: datetime | None, now: datetime
) -> None:
    """What the account holds or shall hold in the same time. The account is locked."""
    overlapping = [
        grant.post
        for grant in grants_of(session, account.id)
        if grant.state in OPEN_STATES
        and (grant.until is None or grant.until > max(since, now))
        and (until is None or grant.since < until)
    ]
    check_together([post, *overlapping])


def decide_grant(session: Session, grant_id: int, person: Person, approve: bool, now: datetime) -> None:
    """By a supervisor who neither proposed it nor gets it, nor stands in for one who did.

    Raises NotFound, NotAuthorised, AlreadyDecided, ApproverMustDiffer, PostsNotTogether.
    """
    person.need(Right.APPROVE_GRANTS)
    grant = lock_grant(session, grant_id)
    if grant is None:
        raise NotFound(grant=grant_id)
    if grant.state != GrantState.PROPOSED:
        raise AlreadyDecided(grant=grant_id)
    account = lock_account(session, grant.account_id)
    power = person.power_for(SUPERVISOR)
    if {person.name, power.stands_for} & {grant.proposed_by, account.name}:
        raise ApproverMustDiffer(grant=grant_id)
    grant.state = GrantState.APPROVED if approve else GrantState.REFUSED
    grant.decided_by, grant.decided_at = person.name, now
    if approve:
        _check_others(session, account, grant.post, grant.since, grant.until, now)
        grant.since = max(grant.since, now)  # an approval makes nothing right that was done before
    session.flush()
    action = "grant_approved" if approve else "grant_refused"
    record_audit(session, now, person.name, action, None, {"grant": grant.id, "account": account.name})


def end_grant(session: Session, grant_id: int, who: str, now: datetime) -> None:
    """At once: taking a power away waits for nobody. Raises NotFound, AlreadyDecided."""
    grant = lock_grant(session, grant_id)
    if grant is None:
        raise NotFound(grant=grant_id)
    if grant.state not in OPEN_STATES or (grant.until is not None and grant.until <= now):
        raise AlreadyDecided(grant=grant_id)
    if grant.state == GrantState.PROPOSED:
        grant.state = GrantState.REFUSED
    grant.until, grant.ended_by = now, who
    session.flush()
    record_audit(session, now, who, "grant_ended", None, {"grant": grant.id})


def end_grant_as(session: Session, grant_id: int, person: Person, now: datetime) -> None:
    """Raises NotAuthorised too."""
    if not (person.has(Right.PROPOSE_GRANTS) or person.has(Right.APPROVE_GRANTS)):
        raise NotAuthorised(person=person.name)
    end_grant(session, grant_id, person.name, now)


def open_proposals(session: Session) -> list[GrantView]:
    return [_view(session, grant) for grant in proposed_grants(session)]


def grants_of_account(session: Session, name: str) -> list[GrantView]:
    """All there ever were, oldest first. Raises NotFound."""
    return [_view(session, grant) for grant in grants_of(session, _the_account(session, name).id)]


def lanes_of_post(session: Session, post: str) -> frozenset[str]:
    return lanes_of_posts(session, [post])[post]


def change_lanes(session: Session, post: str, lanes: Iterable[str], who: str, now: datetime) -> None:
    """The lanes whose work a post does besides its own (MZ/T 072-2016 4.2). Raises NoSuchPost."""
    wanted = sorted(set(lanes) - {post})
    unknown = sorted({post, *wanted} - set(POSTS))
    if unknown:
        raise NoSuchPost(posts=unknown)
    before = sorted(session.scalars(select(PostLane.lane).where(PostLane.post == post)))
    session.execute(delete(PostLane).where(PostLane.post == post))
    session.add_all(PostLane(post=post, lane=lane) for lane in wanted)
    session.flush()
    facts = {"post": post, "before": before, "after": wanted}
    record_audit(session, now, who, "lanes_changed", None, facts)


def _facts(grant: PostGrant, account: Account, stands_for: str | None) -> dict[str, object]:
    return {
        "grant": grant.id,
        "account": account.name,
        "post": grant.post,
        "stands_for": stands_for,
        "since": grant.since.isoformat(),
        "until": None if grant.until is None else grant.until.isoformat(),
    }


def _view(session: Session, grant: PostGrant) -> GrantView:
    absent = None if grant.stands_for_id is None else session.get_one(Account, grant.stands_for_id).name
    return GrantView(
        grant.id,
        session.get_one(Account, grant.account_id).name,
        grant.post,
        absent,
        grant.since,
        grant.until,
        grant.state,
        grant.proposed_by,
    )


def _the_account(session: Session, name: str) -> Account:
    account = account_named(session, name)
    if account is None:
        raise NotFound(account=name)
    return account
