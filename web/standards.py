"""The clauses of the two standards and the tests that prove them.

docs/standards.yaml says what each clause asks and what the platform shows for it; the markers
`pytest.mark.clause("M 6.1 b")` say which test proves it. The tests are read, not run, so that the
table costs nothing and says the same on every machine. A test that is skipped proves nothing.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import TypeGuard

import yaml

CLAUSES = Path("docs/standards.yaml")
REPORT = Path("docs/standards.md")

_HEAD = """\
# The clauses of the standards and the tests that prove them

Made by `hedui standards --write` from `docs/standards.yaml` and the clause markers of the tests: do not edit.
*open* means that no test proves the clause yet, whatever the platform may already do for it.

| Level | Proved | Open | Organisational |
| --- | ---: | ---: | ---: |
"""
_TABLE_HEAD = "| Clause | Level | Asks | Shows | Tests |\n| --- | --- | --- | --- | --- |\n"


class StandardsError(Exception):
    """The table of clauses or a clause marker of a test is wrong."""


class Level(StrEnum):
    """What the platform can do for a clause."""

    FULFIL = "fulfil"
    SUPPORT = "support"
    ORGANISATIONAL = "organisational"


class State(StrEnum):
    """How far a clause has come."""

    PROVED = "proved"
    OPEN = "open"
    ORGANISATIONAL = "organisational"


@dataclass(frozen=True)
class ClauseRow:
    """One clause, what the platform shows for it and the ids of the tests that prove it."""

    clause: str
    document: str
    section: str
    level: Level
    asks: str
    shows: str
    where: str | None = None
    tests: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """Proved by a test, else left to the unit or open."""
        if self.tests:
            return State.PROVED
        return State.ORGANISATIONAL if self.level is Level.ORGANISATIONAL else State.OPEN


@dataclass(frozen=True)
class LevelCount:
    """How many clauses of a level are in which state."""

    level: Level
    proved: int
    open: int
    organisational: int


@dataclass(frozen=True)
class Proof:
    """A test that claims to prove a clause."""

    clause: str
    test: str


def clause_table(root: Path) -> list[ClauseRow]:
    """All clauses in the order of the standards, each with its tests; an unknown clause is an error."""
    rows = read_clauses(root)
    known = {row.clause for row in rows}
    tests: dict[str, list[str]] = {row.clause: [] for row in rows}
    for proof in collect_proofs(root):
        if proof.clause not in known:
            raise StandardsError(f"{proof.test}: {CLAUSES} has no clause {proof.clause!r}")
        tests[proof.clause].append(proof.test)
    return [replace(row, tests=tuple(sorted(set(tests[row.clause])))) for row in rows]


def read_clauses(root: Path) -> list[ClauseRow]:
    """The clauses of docs/standards.yaml in its order, still without tests."""
    table = yaml.safe_load((root / CLAUSES).read_text(encoding="utf-8"))
    documents, sections = table["documents"], table["sections"]
    rows: dict[str, ClauseRow] = {}
    for entry in table["clauses"]:
        try:
            row = _row(documents, sections, **entry)
        except (KeyError, TypeError, ValueError) as error:
            raise StandardsError(f"{CLAUSES}: the entry {entry} is wrong: {error}") from error
        if row.clause in rows:
            raise StandardsError(f"{CLAUSES}: {row.clause!r} stands there twice")
        if row.where and not (root / row.where).exists():
            raise StandardsError(f"{CLAUSES}: {row.clause!r} names {row.where}, which does not exist")
        rows[row.clause] = row
    return list(rows.values())


def _row(
    documents: dict[str, str],
    sections: dict[str, str],
    *,
    id: str,
    level: str,
    asks: str,
    shows: str,
    where: str | None = None,
) -> ClauseRow:
    match = re.match(r"([A-Z]) ([A-Z]|\d+)", id)
    if match is None:
        raise ValueError("an id is the letter of the document and the clause")
    return ClauseRow(id, documents[match[1]], sections[match[0]], Level(level), asks, shows, where)


def collect_proofs(root: Path) -> list[Proof]:
    """What the clause markers under tests/ claim, found by reading the files."""
    files = sorted((root / "tests").rglob("*.py"))
    sources = ((path, path.read_text(encoding="utf-8")) for path in files)
    return [
        proof
        for path, source in sources
        if "mark.clause" in source
        for proof in _TestFile(path.relative_to(root).as_posix(), source).proofs()
    ]


class _TestFile:
    """The clause markers of one file: on functions, classes, the module and the rows of a parametrization."""

    def __init__(self, file: str, source: str) -> None:
        self._file = file
        self._module = ast.parse(source, file)
        self._named = dict(_assignments(self._module.body))
        self._seen: set[ast.Call] = set()

    def proofs(self) -> list[Proof]:
        """Every pair of clause and test; a marker that reaches no test is an error."""
        is_test_file = self._file.rpartition("/")[2].startswith("test_")
        found = list(self._visit(self._file, self._module, [])) if is_test_file else []
        for node in ast.walk(self._module):
            if _is_clause_marker(node) and node not in self._seen:
                raise StandardsError(f"{self._file}:{node.lineno}: this clause marker is on no test")
        return found

    def _visit(self, prefix: str, scope: ast.Module | ast.ClassDef, outer: list[ast.expr]) -> Iterator[Proof]:
        """The proofs of a module or class; `outer` are the marks of what stands around it."""
        marks = outer + [value for name, value in _assignments(scope.body) if name == "pytestmark"]
        for node in scope.body:
            if _is_test(node):
                yield from self._claims(f"{prefix}::{node.name}", marks + node.decorator_list)
            elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
                yield from self._visit(f"{prefix}::{node.name}", node, marks + node.decorator_list)
        if isinstance(scope, ast.ClassDef) and not any(_is_test(node) for node in scope.body):
            # A class that inherits all its tests from a suite is itself the proof.
            yield from self._claims(prefix, marks)

    def _claims(self, test: str, marks: Sequence[ast.expr]) -> Iterator[Proof]:
        nodes = [node for mark in marks for node in self._walk(mark)]
        asleep = any(isinstance(node, ast.Attribute) and node.attr in {"skip", "xfail"} for node in nodes)
        for node in nodes:
            if _is_clause_marker(node):
                self._seen.add(node)
                yield from (Proof(clause, test) for clause in self._ids(node) if not asleep)

    def _walk(self, mark: ast.expr) -> Iterator[ast.AST]:
        """All nodes of a mark, and of what the module calls by the names in it."""
        waiting, names = [mark], set[str]()
        while waiting:
            for node in ast.walk(waiting.pop()):
                yield node
                if isinstance(node, ast.Name) and node.id in self._named and node.id not in names:
                    names.add(node.id)
                    waiting.append(self._named[node.id])

    def _ids(self, marker: ast.Call) -> Iterator[str]:
        for argument in marker.args:
            if not (isinstance(argument, ast.Constant) and isinstance(argument.value, str)):
                raise StandardsError(
                    f"{self._file}:{marker.lineno}: a clause marker takes literal strings only"
                )
            yield argument.value


def _assignments(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    for node in body:
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        value = getattr(node, "value", None)
        if isinstance(value, ast.expr):
            yield from ((target.id, value) for target in targets if isinstance(target, ast.Name))


def _is_test(node: ast.stmt) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef]:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test")


def _is_clause_marker(node: ast.AST) -> TypeGuard[ast.Call]:
    match node:
        case ast.Call(func=ast.Attribute(attr="clause", value=ast.Attribute(attr="mark") | ast.Name("mark"))):
            return True
    return False


def count_states(rows: Iterable[ClauseRow]) -> list[LevelCount]:
    """The states of the clauses, level by level."""
    counts = Counter((row.level, row.state) for row in rows)
    return [
        LevelCount(
            level,
            proved=counts[level, State.PROVED],
            open=counts[level, State.OPEN],
            organisational=counts[level, State.ORGANISATIONAL],
        )
        for level in Level
    ]


def render_markdown(rows: Sequence[ClauseRow]) -> str:
    """The text of docs/standards.md: the counts, then a table for each section of each standard."""
    counted = "".join(
        f"| {count.level} | {count.proved} | {count.open} | {count.organisational} |\n"
        for count in count_states(rows)
    )
    return _HEAD + counted + "".join(_documents(rows))


def _documents(rows: Iterable[ClauseRow]) -> Iterator[str]:
    for document, of_document in groupby(rows, key=lambda row: row.document):
        yield f"\n## {document}\n"
        for section, of_section in groupby(of_document, key=lambda row: row.section):
            yield f"\n### {section}\n\n{_TABLE_HEAD}"
            yield from (_line(row) for row in of_section)


def _line(row: ClauseRow) -> str:
    shows = f"{row.shows} (`{row.where}`)" if row.where else row.shows
    tests = "<br>".join(f"`{test}`" for test in row.tests) or str(row.state)
    cells = (row.clause, row.level, row.asks, shows, tests)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"
