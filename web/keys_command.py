"""`hedui keys …`: which keys there are, a new one, and everything sealed anew with it."""

import os
import sys

import click

from engine.configuration.keys import Progress, record_resealing, record_rotation, reseal
from web.command_hall import command_hall
from web.hall import Hall
from web.settings import read_settings
from web.wiring import open_keys


@click.group()
def keys() -> None:
    """Keys that personal data are sealed with."""


@keys.command(name="show")
def show_keys() -> None:
    """List the ids of the keys; never a key."""
    file = open_keys(read_settings(os.environ))
    ring = file.read()
    click.echo(f"密钥文件 {file.path}")
    for key_id in ring.sealing:
        click.echo(f"加密 {key_id}{'  当前' if key_id == ring.current else ''}")
    for key_id in ring.signing:
        click.echo(f"签名 {key_id}{'  当前' if key_id == ring.signing_current else ''}")


@keys.command()
@click.option("--who", required=True, help="staff number of the person who decides")
def rotate(who: str) -> None:
    """Make a new key the current one. The others stay: what was sealed with them is opened with them."""
    with command_hall() as room:
        ring = open_keys(room.settings).rotate()
        with room.database.transaction() as session:
            record_rotation(session, ring.current, who, room.platform.clock.now())
    click.echo(f"当前密钥 {ring.current}；运行中的程序自动改用，旧数据用 hedui keys reseal 重新加密")


@keys.command(name="reseal")
@click.option(
    "--plain", is_flag=True, help="once after the upgrade: also what was stored before there were keys"
)
@click.option("--who", required=True, help="staff number of the person who decides")
def reseal_all(plain: bool, who: str) -> None:
    """Seal all that is stored anew with the current key, while the platform runs; may be repeated."""
    with command_hall() as room:
        done = _resealed(room, plain)
        with room.database.transaction() as session:
            renewed = sum(progress.renewed for progress in done)
            record_resealing(session, renewed, who, room.platform.clock.now())
    for progress in done:
        click.echo(
            f"{progress.what}: 共 {progress.seen}，重新加密 {progress.renewed}，无法打开 {progress.broken}"
        )
    raise SystemExit(1 if any(progress.broken for progress in done) else 0)


def _resealed(room: Hall, plain: bool) -> list[Progress]:
    """The last word on each kind; on a terminal the way there is shown."""
    done: dict[str, Progress] = {}
    for progress in reseal(room.database.reading, room.database.transaction, room.platform, plain):
        done[progress.what] = progress
        if sys.stderr.isatty():
            click.echo(f"\r{progress.what} {progress.seen}", nl=False, err=True)
    return list(done.values())
