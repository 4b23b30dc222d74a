"""`hedui keys …`: which keys there are, a new one of a kind, and everything brought under it."""

import os
import sys
from collections.abc import Iterable

import click

from engine.configuration.keys import (
    Progress,
    record_reindexing,
    record_resealing,
    record_rotation,
    reindex,
    reseal,
)
from web.command_hall import command_hall
from web.hall import Hall
from web.settings import read_settings
from web.wiring import open_keys

ADVICE = {
    "sealing": "旧数据用 hedui keys reseal 重新加密",
    "index": "旧索引用 hedui keys reindex 重新计算",
    "signing": "旧锚点仍用旧公钥验证",
}


@click.group()
def keys() -> None:
    """Keys that personal data are sealed with, persons found by, the audit log signed with."""


@keys.command(name="show")
def show_keys() -> None:
    """List the ids of the keys; never a key."""
    file = open_keys(read_settings(os.environ))
    ring = file.read()
    click.echo(f"密钥文件 {file.path}")
    for key_id in ring.sealing:
        click.echo(f"加密 {key_id}{'  当前' if key_id == ring.current else ''}")
    for key_id in (*ring.verifying, *ring.signing):
        click.echo(f"签名 {key_id}{'  当前' if key_id == ring.signing_current else '  只用于验证'}")
    click.echo(
        f"索引 1 个{f'，另有 {len(ring.index_earlier)} 个旧的仍用于查找' if ring.index_earlier else ''}"
    )


@keys.command()
@click.option("--kind", type=click.Choice(list(ADVICE)), default="sealing", show_default=True)
@click.option("--who", required=True, help="staff number of the person who decides")
def rotate(kind: str, who: str) -> None:
    """Make a new key the current one. What was made with the earlier ones stays readable."""
    with command_hall() as room:
        file = open_keys(room.settings)
        changes = {"sealing": file.rotate, "index": file.rotate_index, "signing": file.rotate_signing}
        ring = changes[kind]()
        key_id = {"sealing": ring.current, "index": "", "signing": ring.signing_current}[kind]
        with room.database.transaction() as session:
            record_rotation(session, kind, key_id, who, room.platform.clock.now())
    click.echo(f"当前密钥 {key_id or '（索引）'}；运行中的程序自动改用，{ADVICE[kind]}")


@keys.command(name="reindex")
@click.option(
    "--forget",
    is_flag=True,
    help="then forget the earlier keys; only when all machines have the new key file",
)
@click.option("--who", required=True, help="staff number of the person who decides")
def reindex_all(forget: bool, who: str) -> None:
    """Find every person by the current index key, while the platform runs; may be repeated."""
    with command_hall() as room:
        database, vault = room.database, room.platform.vault
        progress = _last(reindex(database.reading, database.transaction, vault))
        is_over = forget and not progress.renewed and not progress.broken
        if is_over:
            open_keys(room.settings).forget_index()
        with database.transaction() as session:
            record_reindexing(session, progress.renewed, is_over, who, room.platform.clock.now())
    click.echo(f"案件 {progress.seen}，重新索引 {progress.renewed}，无法打开 {progress.broken}")
    if forget and not is_over:
        click.echo("仍有旧索引，旧密钥保留；请再执行一次", err=True)
    raise SystemExit(1 if progress.broken or forget > is_over else 0)


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
    """The last word on each kind."""
    done: dict[str, Progress] = {}
    for progress in reseal(room.database.reading, room.database.transaction, room.platform, plain):
        done[progress.what] = progress
        _show(progress)
    return list(done.values())


def _last(steps: Iterable[Progress]) -> Progress:
    for progress in steps:
        _show(progress)
    return progress


def _show(progress: Progress) -> None:
    """On a terminal the way there is shown."""
    if sys.stderr.isatty():
        click.echo(f"\r{progress.what} {progress.seen}", nl=False, err=True)
