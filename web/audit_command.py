"""`hedui audit …`: examine the audit log, sign it now, give the application's role its rights."""

from pathlib import Path

import click

from engine.domain.audit_chain import Anchor, Damage
from engine.ports import TemporaryFailure
from engine.supervision.app_role import grant_application
from engine.supervision.audit_log import (
    Finding,
    copy_anchors,
    examine_audit,
    read_anchors,
    sign_audit,
)
from web.command_hall import command_hall
from web.hall import Hall

AT_ONCE = 10_000
WORDS = {
    Damage.LINK_MISSING: "链条缺少一环（记录被删除或者被调换）",
    Damage.EVENT_MISSING: "日志记录已被删除",
    Damage.EVENT_CHANGED: "日志记录的内容已被改动",
    Damage.CHAIN_BROKEN: "链条在此断开（插入、调换或者改动）",
    Damage.EVENT_NOT_LINKED: "有一条较早的记录不在链条中（事后插入）",
    Damage.ANCHOR_FORGED: "锚点的签名不是本机构的签名",
    Damage.ANCHOR_DIFFERS: "链条与已签名的锚点不一致（链条被重新生成）",
    Damage.LOG_CUT_OFF: "已签名的锚点之前的记录不见了（日志尾部被删除）",
}


@click.group()
def audit() -> None:
    """The audit log."""


@audit.command()
@click.option(
    "--anchors",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="copies of anchors kept elsewhere, one JSON object per line; may be given several times",
)
def verify(anchors: tuple[Path, ...]) -> None:
    """Has anybody touched the log? Ends with 1 and names the first bad place if so."""
    with command_hall() as room:
        copies = _copies(room, anchors)
        with room.database.reading() as session:
            result = examine_audit(session, room.platform.notary, copies)
    click.echo(f"已检查 {result.links} 条记录，{result.anchors} 个锚点")
    if result.finding is not None:
        click.echo(_told(result.finding))
        raise SystemExit(1)
    click.echo("完好" if result.anchors else "链条完好；没有锚点，无法发现尾部被删除或者整体重新生成")


def _copies(room: Hall, files: tuple[Path, ...]) -> list[Anchor]:
    """Ours and those of the files; ends with 2 when they cannot be read."""
    try:
        lines = room.platform.notary.copies()
        for path in files:
            lines += path.read_text(encoding="utf-8").splitlines()
        return read_anchors(lines)
    except (OSError, ValueError, TemporaryFailure):
        click.echo("锚点文件无法读取或者不是锚点文件", err=True)
        raise SystemExit(2) from None


def _told(finding: Finding) -> str:
    place = f"第 {finding.seq} 条" if finding.seq is not None else ""
    event = f"记录号 {finding.event}" if finding.event is not None else ""
    return f"{'，'.join(filter(None, (place, event)))}：{WORDS[finding.damage]}"


@audit.command()
def anchor() -> None:
    """Link and sign everything up to now, and copy the anchors out."""
    with command_hall() as room:
        with room.database.transaction() as session:
            while sign_audit(session, room.platform, AT_ONCE) == AT_ONCE:
                continue
        with room.database.reading() as session:
            copied = copy_anchors(session, room.platform)
    click.echo(f"已签名，新写出锚点 {copied} 个")


@audit.command(name="grant")
@click.argument("role")
def grant_role(role: str) -> None:
    """Give the PostgreSQL role of the application its rights: the audit log can only be added to.

    Run as the owner of the tables, again after each migration.
    """
    with command_hall() as room, room.database.transaction() as session:
        grant_application(session, role)
    click.echo(f"已授权 {role}")
