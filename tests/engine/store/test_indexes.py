"""What belongs to a case is found by its case, however large the table has grown."""

import pkgutil
from importlib import import_module

import pytest
from sqlalchemy import Index, Table, UniqueConstraint

from engine import store
from engine.store.base import Base

for room in pkgutil.iter_modules(store.__path__, "engine.store."):
    import_module(room.name)
OF_CASES = [table for table in Base.metadata.sorted_tables if "case_id" in table.c]


def is_whole(index: Index) -> bool:
    return index.dialect_options["postgresql"]["where"] is None


@pytest.mark.parametrize("table", OF_CASES, ids=lambda table: table.name)
def test_rows_of_a_case_are_found_by_an_index_that_holds_every_row(table: Table) -> None:
    unique = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    ways = [*filter(is_whole, table.indexes), *unique, table.primary_key]

    assert "case_id" in {next(iter(way.columns)).name for way in ways}


def test_an_index_of_some_rows_is_no_way_to_all_of_them() -> None:
    (holding,) = [one for one in Base.metadata.tables["report"].indexes if one.name == "ix_report_holding"]

    assert not is_whole(holding)
