"""`hedui archive …`: is a package whole? Works with and without the database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from engine.domain.archive import Fault
from engine.domain.archive.audit_proof import ProofFault
from engine.ports import Genuineness, Notary, Signer
from engine.supervision.archives import ArchiveVerdict, Registration, examine_archive, registration_of
from web.database import Database, open_engine
from web.settings import Settings, read_settings
from web.wiring import open_notary, open_signer

LONGEST_PATH = 200
FAULTS = {
    Fault.NOT_A_PACKAGE: "不是归档包，或者已经无法读取",
    Fault.WRAPPED: "前后附有不属于归档包的内容",
    Fault.UNSAFE_PATH: "路径不安全，不得解开",
    Fault.TWICE: "同名文件出现多次",
    Fault.ENCRYPTED: "被加密",
    Fault.MANIFEST: "清单无法读取",
    Fault.MISSING: "缺失",
    Fault.EXTRA: "不在清单中",
    Fault.CHANGED: "内容已被改动",
}
SIGNATURES = {
    Genuineness.GENUINE: "签名有效",
    Genuineness.ALTERED: "签名后被改动",
    Genuineness.FOREIGN: "没有本机构的签名",
    Genuineness.UNREADABLE: "不是可读的 PDF",
}
REGISTRATIONS = {
    Registration.CURRENT: "已登记，与数据库一致",
    Registration.SUPERSEDED: "已登记，与数据库一致；同一业务另有较新的归档包",
    Registration.UNKNOWN: "数据库没有登记过这个归档包（不是本机构的，或者整个包被重新制作）",
}
PROOFS = {
    ProofFault.UNREADABLE: "系统日志证明无法读取",
    ProofFault.EVENT_CHANGED: "系统日志记录的内容已被改动",
    ProofFault.ANCHOR_DIFFERS: "系统日志的链条与锚点不一致",
}


@dataclass(frozen=True)
class Home:
    """What is known at the unit that made the package."""

    database: Database
    signer: Signer
    notary: Notary


@click.group()
def archive() -> None:
    """Archive packages of cases."""


@archive.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def verify(files: tuple[Path, ...]) -> None:
    """Is each package whole? Ends with 1 and names what is damaged if not.

    Without a database the package is held against itself only.
    """
    with _home() as home:
        if home is None:
            click.echo("没有连接数据库：只检查归档包自身，不检查登记和签名")
        whole = [_verified(path, home) for path in files]
    raise SystemExit(0 if all(whole) else 1)


def _verified(path: Path, home: Home | None) -> bool:
    try:
        with path.open("rb") as file:
            signer, notary = (home.signer, home.notary) if home is not None else (None, None)
            verdict = examine_archive(file, signer, notary)
    except OSError:
        click.echo(f"{path}：无法读取")
        return False
    registration = None if home is None else _registration(home, verdict)
    is_whole = verdict.is_whole and registration is not Registration.UNKNOWN
    click.echo(f"{path}：{'完整' if is_whole else '不完整'}")
    for line in _lines(verdict, registration):
        click.echo(f"  {line}")
    return is_whole


def _registration(home: Home, verdict: ArchiveVerdict) -> Registration:
    with home.database.reading() as session:
        return registration_of(session, verdict.digest)


def _lines(verdict: ArchiveVerdict, registration: Registration | None) -> Iterator[str]:
    for damage in verdict.examined.damage:
        yield f"{harmless(damage.path[:LONGEST_PATH]) or '归档包'}：{FAULTS[damage.fault]}"
    yield f"核对编号 {harmless(verdict.case_no) or '不详'}，{len(verdict.examined.files)} 个文件与清单一致"
    yield f"归档包 SHA-256 {verdict.digest}"
    for digest in verdict.missing:
        yield f"归档时已经缺件：SHA-256 {harmless(digest)}"
    if registration is not None:
        yield REGISTRATIONS[registration]
    for one in verdict.signatures:
        yield f"{one.path}：{SIGNATURES[one.genuineness]}"
    yield from _proof(verdict)


def _proof(verdict: ArchiveVerdict) -> Iterator[str]:
    if verdict.proof is None:
        return
    if verdict.proof.fault is not None:
        yield PROOFS[verdict.proof.fault]
    else:
        yield f"系统日志 {verdict.proof.events} 条，其中 {verdict.proof.proved} 条由锚点证明"
    if verdict.forged_anchors:
        yield f"{verdict.forged_anchors} 个锚点的签名不是本机构的签名"


def harmless(text: str) -> str:
    """Whatever a hostile package says, it steers no terminal and begins no line of its own."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


@contextmanager
def _home() -> Iterator[Home | None]:
    """None without a database of ours: nothing is created, nothing is migrated by looking."""
    settings = read_settings(os.environ)
    if _is_absent(settings):
        yield None
        return
    engine = open_engine(settings.database_url)
    try:
        database = Database(engine)
        yield Home(database, open_signer(settings), open_notary(settings)) if _answers(database) else None
    finally:
        engine.dispose()


def _is_absent(settings: Settings) -> bool:
    url = settings.database_url
    return url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists()


def _answers(database: Database) -> bool:
    try:
        with database.reading() as session:
            registration_of(session, "")
    except SQLAlchemyError:
        return False
    return True
