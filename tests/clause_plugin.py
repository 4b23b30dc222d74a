"""The pytest side of the clause markers: an id that docs/standards.yaml lacks fails the collection.

Which test proves which clause is read from the files by web.standards; here only the names are checked.
"""

from collections.abc import Generator, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from web.standards import CLAUSES, read_clauses


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turns the report of a module or class with a wrong marker into a failed one, also under xdist."""
    report = yield
    items = [node for node in report.result or () if isinstance(node, pytest.Item)]
    faults = list(_faults(items, collector.config.rootpath))
    if faults:
        return pytest.CollectReport(report.nodeid, "failed", "\n".join(faults), [])
    return report


def _faults(items: Iterable[pytest.Item], root: Path) -> Iterator[str]:
    markers = ((item, marker) for item in items for marker in item.iter_markers("clause"))
    for item, marker in markers:
        if not marker.args:
            yield f"{item.nodeid}: the clause marker names no clause"
        for clause in marker.args:
            if clause not in _known(root):
                yield f"{item.nodeid}: {CLAUSES} has no clause {clause!r}"


@cache
def _known(root: Path) -> frozenset[str]:
    return frozenset(row.clause for row in read_clauses(root))
