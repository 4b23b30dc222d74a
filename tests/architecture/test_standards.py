"""The table of clauses is complete and fresh, and no clause marker goes astray."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from web.standards import (
    CLAUSES,
    REPORT,
    ClauseRow,
    Level,
    LevelCount,
    Proof,
    StandardsError,
    State,
    clause_table,
    collect_proofs,
    count_states,
    read_clauses,
    render_markdown,
)

ROOT = Path(__file__).parents[2]

SMALL_TABLE = """\
documents: {M: The standard}
sections: {M 1: Scope, M A: Annex}
clauses:
  - {id: M 1, level: support, asks: a, shows: b}
  - {id: M A.1 甲, level: fulfil, asks: c | d, shows: e, where: docs}
  - {id: M A.2, level: organisational, asks: f, shows: g}
"""

Project = Callable[..., Path]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Writes a checkout with a small table of clauses and the given files under tests/."""

    def write(table: str = SMALL_TABLE, **tests: str) -> Path:
        (tmp_path / "docs").mkdir()
        (tmp_path / "tests").mkdir()
        (tmp_path / CLAUSES).write_text(table, encoding="utf-8")
        for name, source in tests.items():
            (tmp_path / "tests" / f"{name}.py").write_text(source, encoding="utf-8")
        return tmp_path

    return write


# The table of this checkout


@pytest.mark.clause("M 1", "J 1-2")
def test_every_clause_of_both_standards_has_one_row() -> None:
    clauses = [row.clause for row in read_clauses(ROOT)]

    letters = [clause[0] for clause in clauses]
    assert letters == ["M"] * 181 + ["J"] * 90
    assert len(set(clauses)) == 271


def test_the_levels_are_those_of_the_checklist() -> None:
    counts = {count.level: count.proved + count.open for count in count_states(clause_table(ROOT))}

    assert counts[Level.FULFIL] == 250
    assert counts[Level.SUPPORT] == 17


def test_the_written_table_is_fresh() -> None:
    expected = render_markdown(clause_table(ROOT))

    written = (ROOT / REPORT).read_text(encoding="utf-8")

    assert written == expected, "docs/standards.md is stale: run `hedui standards --write`"


def test_reading_finds_every_marker_that_pytest_sees(request: pytest.FixtureRequest) -> None:
    awake = (item for item in request.session.items if not _is_asleep(item))
    seen = [
        (clause, item.nodeid.partition("[")[0])
        for item in awake
        for marker in item.iter_markers("clause")
        for clause in marker.args
    ]

    read = {(proof.clause, proof.test) for proof in collect_proofs(ROOT)}

    # A class that inherits its tests is read as one proof.
    missed = [
        (clause, test)
        for clause, test in seen
        if (clause, test) not in read and (clause, test.rpartition("::")[0]) not in read
    ]
    assert not missed


def _is_asleep(item: pytest.Item) -> bool:
    return any(item.get_closest_marker(name) for name in ("skip", "xfail"))


def test_the_glossary_gives_each_term_one_identifier_and_known_clauses() -> None:
    known = {row.clause for row in read_clauses(ROOT)}
    lines = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]

    terms, _, identifiers, clauses = zip(*(row for row in rows if row[0] not in {"中文", "---"}), strict=True)

    named = {clause for cell in clauses for clause in cell.split(", ") if clause != "-"}
    assert len(set(terms)) == len(terms)
    assert len(set(identifiers)) == len(identifiers)
    assert named <= known


# Reading the markers


