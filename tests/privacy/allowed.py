"""Where a mark may stand, and why; whatever is not on this list fails the test."""

from tests.privacy.watch import Trace

# Tests, places, reason: the beginnings of their names count.
ALLOWED: tuple[tuple[str, str, str], ...] = (
    (
        "tests/web/test_logs.py::test_an_exception_is_told_by_class_and_place",
        "log somebody.else",
        "gives the formatter a person to remove",
    ),
    (
        "tests/privacy/test_wire_and_reprs.py::test_a_failing_call",
        "answer to a mistake",
        "the department that answers so is the test's own",
    ),
    (
        "tests/engine/store/test_migrations.py::test_what_was_stored_before_there_were_keys",
        "log sqlalchemy.engine",
        "writes the rows of an old release with its own statements",
    ),
    (
        "tests/engine/configuration/test_resealing.py::test_values_of_before_there_were_keys",
        "log sqlalchemy.engine",
        "writes the rows of an old release with its own statements",
    ),
    (
        "tests/upgrade/test_filled_databases.py",
        "log sqlalchemy.engine",
        "fills databases as releases left them that sealed nothing",
    ),
)


def is_allowed(test: str, trace: Trace) -> bool:
    return any(test.startswith(tests) and trace.place.startswith(place) for tests, place, _ in ALLOWED)
