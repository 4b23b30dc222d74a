"""Runs every diagram of a folder by both engines and counts: `python -m tests.benchmarks.agreement DIR`."""

import argparse
import ast
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from select import select
from typing import Any

from engine.runtime import Source
from engine.runtime.lint import check_rules
from tests.benchmarks.agreement.adapting import Adapted, adapt, read_folder
from tests.benchmarks.agreement.walking import Outcome

ANSWER_SECONDS = 10.0
MOST_WORLDS = 8
# Differences that have been looked into: where, how they begin, what they are about.
EXPLAINED = (
    (
        "error_event_payload.bpmn event_test #1",
        "Activity_1qrttpi CANCELLED: library 0, ours 1; Activity_1qrttpi COMPLETED: library 1, ours 0",
        "a sub-process interrupted by an error end event: completed for the library, cancelled for us",
    ),
)
# What our linter says of every foreign diagram, and what does not keep it from being compared.
OF_NO_MATTER = {
    "shapes",
    "edges",
    "posts",
    "lane_members",
    "operations",
    "forms",
    "documents",
    "extension_ids",
}


FAULTS = ("DIFFERS", "refused UNEXPECTEDLY")  # of ours, until they are explained


class Runner:
    """A process that runs diagrams; one that hangs is replaced."""

    def __init__(self, module: str) -> None:
        self._command = [sys.executable, "-m", module]
        self._process = self._start()

    def _start(self) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def run(self, request: Mapping[str, Any]) -> Outcome:
        asking, answering = self._process.stdin, self._process.stdout
        assert asking is not None
        assert answering is not None
        asking.write(json.dumps(request) + "\n")
        asking.flush()
        ready, _, _ = select([answering], [], [], ANSWER_SECONDS)
        line = answering.readline() if ready else ""
        if line:
            return Outcome(**json.loads(line))
        self.stop()
        self._process = self._start()
        return Outcome(refused="no answer: it hangs or has died")

    def stop(self) -> None:
        self._process.kill()
        self._process.communicate()


@dataclass(frozen=True)
class Comparison:
    """`verdict` is a word of the summary, `reason` what was found."""

    name: str
    verdict: str
    reason: str = ""


def compare_folder(folder: Path) -> Iterator[Comparison]:
    library, ours = Runner("tests.benchmarks.agreement.library"), Runner("tests.benchmarks.agreement.ours")
    files = read_folder(folder)
    try:
        for path, root in files:
            for adapted in adapt(path, root, files):
                yield from _compare(f"{path.relative_to(folder)} {adapted.process}", adapted, library, ours)
    finally:
        library.stop()
        ours.stop()


def _compare(name: str, adapted: Adapted, library: Runner, ours: Runner) -> Iterator[Comparison]:
    rules = "、".join(_rules_against(adapted))
    for number, world in enumerate(_worlds(adapted)):
        request = adapted.request(world)
        theirs = library.run(request)
        if theirs.refused:
            yield Comparison(name, "no outcome of the library", theirs.refused)
            return
        mine = ours.run(request)
        if mine.refused:
            verdict = "refused by design" if rules else "refused UNEXPECTEDLY"
            yield Comparison(name, verdict, f"[{rules}] {mine.refused}")
            return
        difference = "; ".join(_differences(theirs, mine))
        where = f"{name} #{number}"
        if not difference:
            yield Comparison(where, _agreement(theirs))
        else:
            yield _differing(where, rules, difference)


def _agreement(theirs: Outcome) -> str:
    if theirs.failed:
        return "agreed: the same element fails"
    return "both fail, the library does not say where" if theirs.why else "agreed"


def _differing(where: str, rules: str, difference: str) -> Comparison:
    for place, beginning, explanation in EXPLAINED:
        if where.endswith(place) and difference.startswith(beginning):
            return Comparison(where, "differs, explained", explanation)
    verdict = "differs, kept out by the linter" if rules else "DIFFERS"
    return Comparison(where, verdict, f"[{rules}] {difference}")


