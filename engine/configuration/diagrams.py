"""Check diagrams and forms against everything the platform offers: posts, operations, code lists."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from engine.domain.catalogue import Catalogue
from engine.domain.posts import POSTS
from engine.form_definitions import check_forms, code_lists_of, load_forms
from engine.runtime import Source
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
    )
    return check_sources(sources, vocabulary)


def check_form_files(files: Iterable[Path], catalogue: Catalogue) -> list[Finding]:
    """The same of forms."""
    contents = ((str(file), file.read_bytes()) for file in files)
    return [Finding(**asdict(found)) for found in check_forms(contents, code_lists_of(catalogue))]
