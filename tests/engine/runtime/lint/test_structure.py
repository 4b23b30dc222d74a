"""Rules of the linter on what a process consists of, its drawing and its documents."""

from collections.abc import Sequence

from engine.runtime import Source
from tests.engine.runtime.diagrams import end, node, receive, start, sub, user
from tests.engine.runtime.lint.cases import (
    EXTENSION,
    GOOD,
    IO,
    OTHER,
    PLAN,
    READS,
    RECEIPT,
    REFERENCE,
    STRAIGHT,
    UNSUPPORTED,
    WRITES,
    Case,
    bad_diagrams,
    drawn,
    faults,
    good_twins,
    one,
    refuses,
    replaced,
)

CASES = [
    Case(
        "executable",
        [
            one(user("a"), attributes='isExecutable="false"'),
            one(user("a"), attributes=""),
            b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"/>',
        ],
    ),
    Case("known_elements", [one(node(tag, "a")) for tag in UNSUPPORTED]),
    Case(
        "event_sub_process",
        [
            one(
                sub("a", start("s"), end("e"), flows="s -> e").replace(
                    "<subProcess", '<subProcess triggeredByEvent="true"'
                )
            )
        ],
    ),
    Case(
        "one_start",
        [
            drawn(user("a"), end(), flows="a -> done"),
            drawn(start(), start("again"), user("a"), end(), flows="start -> a -> done\n again -> a"),
            one(sub("a", user("t"), end("e"), flows="t -> e")),
        ],
        [one(sub("a", start("s"), end("e"), flows="s -> e"))],
    ),
    Case("an_end", [drawn(start(), user("a"), flows="start -> a"), one(sub("a", start("s"), flows=""))]),
    Case("has_an_id", [replaced(GOOD, '<sequenceFlow id="a_to_done"', "<sequenceFlow")]),
    Case(
        "unique_ids",
        [
            one(user("a") + user("a")),
            one(user("a"), process_id="part"),
            one(sub("a", start("s"), end("e"), flows="s -> e").replace('"a"', '"part"')),
            one(receive("a", "receipt"), messages=["receipt"]),
        ],
        [one(user("t").replace('id="t"', 'id="a"')), one(receive("a", "other"), messages=["other"])],
        (PLAN, OTHER, RECEIPT),
    ),
    Case(
        "extension_ids", [one(user("a", EXTENSION.format("a")))], [one(user("a", EXTENSION.format("else")))]
    ),
    Case(
        "scripts", [one(user("a", '<extensionElements><x:preScript xmlns:x="urn:x"/></extensionElements>'))]
    ),
    Case(
        "io_specification",
        [one(user("a", IO))],
        [drawn(IO, start(), user("a"), end(), flows=STRAIGHT)],
    ),
    Case(
        "documents",
        [
            drawn(REFERENCE.format("nowhere"), start(), user("a"), end(), flows=STRAIGHT),
            one(user("a", READS.format("nowhere"))),
            one(user("a", WRITES.format("nowhere"))),
            drawn(
                '<dataStoreReference id="s" dataStoreRef="nowhere"/>',
                start(),
                user("a"),
                end(),
                flows=STRAIGHT,
            ),
        ],
        [
            drawn(
                '<dataObject id="o"/>',
                REFERENCE.format("o"),
                '<dataStoreReference id="s"/>',
                start(),
                user("a", READS.format("paper") + WRITES.format("s")),
                end(),
                flows=STRAIGHT,
            )
        ],
    ),
    Case("shapes", [replaced(GOOD, 'BPMNShape bpmnElement="a"', 'BPMNShape bpmnElement="b"')]),
    Case("edges", [replaced(GOOD, 'BPMNEdge bpmnElement="a_to_done"', 'BPMNEdge bpmnElement="b"')]),
]


@bad_diagrams(CASES)
def test_a_bad_diagram_is_refused_with_a_text_and_a_remedy(
    rule: str, content: bytes, beside: Sequence[Source]
) -> None:
    assert refuses(rule, content, beside)


@good_twins(CASES)
def test_its_good_twin_passes_all_rules(rule: str, content: bytes, beside: Sequence[Source]) -> None:
    assert faults(content, beside) == []
