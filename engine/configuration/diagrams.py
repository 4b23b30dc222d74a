"""Check diagrams, forms and papers against everything the platform offers: posts, operations, code lists."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from engine.domain.catalogue import Catalogue
from engine.domain.posts import POSTS
from engine.form_definitions import check_forms, code_lists_of, load_forms
from engine.paper_definitions import check_papers, load_papers
from engine.runtime import Source, read_package
from engine.runtime.lint import Finding, Vocabulary, check_sources
from engine.service_tasks.registry import OPERATIONS


def read_diagrams(files: Iterable[Path]) -> list[Source]:
    return [Source(str(file), file.read_bytes()) for file in files]


def check_diagrams(sources: list[Source]) -> list[Finding]:
    """Everything that is wrong, by file and element; empty when the diagrams may be used."""
    vocabulary = Vocabulary(
        lanes=frozenset(POSTS),
        forms=frozenset(load_forms("forms")),
        operations=frozenset(OPERATIONS),
        decisions=None,
        papers=frozenset(load_papers("forms")),
    )
    return check_sources([*sources, *read_package("forms")], vocabulary)


def check_form_files(files: Iterable[Path], catalogue: Catalogue) -> list[Finding]:
    """The same of forms."""
    contents = ((str(file), file.read_bytes()) for file in files)
    return [Finding(**asdict(found)) for found in check_forms(contents, code_lists_of(catalogue))]


def check_paper_files(files: Iterable[Path]) -> list[Finding]:
    """The same of papers."""
    contents = ((str(file), file.read_bytes()) for file in files)
    return [Finding(**asdict(found)) for found in check_papers(contents)]