@pytest.mark.parametrize(
    ("source", "tests"),
    [
        ('@pytest.mark.clause("M 1")\ndef test_a(): ...', ["test_a"]),
        ('@mark.clause("M 1")\nasync def test_a(): ...', ["test_a"]),
        (
            'pytestmark = pytest.mark.clause("M 1")\ndef test_a(): ...\ndef test_b(): ...',
            ["test_a", "test_b"],
        ),
        ('pytestmark = [pytest.mark.slow, pytest.mark.clause("M 1")]\ndef test_a(): ...', ["test_a"]),
        ('@pytest.mark.clause("M 1")\nclass TestA:\n  def test_a(self): ...', ["TestA::test_a"]),
        (
            'class TestA:\n  pytestmark = pytest.mark.clause("M 1")\n  def test_a(self): ...',
            ["TestA::test_a"],
        ),
        ('@pytest.mark.clause("M 1")\nclass TestA(Suite):\n  kind = 1', ["TestA"]),
        (
            '@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.clause("M 1")), 2])\n'
            "def test_a(x): ...",
            ["test_a"],
        ),
        (
            'ROWS: list[object] = [pytest.param(1, marks=pytest.mark.clause("M 1"))]\n'
            '@pytest.mark.parametrize("x", ROWS)\ndef test_a(x): ...',
            ["test_a"],
        ),
        (
            'ROWS = [2]\nROWS = [*ROWS, pytest.param(1, marks=pytest.mark.clause("M 1"))]\n'
            '@pytest.mark.parametrize("x", ROWS)\ndef test_a(x): ...',
            ["test_a"],
        ),
        ('proves = pytest.mark.clause("M 1")\n@proves\ndef test_a(): ...', ["test_a"]),
    ],
    ids=[
        "function",
        "async function",
        "module",
        "list of the module",
        "class",
        "inside the class",
        "class of an inherited suite",
        "row of a parametrization",
        "row of a named list",
        "row of a list that grows",
        "named marker",
    ],
)
def test_a_marker_is_found_wherever_it_may_stand(project: Project, source: str, tests: list[str]) -> None:
    root = project(test_sample=source)

    proofs = collect_proofs(root)

    assert proofs == [Proof("M 1", f"tests/test_sample.py::{test}") for test in tests]


def test_marks_of_module_class_and_function_add_up(project: Project) -> None:
    root = project(
        test_sample='pytestmark = pytest.mark.clause("M 1")\n'
        '@pytest.mark.clause("M A.1 甲")\nclass TestA:\n'
        '  @pytest.mark.clause("M A.2", "M 1")\n  def test_a(self): ...'
    )

    clauses = {proof.clause for proof in collect_proofs(root)}

    assert clauses == {"M 1", "M A.1 甲", "M A.2"}


@pytest.mark.parametrize("mark", ["@pytest.mark.skip", '@pytest.mark.xfail(reason="later")'])
def test_a_test_that_does_not_run_proves_nothing(project: Project, mark: str) -> None:
    root = project(test_sample=f'{mark}\n@pytest.mark.clause("M 1")\ndef test_a(): ...')

    proofs = collect_proofs(root)

    assert proofs == []


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("test_sample", '@pytest.mark.clause("M 1")\ndef a_household(): ...'),
        ("test_sample", '@pytest.mark.clause("M 1")\nclass Suite:\n  def test_a(self): ...'),
        ("test_sample", 'pytestmark = pytest.mark.clause("M 1")'),
        ("rows", '@pytest.mark.clause("M 1")\ndef test_a(): ...'),
    ],
    ids=["function", "class", "module without tests", "file without tests"],
)
def test_a_marker_that_reaches_no_test_is_an_error(project: Project, name: str, source: str) -> None:
    root = project(**{name: source})

    with pytest.raises(StandardsError, match=f"tests/{name}.py:1: this clause marker is on no test"):
        collect_proofs(root)


@pytest.mark.parametrize("argument", ["*ANNEX", 'f"M {n}"', "1"])
def test_a_marker_takes_literal_clauses_only(project: Project, argument: str) -> None:
    root = project(test_sample=f"@pytest.mark.clause({argument})\ndef test_a(): ...")

    with pytest.raises(StandardsError, match="literal strings only"):
        collect_proofs(root)


def test_a_marker_of_an_unknown_clause_is_an_error(project: Project) -> None:
    root = project(test_sample='@pytest.mark.clause("M 9")\ndef test_a(): ...')

    with pytest.raises(StandardsError, match="has no clause 'M 9'"):
        clause_table(root)


# Reading and writing the table


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("{id: M 1, level: fulfil, asks: a, shows: b}", "stands there twice"),
        ("{id: M 1 a, level: perhaps, asks: a, shows: b}", "is wrong: 'perhaps'"),
        ("{id: M 1 a, level: fulfil, asks: a}", "argument: 'shows'"),
        ("{id: M 1 a, level: fulfil, asks: a, shows: b, tests: c}", "argument 'tests'"),
        ("{id: M 7, level: fulfil, asks: a, shows: b}", "is wrong: 'M 7'"),
        ("{id: 1.1, level: fulfil, asks: a, shows: b}", "is wrong: expected string"),
        ("{id: one, level: fulfil, asks: a, shows: b}", "letter of the document"),
        ("{id: M 1 a, level: fulfil, asks: a, shows: b, where: engine/gone.py}", "does not exist"),
    ],
    ids=["repeated", "level", "missing key", "unknown key", "section", "number", "shape", "lost path"],
)
def test_a_wrong_entry_of_the_table_is_an_error(project: Project, entry: str, message: str) -> None:
    root = project(f"{SMALL_TABLE}  - {entry}\n")

    with pytest.raises(StandardsError, match=re.escape(message)):
        read_clauses(root)


