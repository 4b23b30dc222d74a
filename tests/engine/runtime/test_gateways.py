"""Gateways: strict conditions, joins that wait for everybody of their round and lose nothing."""

import pytest

from engine.runtime import Definition
from tests.engine.runtime.diagrams import define, end, exclusive, inclusive, parallel, service, start, user
from tests.engine.runtime.walk import Walk


def a_choice() -> Definition:
    return define(
        start(),
        exclusive("gate"),
        end("rich"),
        end("poor"),
        end("rest"),
        flows="""start -> gate
            gate -> rich : amount > 100
            gate -> poor : amount < 10 or amount == 200
            gate -> rest : default""",
    )


@pytest.mark.parametrize(("amount", "expected"), [(101, "rich"), (9, "poor"), (50, "rest")])
def test_an_exclusive_gateway_takes_the_flow_whose_condition_holds(amount: int, expected: str) -> None:
    walk = Walk(a_choice(), {"amount": amount})

    assert walk.finished
    assert walk.end_event == expected
    assert walk.path == ["start", "gate", expected]


def test_two_true_conditions_are_a_failure_and_not_the_upper_one_of_the_drawing() -> None:
    walk = Walk(a_choice(), {"amount": 200})

    assert not walk.finished
    assert walk.failures()[0].element_id == "gate"
    assert "多个条件同时成立：gate；rich、poor" in walk.failures()[0].message


def test_no_true_condition_without_a_default_is_a_failure() -> None:
    definition = define(
        start(), exclusive("gate"), end(), flows="start -> gate\n gate -> done : amount > 100"
    )

    walk = Walk(definition, {"amount": 1})

    assert walk.failures()[0].element_id == "gate"
    assert "没有条件成立" in walk.failures()[0].message


@pytest.mark.parametrize("condition", ["amount", "missing > 1", "amount > 'a'", "__import__('os')"])
def test_a_condition_that_cannot_be_answered_is_a_failure_of_the_gateway(condition: str) -> None:
    definition = define(
        start(), exclusive("gate"), end(), flows=f"start -> gate\n gate -> done : {condition}"
    )

    walk = Walk(definition, {"amount": 1})

    assert [failure.element_id for failure in walk.failures()] == ["gate"]
    assert not walk.finished


def test_a_failed_gateway_goes_on_after_a_retry_with_corrected_data() -> None:
    walk = Walk(a_choice(), {"amount": "1"})
    assert walk.failures()

    walk.retry(amount=500)

    assert walk.end_event == "rich"
    assert walk.finished


def two_branches(left: str = "", right: str = "") -> Definition:
    return define(
        start(),
        parallel("split"),
        service("bank"),
        service("tax"),
        parallel("join"),
        end(),
        flows="""start -> split -> bank -> join -> done
            split -> tax -> join""",
    )


@pytest.mark.parametrize("order", [["bank", "tax"], ["tax", "bank"]])
def test_a_parallel_join_waits_for_all_branches_and_keeps_what_each_found(order: list[str]) -> None:
    walk = Walk(two_branches(), {"items": ["aa"]})

    for element_id in order:
        walk.service(element_id, {f"{element_id}_ref": 1})

    assert walk.finished
    assert walk.variables == {"items": ["aa"], "bank_ref": 1, "tax_ref": 1}


def test_branches_that_append_to_one_list_fail_at_the_join_instead_of_losing_entries() -> None:
    walk = Walk(two_branches(), {"found": ["init"]})

    walk.service("bank", {"found": ["init", "bank"]})
    walk.service("tax", {"found": ["init", "tax"]})

    assert not walk.finished
    assert walk.failures()[0].message == "并行分支改写了同一变量：join；found"


def test_branches_that_agree_on_a_value_do_not_conflict() -> None:
    walk = Walk(two_branches(), {"found": []})

    walk.service("bank", {"found": ["x"]})
    walk.service("tax", {"found": ["x"]})

    assert walk.finished
    assert walk.variables == {"found": ["x"]}


def test_a_list_that_one_branch_replaces_arrives_as_it_is() -> None:
    walk = Walk(two_branches(), {"found": ["a", "b", "c"]})

    walk.service("bank", {"found": ["d"]})
    walk.service("tax")

    assert walk.variables == {"found": ["d"]}