def _worlds(adapted: Adapted) -> list[dict[str, object]]:
    """Nothing known at first, then lists to loop over, then what makes one condition true after the other."""
    known: list[dict[str, object]] = [{}]
    if adapted.lists:
        known.append({name: ["a", "b", "c"] for name in adapted.lists})
    for condition in adapted.conditions:
        world = {**known[-1], **_that_holds(condition)}
        if world not in known:
            known.append(world)
    return known[:MOST_WORLDS]


def _that_holds(condition: str) -> dict[str, object]:
    """For `name == literal`, `name` and the like; nothing for what is not so simple."""
    try:
        tree = ast.parse(condition, mode="eval").body
    except SyntaxError:
        return {}
    if isinstance(tree, ast.Name):
        return {tree.id: True}
    if isinstance(tree, ast.Compare) and isinstance(tree.left, ast.Name):
        value = tree.comparators[0]
        if isinstance(value, ast.Constant):
            shift = {ast.Lt: -1, ast.Gt: 1}.get(type(tree.ops[0]), 0)
            return {tree.left.id: value.value + shift if shift else value.value}
    return {}


def _rules_against(adapted: Adapted) -> list[str]:
    sources = [Source(name, text.encode()) for name, text in adapted.files.items()]
    return sorted({finding.rule for finding in check_rules(sources)} - OF_NO_MATTER)


def _differences(theirs: Outcome, mine: Outcome) -> Iterator[str]:
    if bool(theirs.failed or theirs.why) != bool(mine.failed or mine.why):
        yield f"error: library {theirs.failed} {theirs.why!r}, ours {mine.failed} {mine.why!r}"
        return
    if theirs.failed or theirs.why:
        if theirs.failed and theirs.failed != mine.failed:  # often the library does not say where
            yield f"error at: library {theirs.failed} {theirs.why!r}, ours {mine.failed} {mine.why!r}"
        return
    for fact in ("finished", "waiting", "ends", "data"):
        if getattr(theirs, fact) != getattr(mine, fact):
            yield f"{fact}: library {getattr(theirs, fact)}, ours {getattr(mine, fact)}"
    yield from _different_states(theirs, mine)


def _different_states(theirs: Outcome, mine: Outcome) -> Iterator[str]:
    """Of the tasks whose spec both know."""
    names = {name for name, _, _ in theirs.states} & {name for name, _, _ in mine.states}
    library, ours = (
        {(name, state): number for name, state, number in outcome.states if name in names}
        for outcome in (theirs, mine)
    )
    for key in sorted(library.keys() | ours.keys()):
        if library.get(key, 0) != ours.get(key, 0):
            yield f"{key[0]} {key[1]}: library {library.get(key, 0)}, ours {ours.get(key, 0)}"


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m tests.benchmarks.agreement", description=__doc__)
    reader.add_argument("folder", type=Path)
    reader.add_argument("--each", action="store_true", help="say of each run what came of it")
    asked = reader.parse_args()
    compared = []
    for one in compare_folder(asked.folder):
        compared.append(one)
        if asked.each or one.verdict in FAULTS:
            sys.stdout.write(f"{one.verdict}: {one.name} {one.reason}\n")
    return _summary(compared)


def _summary(compared: Sequence[Comparison]) -> int:
    """Diagrams are processes of the files; each is run once for every world its conditions ask for."""
    counts = Counter(one.verdict for one in compared)
    for verdict, number in counts.most_common():
        diagrams = {one.name.partition(" #")[0] for one in compared if one.verdict == verdict}
        sys.stdout.write(json.dumps({"verdict": verdict, "runs": number, "diagrams": len(diagrams)}) + "\n")
    rules = Counter(
        one.reason.partition("]")[0] + "]" for one in compared if one.verdict == "refused by design"
    )
    sys.stdout.write(
        json.dumps({"refused by design, by rules of the linter": rules}, ensure_ascii=False) + "\n"
    )
    return int(any(counts[fault] for fault in FAULTS))


if __name__ == "__main__":
    sys.exit(main())
