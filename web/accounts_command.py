"""`hedui account …`: add, list, disable, enable and reset accounts, propose and end posts, lanes of posts."""

from datetime import datetime, timedelta

import click

from engine.configuration.accounts import add_account, list_accounts, reset_account, set_active
from engine.configuration.grants import (
    GrantView,
    GrantWish,
    change_lanes,
    end_grant,
    grants_of_account,
    open_proposals,
    propose_grant,
)
from engine.domain.posts import ALL_POSTS, POSTS
from engine.domain.report_number import SHANGHAI
from web.command_hall import command_hall
from web.filters import shown_time

WHO = click.option("--who", required=True, help="staff number of the person who decides")
DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def account() -> None:
    """Accounts of staff and the posts they hold."""


@account.command(name="add")
@click.argument("name")
@click.option("--post", "posts", multiple=True, type=click.Choice(ALL_POSTS))
@WHO
def add(name: str, posts: tuple[str, ...], who: str) -> None:
    """Add the account of a staff number. Prints the one-time code it begins with, this once."""
    with command_hall() as room, room.database.transaction() as session:
        now = room.platform.clock.now()
        code = add_account(session, name, who, now)
        wishes = [GrantWish(name, post, now) for post in posts]
        grants = [propose_grant(session, wish, who, now, may_begin=True) for wish in wishes]
    click.echo(f"一次性代码 {code}（72 小时内有效，在 /sign-in/start 使用）")
    for grant in grants:
        click.echo(_line(grant))


@account.command(name="list")
def list_all() -> None:
    """All accounts with the posts they hold at this moment, then what waits for a supervisor."""
    with command_hall() as room, room.database.reading() as session:
        for known in list_accounts(session, room.platform.clock.now()):
            state = "在用" if known.active else "停用"
            started = "已启用" if known.has_second_factor else "未启用"
            click.echo(f"{known.name}  {state}  {started}  {'、'.join(known.posts) or '-'}")
        for grant in open_proposals(session):
            click.echo(_line(grant))


@account.command()
@click.argument("name")
@WHO
def disable(name: str, who: str) -> None:
    """Close an account; its sessions end at once."""
    _set_active(name, False, who)


@account.command()
@click.argument("name")
@WHO
def enable(name: str, who: str) -> None:
    """Open a closed account again."""
    _set_active(name, True, who)


def _set_active(name: str, active: bool, who: str) -> None:
    with command_hall() as room, room.database.transaction() as session:
        set_active(session, name, active, who, room.platform.clock.now())


@account.command()
@click.argument("name")
@WHO
def reset(name: str, who: str) -> None:
    """Begin an account anew: password, second factor and sessions are gone. Prints a one-time code."""
    with command_hall() as room, room.database.transaction() as session:
        code = reset_account(session, name, who, room.platform.clock.now())
    click.echo(f"一次性代码 {code}（72 小时内有效，在 /sign-in/start 使用）")


@account.command(name="posts")
@click.argument("name")
@click.option(
    "--add", "post", type=click.Choice(ALL_POSTS), help="propose this post; a supervisor approves it"
)
@click.option("--stand-in-for", help="staff number of the absent holder; then --until is needed")
@click.option("--from", "since", type=DAY, help="first day; today when left out")
@click.option("--until", type=DAY, help="last day")
@click.option("--end", "grant_id", type=int, help="end this one at once")
@click.option("--who", help="staff number of the person who decides")
def change_posts(
    name: str,
    post: str | None,
    stand_in_for: str | None,
    since: datetime | None,
    until: datetime | None,
    grant_id: int | None,
    who: str | None,
) -> None:
    """Show the posts of an account, propose one, or end one."""
    if (post or grant_id) and not who:
        raise click.UsageError("--who is needed for a change")
    with command_hall() as room, room.database.transaction() as session:
        now = room.platform.clock.now()
        if post and who:
            wish = GrantWish(name, post, _begin(since, now), _end(until), stand_in_for)
            propose_grant(session, wish, who, now, may_begin=True)
        if grant_id and who:
            end_grant(session, grant_id, who, now)
        for grant in grants_of_account(session, name):
            click.echo(_line(grant))


def _begin(day: datetime | None, now: datetime) -> datetime:
    return now if day is None else day.replace(tzinfo=SHANGHAI)


def _end(day: datetime | None) -> datetime | None:
    """The whole of the last day."""
    return None if day is None else day.replace(tzinfo=SHANGHAI) + timedelta(days=1)


@account.command()
@click.argument("post", type=click.Choice(POSTS))
@click.argument("lanes_of_post", nargs=-1, type=click.Choice(POSTS))
@WHO
def lanes(post: str, lanes_of_post: tuple[str, ...], who: str) -> None:
    """The lanes whose work POST does besides its own; those of before are replaced."""
    with command_hall() as room, room.database.transaction() as session:
        change_lanes(session, post, lanes_of_post, who, room.platform.clock.now())


STATES = {"proposed": "待批准", "approved": "已批准", "refused": "未批准"}


def _line(grant: GrantView) -> str:
    stands_for = f"（代 {grant.stands_for}）" if grant.stands_for else ""
    until = shown_time(grant.until) if grant.until else "长期"
    time = f"{shown_time(grant.since)} 至 {until}"
    return f"{grant.id}  {grant.account}  {grant.post}{stands_for}  {time}  {STATES[grant.state]}"
