"""Rules of the linter on repeated activities and variables written twice."""

from collections.abc import Sequence

from engine.runtime import Source
from tests.engine.runtime.diagrams import each, end, loop, rules, service, start, sub, times
from tests.engine.runtime.lint.cases import (
    Case,
    bad_diagrams,
    branches,
    drawn,
    faults,
    good_twins,
    one,
    refuses,
)

CASES = [
    Case(
        "repetition_input",
        [
            one(service("a", "<multiInstanceLoopCharacteristics/>")),
            one(
                service(
                    "a",
                    each("items", "item").replace(
                        "<inputDataItem", "<loopCardinality>3</loopCardinality><inputDataItem"
                    ),
                )
            ),
            one(service("a", times("1001"))),
            one(service("a", times("x.__class__"))),
        ],
        [
            one(service("a", each("items", "item"))),
            one(service("a", times("1000"))),
            one(service("a", times("len(items)"))),
        ],
    ),
    Case(
        "repetition_output",
        [
            one(service("a", each("items", "item", "results"))),
            one(service("a", each("items", "item", "", "result"))),
            one(service("a", each("items", "item", "results", "result", until="result ="))),
        ],
        [one(service("a", each("items", "item", "results", "result", until="result == 1")))],
    ),
    Case(
        "repetition_names",
        [
            one(service("a", each("items", "items"))),
            one(service("a", each("items", "item", "results", "item"))),
            one(service("a", each("items", "item", "items", "result"))),
            one(
                sub(
                    "a",
                    start("s"),
                    service("t", each("more", "item")),
                    end("e"),
                    flows="s -> t -> e",
                    inner=each("items", "item"),
                )
            ),
            drawn(
                start(),
                rules("a", "plan"),
                service("b", each("list", "items")),
                end(),
                flows="start -> a -> b -> done",
            ),
        ],
        [
            one(
                sub(
                    "a",
                    start("s"),
                    service("t", each("more", "one")),
                    end("e"),
                    flows="s -> t -> e",
                    inner=each("items", "item"),
                )
            )
        ],
    ),
    Case(
        "standard_loops",
        [
            one(service("a", "<standardLoopCharacteristics/>")),
            one(service("a", loop("more", maximum=0))),
            one(service("a", loop("more", maximum=1001))),
            one(service("a", loop("more =", maximum=5))),
        ],
        [one(service("a", loop("more", maximum=5)))],
    ),
    Case(
        "branches_write_apart",
        [
            branches(service("a", each("x", "i", "found", "f")), service("b", each("y", "j", "found", "g"))),
            branches(rules("a", "plan"), rules("b", "plan")),
            branches(rules("a", "plan", result="answer"), rules("b", "plan", result="answer")),
        ],
        [branches(service("a", each("x", "i", "found", "f")), service("b", each("y", "j", "more", "g")))],
    ),
]


@bad_diagrams(CASES)
def test_a_bad_diagram_is_refused_with_a_text_and_a_remedy(
    rule: str, content: bytes, beside: Sequence[Source]
) -> None:
    assert refuses(rule, content, beside)


@good_twins(CASES)
def test_its_good_twin_passes_all_rules(rule: str, content: bytes, beside: Sequence[Source]) -> None:
    assert faults(content, beside) == []
