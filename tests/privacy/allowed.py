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
    (
        "tests/web/handling/test_case_file.py::test_without_a_reason",
        "answer to a mistake",
        "the page of the case again, for the person who had it before them",
    ),
    (
        "tests/web/handling/test_tasks.py::test_a_file",
        "answer to a mistake",
        "the form again, for the person who has just filled it in",
    ),
    (
        "tests/web/handling/test_registrations.py",
        "answer to a mistake",
        "the form again, for the person who has just filled it in",
    ),
    (
        "tests/browser/test_pages.py::test_a_page_is_accessible_and_fits_a_narrow_screen[cases.show-error]",
        "answer to a mistake",
        "the page of the case again, for the person who had it before them",
    ),
    (
        "tests/browser/test_recheck.py",
        "answer to a mistake",
        "the form again, for the person who has just filled it in",
    ),
)


def is_allowed(test: str, trace: Trace) -> bool:
    return any(test.startswith(tests) and trace.place.startswith(place) for tests, place, _ in ALLOWED)
