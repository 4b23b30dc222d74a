"""`hedui report …`: compute the evaluation of a report again and show that it is the same."""

from collections.abc import Iterator
from pathlib import Path

import click

from engine.domain.archive import PackageUnreadable, data_files_of
from engine.handling.replaying import Basis, Part, Replay, basis_in_store, replay, replay_package
from engine.ports import SealBroken
from web.archive_command import harmless
from web.command_hall import command_hall
from web.wiring import known_catalogue

PARTS = {
    Part.COMMISSION: "核对申请与其摘要不符",
    Part.ANSWER: "收到的答复与其摘要不符",
    Part.READING: "读出的内容与收到的答复不符",
    Part.DEFINITION: "流程图或者决策表与其摘要不符",
    Part.LIMIT: "当地标准不同",
    Part.EVALUATION: "保存的核对结果与其摘要不符",
    Part.INPUTS: "计算所依据的材料不同",
    Part.FIGURE: "数值不同",
    Part.TEST: "比较结果不同",
    Part.RESULT: "结论不同",
}


@click.group()
def report() -> None:
    """Issued reports."""


@report.command(name="replay")
@click.argument("number")
@click.option(
    "--from",
    "package",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="an archive package; no database is needed then",
)
def replay_report(number: str, package: Path | None) -> None:
    """Compute the evaluation behind a report again. Exit status: 0 the same, 1 not the same.

    The values of differing figures are shown: they are personal data.
    """
    outcome = replay(_stored(number)) if package is None else _packaged(package, number)
    for line in _lines(outcome):
        click.echo(harmless(line))
    raise SystemExit(0 if outcome.is_same else 1)


def _stored(number: str) -> Basis:
    with command_hall() as room, room.database.reading() as session:
        try:
            return basis_in_store(session, room.platform, number)
        except SealBroken as error:
            click.echo(f"加密保存的内容已被改动或者无法解密：{error}", err=True)
            raise SystemExit(1) from None


def _packaged(package: Path, number: str) -> Replay:
    """Of what is in the package, changed or not: what was changed is told by the digests in it."""
    try:
        files = data_files_of(package.read_bytes())
    except PackageUnreadable:
        click.echo("不是归档包，或者已经无法读取", err=True)
        raise SystemExit(1) from None
    return replay_package(known_catalogue(), files, number)


def _lines(outcome: Replay) -> Iterator[str]:
    yield f"核对报告 {outcome.number}"
    yield f"保存的结果 {outcome.stored}"
    yield f"重算的结果 {outcome.digest or '无法重算'}"
    for one in outcome.strange:
        change = f"：原为 {one.stored or '无'}，现为 {one.now or '无'}" if one.stored or one.now else ""
        yield f"  {PARTS[one.part]}：{one.what}{change}"
    yield "一致" if outcome.is_same else "不一致"