def test_a_join_in_a_loop_waits_again_in_every_round_for_the_branches_of_that_round() -> None:
    definition = define(
        start(),
        parallel("split"),
        service("bank"),
        service("tax"),
        parallel("join"),
        exclusive("merge"),
        exclusive("gate"),
        end(),
        flows="""start -> merge -> split -> bank -> join -> gate
            split -> tax -> join
            gate -> merge : again
            gate -> done : default""",
    )
    walk = Walk(definition)
    walk.service("bank")
    walk.service("tax", {"again": True, "round": 1})

    walk.service("tax", {"again": True, "round": 2})

    assert walk.waiting == ["bank"]
    walk.service("bank")
    assert walk.variables["round"] == 2
    walk.service("bank", {"again": False})
    walk.service("tax")
    assert walk.finished


def test_a_branch_in_error_keeps_the_process_from_ending() -> None:
    definition = define(
        start(),
        parallel("split"),
        exclusive("gate"),
        user("review"),
        end(),
        end("other"),
        flows="""start -> split -> gate
            gate -> done : missing
            split -> review -> other""",
    )
    walk = Walk(definition)

    walk.human("review")

    assert not walk.finished
    assert [failure.element_id for failure in walk.failures()] == ["gate"]
    walk.retry(missing=True)
    assert walk.finished


def test_two_branches_may_end_apart_and_the_process_ends_with_the_later_one() -> None:
    definition = define(
        start(),
        parallel("split"),
        service("bank"),
        service("tax"),
        end("first"),
        end("second"),
        flows="""start -> split -> bank -> first
            split -> tax -> second""",
    )
    walk = Walk(definition)

    walk.service("tax", {"outcome": "t"})
    assert not walk.finished
    walk.service("bank", {"outcome": "b"})

    assert walk.finished
    assert walk.end_event == "first"
    assert walk.variables == {"outcome": "b"}


def three_ways() -> Definition:
    return define(
        start(),
        inclusive("split"),
        service("bank"),
        exclusive("gate"),
        service("tax"),
        service("land"),
        inclusive("join"),
        end(),
        end("stopped"),
        flows="""start -> split
            split -> bank : bank
            bank -> gate
            gate -> join : default
            gate -> stopped : stop
            split -> tax : tax
            split -> land : default
            tax -> join -> done
            land -> join""",
    )


@pytest.mark.parametrize(
    ("choice", "expected"),
    [({"bank": True, "tax": True}, ["bank", "tax"]), ({"bank": False, "tax": True}, ["tax"])],
)
def test_an_inclusive_gateway_opens_every_flow_whose_condition_holds(
    choice: dict[str, bool], expected: list[str]
) -> None:
    walk = Walk(three_ways(), choice | {"stop": False})

    assert walk.waiting == expected


def test_an_inclusive_gateway_takes_the_default_only_when_nothing_holds() -> None:
    walk = Walk(three_ways(), {"bank": False, "tax": False})

    assert walk.waiting == ["land"]


def test_an_inclusive_join_waits_for_a_service_task_in_progress_behind_a_gateway() -> None:
    walk = Walk(three_ways(), {"bank": True, "tax": True, "stop": False})

    walk.service("tax", {"t": 1})
    assert walk.waiting == ["bank"]
    assert not walk.finished
    walk.service("bank", {"b": 1})

    assert walk.end_event == "done"
    assert walk.finished
    assert walk.variables["t"] == walk.variables["b"] == 1


def test_an_inclusive_join_goes_on_when_the_other_branch_has_left() -> None:
    walk = Walk(three_ways(), {"bank": True, "tax": True, "stop": False})

    walk.service("tax")
    walk.service("bank", {"stop": True})

    assert walk.finished
    assert walk.path[-1] == "done"


def test_an_inclusive_gateway_without_a_true_condition_or_default_is_a_failure() -> None:
    definition = define(start(), inclusive("split"), end(), flows="start -> split\n split -> done : 1 > 2")

    walk = Walk(definition)

    assert [failure.element_id for failure in walk.failures()] == ["split"]


def test_a_standstill_is_reported_as_a_failure_and_not_as_an_end() -> None:
    definition = define(
        start(),
        exclusive("gate"),
        service("bank"),
        service("tax"),
        parallel("join"),
        end(),
        flows="""start -> gate
            gate -> bank : true
            gate -> tax : default
            bank -> join -> done
            tax -> join""",
    )
    walk = Walk(definition)

    walk.service("bank")

    assert not walk.finished
    assert walk.end_event is None
    failure = walk.failures()[0]
    assert (failure.task_id, failure.element_id) == (None, "join")
    assert "停住" in failure.message
