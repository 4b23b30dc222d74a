"""The shipped diagrams and tables pass the lint that designers use."""

from pathlib import PurePosixPath

from engine.domain.posts import POSTS
from engine.paper_definitions import load_papers
from engine.runtime.lint import Vocabulary, check_sources
from engine.service_tasks.registry import OPERATIONS
from tests.processes.drawing import AUTOMATIC, DECISIONS, DIAGRAMS, SHARED
from tests.processes.shipped import DEFINITIONS, SOURCES
from tests.processes.test_drawings import FORMS

TABLES_OF_AUTOMATIC = {f"decisions/{name}.dmn" for name in ("query_plan", "suspension", "economic_limits")}


def test_the_lint_finds_nothing_in_the_shipped_processes() -> None:
    vocabulary = Vocabulary(
        lanes=frozenset(POSTS),
        forms=frozenset(FORMS),
        operations=frozenset(OPERATIONS),
        decisions=frozenset(DECISIONS),
        papers=frozenset(load_papers("forms")),
    )

    findings = check_sources(SOURCES, vocabulary)

    assert findings == []


def test_a_word_the_platform_does_not_know_is_found() -> None:
    vocabulary = Vocabulary(
        lanes=frozenset(POSTS),
        forms=frozenset(FORMS - {"resolve_doubts"}),
        operations=frozenset(OPERATIONS),
        decisions=frozenset(DECISIONS),
        papers=frozenset(load_papers("forms")),
    )

    findings = check_sources(SOURCES, vocabulary)

    assert {finding.element_id for finding in findings} == {"resolve_doubts"}
    assert {finding.file for finding in findings} == {
        "shared/verify_information.bpmn",
        "shared/verify_with_unit.bpmn",
    }


def test_the_package_holds_these_diagrams_and_tables_and_nothing_else() -> None:
    expected = {*DIAGRAMS, *(f"decisions/{name}.dmn" for name in DECISIONS)}

    assert {source.name for source in SOURCES if not source.is_paper} == expected


def test_every_diagram_can_be_started_and_brings_what_it_calls() -> None:
    assert set(DEFINITIONS) == {PurePosixPath(name).stem for name in DIAGRAMS}
    brought = {name: {source.name for source in known.drawn} for name, known in DEFINITIONS.items()}
    assert brought["automatic_handling"] == {AUTOMATIC, *SHARED, *TABLES_OF_AUTOMATIC}
    assert set().union(*brought.values()) == {source.name for source in SOURCES if not source.is_paper}


def test_what_a_process_prints_is_pinned_with_it() -> None:
    printed = {source.name for source in DEFINITIONS["automatic_handling"].sources if source.is_paper}

    names = ("acceptance_notice", "closing_report", "receipt", "report", "return_notice", "supplement_notice")
    assert printed == {f"documents/{name}.html" for name in names}
