"""Check diagrams against everything the platform offers: posts, forms, operations, decisions."""

from collections.abc import Iterable
from pathlib import Path

from engine.domain.posts import POSTS
from engine.form_definitions import load_forms
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
