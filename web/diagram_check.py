"""`hedui check PATH...`: what is wrong in diagrams, decision tables, forms and papers, and how to mend it."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from engine.configuration.diagrams import (
    check_diagrams,
    check_form_files,
    check_paper_files,
    read_diagrams,
)
from web.wiring import known_catalogue

KINDS = (".bpmn", ".dmn", ".form", ".html")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="findings as JSON")
def check(paths: tuple[Path, ...], as_json: bool) -> None:
    """Check diagrams (.bpmn), tables (.dmn), forms (.form), papers (.html); all files of a call together."""
    files = list(_files(paths))
    forms = [file for file in files if file.suffix == ".form"]
    papers = [file for file in files if file.suffix == ".html"]
    findings = [
        *check_diagrams(read_diagrams(file for file in files if file not in [*forms, *papers])),
        *check_form_files(forms, known_catalogue()),
        *check_paper_files(papers),
    ]
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
            yield from sorted(file for file in path.rglob("*") if file.suffix in KINDS)
        else:
            yield path