def test_a_clause_is_proved_by_its_tests_else_left_to_the_unit_or_open(project: Project) -> None:
    root = project(test_sample='@pytest.mark.clause("M A.1 甲")\ndef test_a(): ...')

    rows = clause_table(root)

    assert [row.state for row in rows] == [State.OPEN, State.PROVED, State.ORGANISATIONAL]
    assert count_states(rows) == [
        LevelCount(Level.FULFIL, proved=1, open=0, organisational=0),
        LevelCount(Level.SUPPORT, proved=0, open=1, organisational=0),
        LevelCount(Level.ORGANISATIONAL, proved=0, open=0, organisational=1),
    ]


def test_the_tests_of_a_clause_are_listed_once_and_in_order(project: Project) -> None:
    twice = '@pytest.mark.clause("M 1")\n@pytest.mark.clause("M 1")\ndef test_{}(): ...\n'
    root = project(test_b=twice.format("b"), test_a=twice.format("d") + twice.format("c"))

    row = clause_table(root)[0]

    assert row.tests == ("tests/test_a.py::test_c", "tests/test_a.py::test_d", "tests/test_b.py::test_b")


def test_the_written_table_has_a_line_for_each_clause_under_its_section() -> None:
    first = ClauseRow("M 1", "The standard", "Scope", Level.SUPPORT, "a", "b")
    second = ClauseRow("M A.1", "The standard", "Annex", Level.FULFIL, "c | d", "e", "docs", ("t::a", "t::b"))

    text = render_markdown([first, second])

    _, standard, scope, annex = re.split(r"\n##+ ", text)
    assert standard == "The standard\n"
    assert scope.startswith("Scope\n")
    assert scope.endswith("| M 1 | support | a | b | open |\n")
    assert annex.endswith("| M A.1 | fulfil | c \\| d | e (`docs`) | `t::a`<br>`t::b` |\n")


# The plugin


def run_pytest(root: Path, *workers: str) -> subprocess.CompletedProcess[str]:
    """Runs pytest with the plugin in a process of its own, as a developer would."""
    (root / "pytest.ini").write_text("[pytest]\nmarkers = clause: a clause\n", encoding="utf-8")
    command = "import sys, pytest; sys.path.insert(0, sys.argv[1]); sys.exit(pytest.main(sys.argv[2:]))"
    arguments = [
        "-q",
        "-p",
        "tests.clause_plugin",
        "-p",
        "no:cacheprovider",
        "--import-mode=importlib",
        *workers,
    ]
    return subprocess.run(
        [sys.executable, "-c", command, str(ROOT), *arguments],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )


def test_known_clauses_let_the_tests_run(project: Project) -> None:
    root = project(test_sample='import pytest\n@pytest.mark.clause("M A.1 甲")\ndef test_a(): ...')

    result = run_pytest(root)

    assert result.returncode == pytest.ExitCode.OK, result.stdout + result.stderr
    assert "1 passed" in result.stdout


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "1")], ids=["alone", "under xdist"])
def test_an_unknown_or_empty_marker_fails_the_collection_and_is_named(
    project: Project, workers: tuple[str, ...]
) -> None:
    root = project(
        test_sample='import pytest\n@pytest.mark.clause("M 9.9")\ndef test_a(): ...\n'
        "@pytest.mark.clause()\ndef test_b(): ..."
    )

    result = run_pytest(root, *workers)

    assert result.returncode != pytest.ExitCode.OK
    assert "tests/test_sample.py::test_a: docs/standards.yaml has no clause 'M 9.9'" in result.stdout
    assert "tests/test_sample.py::test_b: the clause marker names no clause" in result.stdout
    assert "1 error in" in result.stdout
    assert "passed" not in result.stdout
