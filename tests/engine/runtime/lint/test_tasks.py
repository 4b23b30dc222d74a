"""Rules of the linter on who does a task, with what, and what is called."""

from collections.abc import Sequence

from engine.runtime import Source
from tests.engine.runtime.diagrams import call, end, node, rules, service, start, sub, user
from tests.engine.runtime.lint.cases import (
    CYCLIC,
    GOOD,
    NOTICE,
    OTHER,
    PLAN,
    Case,
    bad_diagrams,
    faults,
    good_twins,
    one,
    refuses,
    replaced,
    without,
)

CASES = [
    Case(
        "operations",
        [one(node("serviceTask", "a")), one(service("a", operation="unknown"))],
        [one(service("a"))],
    ),
    Case("forms", [one(node("userTask", "a")), one(user("a", form="unknown")), one(node("manualTask", "a"))]),
    Case(
        "people_apart",
        [one(user("a", apart="nobody")), one(user("a", apart="a"))],
        [one(user("a"))],
    ),
    Case(
        "decisions",
        [
            one(node("businessRuleTask", "a")),
            one(rules("a", "unknown")),
            one(rules("a", "plan", result="not a name")),
            one(service("a", decision="unknown")),
        ],
        [
            one(rules("a", "plan")),
            one(rules("a", "plan", result="answer")),
            one(service("a", decision="plan")),
        ],
    ),
    Case(
        "papers",
        [
            one(service("a", paper="unknown")),
            one(call("a", "part").replace("<callActivity", '<callActivity hedui:paper="notice"')),
        ],
        [one(service("a", paper="notice")), one(user("a", paper="notice"))],
        beside=[PLAN, OTHER, NOTICE],
    ),
    Case(
        "posts",
        [
            without(GOOD, "<flowNodeRef>a</flowNodeRef>"),
            one(user("a"), lane="无此岗位"),
            one(user("a"), lane=""),
            replaced(
                GOOD,
                "</lane></laneSet>",
                '</lane><lane id="two" name="另"><flowNodeRef>a</flowNodeRef></lane></laneSet>',
            ),
        ],
        [
            one(sub("a", start("s"), user("t"), end("e"), flows="s -> t -> e")),
            one(service("a"), lane="无此岗位"),
        ],
    ),
    Case("lane_members", [replaced(GOOD, ">a</", ">nobody</")]),
    Case("nested_lanes", [replaced(GOOD, "</lane>", "<childLaneSet/></lane>")]),
    Case(
        "called_processes",
        [one(call("a", "unknown")), one(node("callActivity", "a"))],
        [one(call("a", "part"))],
        (PLAN, OTHER),
    ),
    Case("call_cycles", [one(call("a", "main"))]),
    Case("call_cycles", [one(call("a", "part"))], [GOOD], (CYCLIC,)),
]


@bad_diagrams(CASES)
def test_a_bad_diagram_is_refused_with_a_text_and_a_remedy(
    rule: str, content: bytes, beside: Sequence[Source]
) -> None:
    assert refuses(rule, content, beside)


@good_twins(CASES)
def test_its_good_twin_passes_all_rules(rule: str, content: bytes, beside: Sequence[Source]) -> None:
    assert faults(content, beside) == []
