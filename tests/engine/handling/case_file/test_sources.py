"""The grid of departments and members, and what one cell shows in part."""

from collections.abc import Mapping

import pytest

from engine.domain.errors import NotFound
from engine.handling.case_file.sources import Cell, Coming, Grid, cell_of, grid_of
from tests.case_files import ACCOUNT_NO, BALANCE, CaseFiles
from tests.engine.handling.case_file.conftest import Reading


def cells(grid: Grid) -> Mapping[tuple[str, str], Cell]:
    return {(cell.person, cell.department): cell for row in grid.rows for cell in row.cells}


def test_the_grid_has_a_cell_for_every_member_and_department_asked(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.issued(members=3)

    with reading(case_id) as file:
        grid = grid_of(file)

    assert ([column.ref for column in grid.columns], len(grid.rows)) == (["p1", "p2", "p3"], 20)
    assert grid.counts[Coming.ANSWERED] == 60
    assert not grid.is_moving
    assert (cells(grid)["p1", "JR"].found, cells(grid)["p1", "JR"].items) == (1, 9)


@pytest.mark.clause("M 6.2 b")
def test_departments_that_have_not_answered_are_waited_for(files: CaseFiles, reading: Reading) -> None:
    case_id = files.half_way("GA")

    with reading(case_id) as file:
        grid = grid_of(file)

    waiting = {place for place, cell in cells(grid).items() if cell.coming is Coming.WAITING}
    assert waiting == {("p1", "GA"), ("p2", "GA")}
    assert grid.is_moving


@pytest.mark.clause("M 6.2 c")
def test_a_failed_query_is_told_with_its_reason_and_leads_to_the_task(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.unanswered("GA")

    with reading(case_id) as file:
        grid = grid_of(file)
        (task,) = file.open_tasks

    cell = cells(grid)["p1", "GA"]
    assert (cell.coming, cell.remarks, cell.round) == (Coming.WRONG, ("查询失败",), 1)
    assert grid.tasks == (task.id,)


@pytest.mark.clause("M 6.2 c")
def test_what_came_in_the_second_round_stands_with_its_round(files: CaseFiles, reading: Reading) -> None:
    case_id = files.unanswered("GA")
    files.do(case_id, "contact_source", "E001", exchange_decision="requery")

    with reading(case_id) as file:
        grid = grid_of(file)

    found = cells(grid)
    assert (found["p1", "GA"].coming, found["p1", "GA"].round) == (Coming.ANSWERED, 2)
    assert found["p1", "RS"].round == 1


@pytest.mark.clause("M 5.2 b")
def test_amounts_and_account_numbers_of_a_cell_are_masked(files: CaseFiles, reading: Reading) -> None:
    case_id = files.issued()

    with reading(case_id) as file:
        masked = cell_of(file, "p1", "JR")
        shown = cell_of(file, "p1", "JR", shown="p1.JR01")

    texts = [
        {value.label: value.text for item in cell.items for r in item.records for value in r}
        for cell in (masked, shown)
    ]
    assert texts[0]["账户余额"] == "****"
    assert texts[1]["账户余额"].replace(",", "") == BALANCE
    assert all(text["账号"] != ACCOUNT_NO and "*" in text["账号"] for text in texts)


def test_amounts_of_one_item_do_not_show_those_of_another(files: CaseFiles, reading: Reading) -> None:
    case_id = files.issued()

    with reading(case_id) as file:
        cell = cell_of(file, "p1", "JR", shown="p1.JR02")

    deposit = next(item for item in cell.items if item.code == "JR01")
    assert (deposit.is_shown, deposit.has_amounts) == (False, True)


def test_a_cell_nobody_has_asked_about_is_not_found(files: CaseFiles, reading: Reading) -> None:
    case_id = files.issued()

    with reading(case_id) as file, pytest.raises(NotFound):
        cell_of(file, "p9", "JR")


def test_a_case_that_has_asked_nobody_has_an_empty_grid(files: CaseFiles, reading: Reading) -> None:
    case_id = files.in_review()

    with reading(case_id) as file:
        grid = grid_of(file)

    assert (grid.rows, grid.columns, grid.is_moving) == ((), (), False)
