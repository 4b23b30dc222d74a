"""Different people for different tasks, as the diagram says."""

import pytest

from engine.runtime import kept_apart, load_definitions, read_package


@pytest.mark.clause("M 6.1 b")
def test_the_two_reviews_of_the_shipped_diagrams_are_apart_both_ways() -> None:
    definition = load_definitions(read_package("processes", "forms"))["automatic_handling"]

    assert kept_apart(definition) == {
        "first_review": frozenset({"second_review"}),
        "second_review": frozenset({"first_review"}),
    }
