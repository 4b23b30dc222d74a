"""`hedui check PATH...`: what is wrong in diagrams and decision tables, and how to mend it."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from engine.configuration.diagrams import check_diagrams, read_diagrams


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="findings as JSON")
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check diagrams (.bpmn) and decision tables (.dmn); files of one call are checked together."""
    files = list(_files(paths))
    findings = check_diagrams(read_diagrams(files))
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(f"{finding.file}: {finding.element_id or '-'} [{finding.rule}]")
            click.echo(f"    {finding.message}")
            click.echo(f"    改法：{finding.remedy}")
        click.echo(f"{len(files)} 个文件，{len(findings)} 处问题")
    raise SystemExit(1 if findings else 0)


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.rglob("*") if file.suffix in (".bpmn", ".dmn"))
        else:
            yield path
