"""The live diagram: which sheet is shown, and the state of each of its elements."""

import zlib

import pytest
from sqlalchemy import update

from engine.domain.errors import NotFound
from engine.handling.case_file.diagram import LiveDiagram, Progress, diagram_of
from engine.store.instances import ProcessInstance
from tests.case_files import CaseFiles
from tests.engine.handling.case_file.conftest import Reading
from tests.engine.house import House


def states(diagram: LiveDiagram) -> dict[str, Progress]:
    return {step.node.id: step.progress for step in diagram.steps}


def test_the_sheet_on_which_the_case_waits_is_shown_first(files: CaseFiles, reading: Reading) -> None:
    case_id = files.in_review()

    with reading(case_id) as file:
        diagram = diagram_of(file)

    assert (diagram.chosen.process_id, diagram.chosen.progress) == ("review_application", Progress.WAITING)
    assert states(diagram)["first_review"] is Progress.WAITING
    assert states(diagram)["second_review"] is Progress.NOT_REACHED
    assert diagram.step("first_review").who == "受理岗"


def test_the_diagram_that_calls_another_shows_the_call_in_progress(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.in_review()

    with reading(case_id) as file:
        diagram = diagram_of(file, process_id="manual_submission")

    found = states(diagram)
    assert found["call_review_application"] is Progress.WAITING
    assert found["call_handle_verification"] is Progress.NOT_REACHED
    assert diagram.chosen.progress is Progress.DONE  # it waits elsewhere


def test_called_diagrams_nobody_has_reached_have_no_tab(files: CaseFiles, reading: Reading) -> None:
    case_id = files.in_review()

    with reading(case_id) as file:
        tabs = [tab.process_id for tab in diagram_of(file).tabs]

    assert tabs == ["manual_submission", "review_application"]


def test_a_repeated_element_counts_what_is_over(files: CaseFiles, reading: Reading) -> None:
    case_id = files.half_way("GA", "RS")

    with reading(case_id) as file:
        step = diagram_of(file).step("query_source")

    assert (step.progress, step.done, step.of) == (Progress.WAITING, 18, 20)


def test_work_that_has_stopped_marks_its_element_as_failed(files: CaseFiles, reading: Reading) -> None:
    case_id = files.broken()

    with reading(case_id) as file:
        diagram = diagram_of(file)

    assert diagram.chosen.process_id == "issue_report"
    assert states(diagram)["deliver_report"] is Progress.FAILED


def test_a_closed_case_shows_its_way_to_the_end(files: CaseFiles, reading: Reading) -> None:
    case_id = files.closed()

    with reading(case_id) as file:
        diagram = diagram_of(file)

    assert diagram.chosen.process_id == "automatic_handling"
    found = states(diagram)
    assert found["verification_closed"] is Progress.DONE
    assert found["commission_withdrawn"] is Progress.NOT_REACHED


def test_an_element_with_the_same_id_in_another_diagram_is_another(
    files: CaseFiles, reading: Reading
) -> None:
    """Both the review and the verification have an element `supplement`."""
    case_id = files.in_review()
    files.do(case_id, "first_review", "A001", first_passed=True)
    files.do(case_id, "second_review", "A002", second_passed=False)
    files.do(case_id, "return_application", "A002", reasons=["letter_missing"])

    with reading(case_id) as file:
        diagram = diagram_of(file)

    assert diagram.chosen.process_id == "review_application"
    assert states(diagram)["supplement"] is Progress.WAITING


def test_when_the_state_cannot_be_read_the_history_is_shown_all_the_same(
    house: House, files: CaseFiles, reading: Reading
) -> None:
    case_id = files.in_review()
    with house.database.transaction() as session:
        session.execute(update(ProcessInstance).values(body=zlib.compress(b"{}")))

    with reading(case_id) as file:
        diagram = diagram_of(file, process_id="review_application")

    assert not diagram.is_position_known
    assert states(diagram)["check_materials"] is Progress.DONE


def test_a_diagram_of_another_case_is_not_found(files: CaseFiles, reading: Reading) -> None:
    case_id, other_id = files.in_review(), files.in_review()
    with reading(other_id) as file:
        foreign = file.instances[0].id

    with reading(case_id) as file, pytest.raises(NotFound):
        diagram_of(file, instance_id=foreign)


def test_a_recheck_is_an_instance_of_its_own_beside_the_first(files: CaseFiles, reading: Reading) -> None:
    case_id = files.disputed()

    with reading(case_id) as file:
        diagram = diagram_of(file)
        first = diagram_of(file, instance_id=file.instances[0].id)

    assert (diagram.chosen.process_id, diagram.chosen.progress) == ("recheck", Progress.WAITING)
    assert (first.chosen.process_id, first.chosen.progress) == ("automatic_handling", Progress.DONE)
    assert len({tab.instance_id for tab in diagram.tabs}) == 2
