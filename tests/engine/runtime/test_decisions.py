"""Decision tables: unique means unique, and the cells editors can write."""

from decimal import Decimal

import pytest

from engine.runtime import DecisionFailed, Definition, DiagramRefused, ExpressionFailed, Source, Value, decide
from engine.runtime.decisions import Decision, read_decisions
from engine.runtime.errors import ExpressionRefused
from engine.runtime.unary_tests import compile_cell
from tests.engine.runtime.diagrams import define, end, rules, service, start, table


def decision(source: Source) -> Decision:
    (found,) = read_decisions(source.name, source.content)
    return found


def a_plan(policy: str = "UNIQUE") -> Decision:
    return decision(
        table(
            "plan",
            ["service_item", "members"],
            ["items", "deadline"],
            [
                (['"aa", "af"', "<= 3"], ['["income"]', "20"]),
                (['"aa", "af"', "> 3"], ['["income", "property"]', "members * 10"]),
                (['not("aa", "af")', "-"], ["[]", ""]),
            ],
            policy,
        )
    )


@pytest.mark.parametrize(
    ("item", "members", "expected"),
    [
        ("aa", 3, {"items": ["income"], "deadline": 20}),
        ("af", 4, {"items": ["income", "property"], "deadline": 40}),
        ("zz", 9, {"items": [], "deadline": None}),
    ],
)
def test_the_row_that_matches_gives_its_outputs(item: str, members: int, expected: dict[str, Value]) -> None:
    assert a_plan().evaluate({"service_item": item, "members": members}) == expected


def test_collect_gives_the_rows_in_order_and_none_if_none_matches() -> None:
    collecting = decision(
        table(
            "plan",
            ["amount"],
            ["hint"],
            [(["> 1"], ['"a"']), (["> 2"], ['"b"']), (["> 9"], ['"c"'])],
            "COLLECT",
        )
    )

    assert collecting.evaluate({"amount": 5}) == [{"hint": "a"}, {"hint": "b"}]
    assert collecting.evaluate({"amount": 0}) == []
    assert collecting.results({"amount": 0}) == {"hint": []}


def test_two_rows_at_once_are_an_error_and_not_the_first_of_them() -> None:
    double = decision(table("plan", ["amount"], ["x"], [(["> 1"], ["1"]), (["> 2"], ["2"])]))

    assert double.evaluate({"amount": 2}) == {"x": 1}
    with pytest.raises(DecisionFailed, match="plan；amount=3；第 1、2 行同时符合"):
        double.evaluate({"amount": 3})


def test_no_row_is_an_error_naming_table_and_inputs() -> None:
    with pytest.raises(DecisionFailed, match="plan；service_item='aa'，members=Decimal"):
        decision(table("plan", ["service_item", "members"], ["x"], [])).evaluate(
            {"service_item": "aa", "members": Decimal("1.5")}
        )


@pytest.mark.parametrize(
    ("cell", "value", "expected"),
    [
        ("", "anything", True),
        ("-", None, True),
        ('"aa"', "aa", True),
        ('"aa", "af"', "af", True),
        ('"aa", "af"', "ag", False),
        ('"a,b", "c"', "a,b", True),
        ("'a'", "a", True),
        ('["aa", "af"]', "af", True),
        ("kinds", "k2", True),
        ('not("aa")', "af", True),
        ('not("aa", "af")', "af", False),
        ("not(> 5)", 6, False),
        ("not(1), not(2)", 1, None),
        ("5", 5, True),
        ("5", Decimal("5.00"), True),
        ("1", True, False),
        ("true", True, True),
        ("true", 1, False),
        ("null", None, True),
        ("< 5", 4, True),
        ("<= 5", 5, True),
        ("> 5", 5, False),
        (">= 202601", 202601, True),
        ("!= 5", 5, False),
        ("< 5, > 10", 11, True),
        ("[1..5]", 5, True),
        ("(1..5]", 1, False),
        ("]1..5[", 5, False),
        ("[1..5)", 5, False),
        ("[low..low + 2]", 12, True),
        ("> low", 11, True),
        ('date("2026-01-01")', None, False),
        ("[date('2026-01-01')..date('2026-12-31')]", "2026", None),
        ("< 5", "4", None),
        ("< 5", True, None),
        ("> missing", 4, None),
    ],
)
def test_a_condition_cell(cell: str, value: Value, expected: bool | None) -> None:
    data = {"kinds": ["k1", "k2"], "low": 10}

    if expected is None:
        with pytest.raises((ExpressionFailed, ExpressionRefused)):
            compile_cell(cell).matches(value, data)
    else:
        assert compile_cell(cell).matches(value, data) is expected


@pytest.mark.parametrize("cell", ['"aa', "> ", "aa,", "a.__class__", "[1..]", "not()", "x for x in y", "= 5"])
def test_a_cell_that_does_not_compile_is_refused(cell: str) -> None:
    with pytest.raises(ExpressionRefused):
        compile_cell(cell)


def test_a_table_may_be_consulted_through_the_definition_that_pins_it() -> None:
    tables = table("suspension", ["x"], ["y"], [(["> 1"], ["x + 1"]), (["<= 1"], ["0"])])
    definition = define(
        start(), service("a", decision="suspension"), end(), flows="start -> a -> done", also=[tables]
    )

    assert decide(definition, "suspension", {"x": 4}) == {"y": 5}
    with pytest.raises(DiagramRefused, match="没有找到决策 other"):
        decide(definition, "other", {})


def test_tables_in_the_namespace_of_older_editors_are_read_too() -> None:
    source = table("plan", ["a"], ["b"], [(["-"], ["1"])])
    older = source.content.replace(
        b"https://www.omg.org/spec/DMN/20191111/MODEL/", b"http://www.omg.org/spec/DMN/20151101/dmn.xsd"
    )

    assert decision(Source("plan.dmn", older)).evaluate({"a": 1}) == {"b": 1}


@pytest.mark.parametrize(
    "content",
    [
        b"<a/>",
        table("plan", ["a"], ["b"], [], "FIRST").content,
        table("plan", ["a"], ["b"], [(["> "], ["1"])]).content,
        table("plan", ["a"], ["b"], [(["1", "2"], ["1"])]).content,
        table("plan", ["a b"], ["b"], []).content,
        b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision id="p"/></definitions>',
    ],
)
def test_a_table_we_cannot_run_is_refused_when_it_is_read(content: bytes) -> None:
    with pytest.raises(DiagramRefused):
        read_decisions("plan.dmn", content)


def consulting(tables: Source) -> Definition:
    return define(start(), rules("a", "plan"), end(), flows="start -> a -> done", also=[tables])


def test_a_wrong_table_is_refused_before_an_instance_starts() -> None:
    definition = consulting(table("plan", ["a"], ["b"], [], "ANY"))

    with pytest.raises(DiagramRefused, match="UNIQUE 或 COLLECT"):
        decide(definition, "plan", {})
