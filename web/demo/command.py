"""`hedui demo`: send the commissions, show how they come along, sum up."""

import json
import logging
import time
import unicodedata
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import click

from engine.domain.report_number import SHANGHAI
from web.demo.errands import Ending, Errand, Run, current_run, keep_run
from web.demo.serving import serve_demo
from web.demo.town import Town, open_town
from web.logs import start_logging

FOLDER = Path("var/demo")
POLL_SECONDS = 0.2
PATIENCE_SECONDS = 180.0
WORDS = {
    Ending.CLOSED: "已办结",
    Ending.SUSPENDED: "已中止，等待委托单位",
    Ending.WITH_STAFF: "转人工",
    Ending.REFUSED: "退回",
}


@dataclass(frozen=True)
class Result:
    """One line of the summary."""

    commission_no: str
    household: str
    service: str
    remark: str
    ending: str
    expected: str
    detail: str
    report_no: str | None
    file: str | None
    seconds: float

    @property
    def is_as_expected(self) -> bool:
        return self.ending == self.expected


@click.command()
@click.option("--serve", is_flag=True, help="serve the application over the demo's data")
@click.option("--bind", default="127.0.0.1:8000", show_default=True)
@click.option("--folder", default=FOLDER, show_default=True, type=click.Path(file_okay=False, path_type=Path))
def demo(serve: bool, bind: str, folder: Path) -> None:
    """Send twelve invented households over the webhook and follow them to the end."""
    if serve:
        serve_demo(folder, bind)
        return
    start_logging(logging.WARNING)  # between the lines of the households a log is only noise
    with open_town(folder) as town:
        results = _run(town, folder)
    click.echo(_summary(results))
    raise SystemExit(0 if all(result.is_as_expected for result in results) else 1)


def _run(town: Town, folder: Path) -> list[Result]:
    path = folder / "run.json"
    run = current_run(path, datetime.now(SHANGHAI).date())
    waiting = {number: errand for number, errand, _ in run.commissions()}
    began = time.monotonic()
    results: dict[str, Result] = {}
    for number, errand, household in run.commissions():
        refused = _send(town, run, number, errand, household)
        if refused is not None:
            results[number] = replace(refused, seconds=round(time.monotonic() - began, 1))
            _show(results[number], len(results), len(waiting))
    while len(results) < len(waiting) and time.monotonic() - began < PATIENCE_SECONDS:
        town.surroundings.inbox.send_receipts(town.client.send_receipt)
        for number, errand in waiting.items():
            result = None if number in results else _look(town, number, errand, time.monotonic() - began)
            if result is not None:
                results[number] = result
                _show(result, len(results), len(waiting))
        time.sleep(POLL_SECONDS)
    for number, errand in waiting.items():
        if number not in results:
            results[number] = _result(number, errand, "unfinished", "", time.monotonic() - began)
    ordered = [results[number] for number in waiting]
    _write(folder / "summary.json", run, ordered)
    keep_run(path, replace(run, finished=all(result.ending != "unfinished" for result in ordered)))
    return ordered


def _send(town: Town, run: Run, number: str, errand: Errand, household: int) -> Result | None:
    """A result at once when the commission is refused at the door."""
    day = datetime.fromisoformat(run.day).date()
    commission = town.surroundings.world.commission(household, errand.service, day, number, town.parties)
    answer = town.client.send_commission(commission)
    if answer.status == 202:
        return None
    ending = Ending.REFUSED if answer.status == 422 else f"http_{answer.status}"
    return _result(number, errand, ending, "；".join(dict.fromkeys(answer.problems)), 0)


def _look(town: Town, number: str, errand: Errand, seconds: float) -> Result | None:
    """A result when the commission has come to rest."""
    state = town.client.commission(number).body
    if state["state"] == Ending.CLOSED:
        report = state["report"]
        file = town.hall.settings.data_dir / "documents" / "published" / f"{state['case_no']}.zip"
        closed = _result(number, errand, Ending.CLOSED, "", seconds)
        return replace(closed, report_no=report["number"], file=_shown_path(file))
    if state["state"] == Ending.SUSPENDED:
        return _result(number, errand, Ending.SUSPENDED, "", seconds)
    if state["waiting_for"]:
        return _result(number, errand, Ending.WITH_STAFF, "、".join(state["waiting_for"]), seconds)
    return None


def _shown_path(file: Path) -> str:
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)


def _result(number: str, errand: Errand, ending: str, detail: str, seconds: float) -> Result:
    return Result(
        commission_no=number,
        household=errand.household,
        service=errand.service,
        remark=errand.remark,
        ending=ending,
        expected=errand.ending,
        detail=detail,
        report_no=None,
        file=None,
        seconds=round(seconds, 1),
    )


def _show(result: Result, done: int, total: int) -> None:
    what = WORDS[Ending(result.ending)] if result.ending in set(Ending) else result.ending
    outcome = f"{what} {result.report_no or result.detail}".strip()
    mark = "" if result.is_as_expected else "  << 与预期不同"
    click.echo(
        f"[{done:2}/{total}] {result.commission_no}  {result.service}  {_wide(result.remark, 26)}"
        f"{_wide(outcome, 44)}  {result.file or '-'}  {result.seconds:5.1f} s{mark}"
    )


def _wide(text: str, columns: int) -> str:
    """Padded on a terminal, where a Chinese character takes two columns."""
    width = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
    return text + " " * max(columns - width, 0)


def _write(path: Path, run: Run, results: list[Result]) -> None:
    content = {
        "run": run.number,
        "day": run.day,
        "written_at": datetime.now(UTC).isoformat(),
        "households": [asdict(result) for result in results],
        "as_expected": all(result.is_as_expected for result in results),
        "seconds": max(result.seconds for result in results),
    }
    path.write_text(json.dumps(content, ensure_ascii=False, indent=2), encoding="utf-8")


def _summary(results: list[Result]) -> str:
    counts = {word: sum(r.ending == ending for r in results) for ending, word in WORDS.items()}
    told = "，".join(f"{word} {count}" for word, count in counts.items())
    unexpected = sum(not result.is_as_expected for result in results)
    return f"{len(results)} 户：{told}；与预期不同 {unexpected}；用时 {max(r.seconds for r in results):.1f} s"
