"""Where a stored instance stands: its open elements with their diagrams, and nothing is moved by looking."""

import zlib

import pytest

from engine.runtime import Instance, StateRefused, load_definitions, read_package
from engine.runtime.standing import Stance, standing

DEFINITIONS = load_definitions(read_package("processes", "forms"))
GATHERING = DEFINITIONS["gather_information"]


def a_gathering(*sources: str) -> Instance:
    """Run up to the questions to these departments."""
    instance = Instance.start(GATHERING, {"service": "aa"})
    instance.run()
    (plan,) = instance.service_calls()
    instance.complete_service(plan.task_id, {"sources": list(sources), "query_round": 1})
    instance.run()
    return instance


def test_open_elements_are_named_with_the_process_they_are_in() -> None:
    instance = a_gathering("GA", "RS")

    found = standing(GATHERING, instance.dump())

    assert {(view.process_id, view.element_id, view.stance) for view in found} == {
        ("gather_information", "query_source", Stance.WAITING)
    }
    calls = {call.task_id for call in instance.service_calls()}
    assert {view.task_id for view in found if view.is_repetition} == calls


def test_a_repeated_element_says_how_many_of_how_many_are_over() -> None:
    instance = a_gathering("GA", "RS", "JR")
    instance.complete_service(instance.service_calls()[1].task_id, {"outcome": "answered"})
    instance.run()

    (whole,) = [view for view in standing(GATHERING, instance.dump()) if not view.is_repetition]

    assert (whole.done, whole.of) == (1, 3)


def test_an_element_that_failed_is_told_from_one_that_waits() -> None:
    instance = Instance.start(DEFINITIONS["automatic_handling"], {"case_id": 1})
    instance.run()
    for _ in range(3):
        for call in instance.service_calls():
            instance.complete_service(call.task_id, {})
        instance.run()

    failed = [
        view
        for view in standing(DEFINITIONS["automatic_handling"], instance.dump())
        if view.stance is Stance.FAILED
    ]

    assert [view.element_id for view in failed] == [failure.element_id for failure in instance.failures()]
    assert failed


def test_looking_moves_nothing() -> None:
    instance = a_gathering("GA")
    stored = instance.dump()

    standing(GATHERING, stored)

    assert (
        Instance.restore(GATHERING, stored).service_calls()[0].task_id == instance.service_calls()[0].task_id
    )


def test_a_damaged_state_is_refused() -> None:
    with pytest.raises(StateRefused):
        standing(GATHERING, zlib.compress(b"{}"))
