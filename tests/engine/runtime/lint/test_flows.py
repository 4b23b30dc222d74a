"""Rules of the linter on sequence flows, gateways and loops."""

from collections.abc import Sequence

from engine.runtime import Source
from tests.engine.runtime.diagrams import end, error_event, exclusive, parallel, rules, start, user
from tests.engine.runtime.lint.cases import (
    STRAIGHT,
    Case,
    at_boundary,
    bad_diagrams,
    branches,
    drawn,
    faults,
    gate,
    good_twins,
    refuses,
    replaced,
)

CASES = [
    Case("flow_ends", [drawn(start(), user("a"), end(), flows="start -> a -> done\n a -> nowhere")]),
    Case(
        "connected",
        [
            drawn(start(), user("a"), user("lonely"), end(), flows=STRAIGHT),
            drawn(start(), user("a"), end(), flows="start -> a -> done -> a"),
            drawn(start(), user("a"), end(), flows="start -> a -> done\n a -> start"),
        ],
    ),
    Case(
        "reachable",
        [
            drawn(
                start(),
                user("a"),
                user("b"),
                exclusive("g"),
                end(),
                end("island"),
                flows="start -> a -> done\n b -> g\n g -> b : ok\n g -> island : default",
            )
        ],
        [at_boundary(error_event())],
    ),
    Case(
        "explicit_split",
        [drawn(start(), user("a"), end("x"), end("y"), flows="start -> a -> x\n a -> y")],
        [drawn(start(), user("a"), parallel("p"), end("x"), end("y"), flows="start -> a -> p -> x\n p -> y")],
    ),
    Case(
        "conditions_at_gateways",
        [
            drawn(start(), user("a"), end(), flows="start -> a\n a -> done : ok"),
            drawn(start(), user("a"), end(), flows="start -> a\n a -> done : default"),
            drawn(start(), parallel("a"), end(), flows="start -> a\n a -> done : ok"),
        ],
    ),
    Case(
        "conditions_complete",
        [
            gate("x : a > 1", "y : a < 1", "z : a == 1"),
            gate("x : a > 1", "y", "z : default"),
            gate("x : a > 1"),
            replaced(
                gate("x : a > 1", "y : default", "z : a < 0"),
                'default="gate_to_y"',
                'default="start_to_gate"',
            ),
            replaced(
                gate("x : a > 1", "y : default", "z : a < 0"), 'default="gate_to_y"', 'default="gate_to_x"'
            ),
        ],
        [
            gate("x : a > 1", "y : a < 0", "z : default"),
            drawn(
                start(),
                exclusive("g"),
                end("x"),
                end("y"),
                flows="start -> g\n g -> x : ok\n g -> y : not ok",
            ),
            drawn(
                start(),
                exclusive("g"),
                end("x"),
                end("y"),
                flows="start -> g\n g -> x : not (a > 1)\n g -> y : a > 1",
            ),
            drawn(start(), exclusive("g"), end(), flows="start -> g -> done"),
        ],
    ),
    Case(
        "conditions_differ",
        [gate("x : a > 1", "y : a > 1", "z : default")],
        [gate("x : a > 1", "y : a > 2", "z : default")],
    ),
    Case(
        "conditions_compile",
        [
            gate("x : a.__class__", "y : default", "z : ${a}"),
            gate("x : __import__('os')", "y : b = 1", "z : default"),
            gate("x : elapsed == working_days(3)", "y : b == 1", "z : default"),
        ],
        [gate("x : a.b > 1", "y : 'aa' in items", "z : default")],
    ),
    Case(
        "loops_wait",
        [
            drawn(
                start(),
                rules("a", "plan"),
                exclusive("g"),
                end(),
                flows="start -> a -> g\n g -> a : ok\n g -> done : default",
            ),
        ],
        [
            drawn(
                start(),
                user("a"),
                exclusive("g"),
                end(),
                flows="start -> a -> g\n g -> a : ok\n g -> done : default",
            )
        ],
    ),
    Case(
        "loops_end",
        [
            drawn(start(), user("a"), user("b"), end(), flows="start -> a -> b -> a\n b -> done"),
            drawn(start(), exclusive("m"), user("a"), end(), flows="start -> m -> a -> m\n a -> done"),
        ],
    ),
    Case(
        "join_is_reached",
        [
            drawn(
                start(),
                parallel("p"),
                user("a"),
                user("b"),
                parallel("j"),
                exclusive("g"),
                end(),
                flows="start -> p -> a -> j -> g\n p -> b -> j\n g -> p : ok\n g -> done : default",
            )
        ],
        [
            drawn(
                start(),
                exclusive("m"),
                parallel("p"),
                user("a"),
                user("b"),
                parallel("j"),
                exclusive("g"),
                end(),
                flows="start -> m -> p -> a -> j -> g\n p -> b -> j\n g -> m : ok\n g -> done : default",
            )
        ],
    ),
    Case(
        "joins_match_splits",
        [
            drawn(
                start(),
                exclusive("g"),
                user("a"),
                user("b"),
                parallel("j"),
                end(),
                flows="start -> g\n g -> a : ok\n g -> b : default\n a -> j\n b -> j -> done",
            )
        ],
        [
            branches(user("a"), user("b")),
            drawn(
                start(),
                exclusive("g"),
                user("a"),
                user("b"),
                exclusive("j"),
                end(),
                flows="start -> g\n g -> a : ok\n g -> b : default\n a -> j\n b -> j -> done",
            ),
        ],
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
