"""Bad diagrams and their good twins: how the tests of the linter's rules are written."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from engine.runtime import Source
from engine.runtime.lint import Vocabulary, check_rules
from tests.engine.runtime.diagrams import (
    POST,
    boundary,
    call,
    catch,
    document,
    end,
    exclusive,
    node,
    parallel,
    receive,
    service,
    start,
    table,
    user,
)

VOCABULARY = Vocabulary(
    lanes=frozenset({POST}),
    forms=frozenset({"review"}),
    operations=frozenset({"query_source"}),
    decisions=frozenset({"plan"}),
    papers=frozenset({"notice"}),
)
PLAN = table("plan", ["kind"], ["items"], [(["-"], ['"aa"'])])
STRAIGHT = "start -> a -> done"

NOTICE = Source("documents/notice.html", b"{# title: notice #}<p></p>")


def one(element: str, **settings: object) -> bytes:
    """A process of one element `a`."""
    return document(start(), element, end(), flows=STRAIGHT, **settings)  # type: ignore[arg-type]  # passed on


def drawn(*elements: str, flows: str, **settings: object) -> bytes:
    return document(*elements, flows=flows, **settings)  # type: ignore[arg-type]  # passed on


GOOD = one(user("a"))


def without(content: bytes, *texts: str) -> bytes:
    for text in texts:
        assert text.encode() in content
        content = content.replace(text.encode(), b"")
    return content


def replaced(content: bytes, old: str, new: str) -> bytes:
    assert old.encode() in content
    return content.replace(old.encode(), new.encode())


@dataclass(frozen=True)
class Case:
    """A rule, diagrams it refuses, and diagrams it lets pass; tables and other files lie beside."""

    rule: str
    bad: Sequence[bytes]
    good: Sequence[bytes] = (GOOD,)
    beside: Sequence[Source] = (PLAN,)


def gate(*flows: str) -> bytes:
    lines = "\n".join(f"gate -> {line}" for line in flows)
    return drawn(start(), exclusive("gate"), end("x"), end("y"), end("z"), flows=f"start -> gate\n{lines}")


def at_boundary(inner: str, attached: str = "a", cancel: bool = True, activity: str = "") -> bytes:
    return drawn(
        start(),
        activity or service("a"),
        boundary("edge", attached, inner, cancel),
        end(),
        end("other"),
        flows="start -> a -> done\n edge -> other",
        messages=["receipt"],
        errors={"E1": "E1", "nameless": ""},
    )


def caught(inner: str) -> bytes:
    return one(catch("a", inner), messages=["receipt"])


def race(target: str, flows: str = "", *more: str) -> bytes:
    return drawn(
        start(),
        node("eventBasedGateway", "race"),
        receive("first", "receipt"),
        target,
        *more,
        end(),
        flows=f"start -> race -> first -> done\n race -> second -> done\n{flows}",
        messages=["receipt"],
    )


def branches(one_branch: str, other_branch: str) -> bytes:
    return drawn(
        start(),
        parallel("split"),
        one_branch,
        other_branch,
        parallel("join"),
        end(),
        flows="start -> split -> a -> join -> done\n split -> b -> join",
    )


OTHER = Source("part.bpmn", document(start("s"), user("t"), end("e"), flows="s -> t -> e", process_id="part"))
RECEIPT = Source(
    "receipt.bpmn",
    document(
        start("s"),
        receive("a", "receipt"),
        end("e"),
        flows="s -> a -> e",
        process_id="receipt_process",
        outside='<message id="receipt" name="another"/>',
    ),
)
CYCLIC = Source(
    "part.bpmn",
    document(start("s"), call("t", "main"), end("e"), flows="s -> t -> e", process_id="part"),
)
EXTENSION = '<extensionElements><operator id="{0}" xmlns="urn:x"/></extensionElements>'
IO = "<ioSpecification><inputSet/><outputSet/></ioSpecification>"
REFERENCE = '<dataObjectReference id="paper" dataObjectRef="{0}"/>'
READS = "<dataInputAssociation><sourceRef>{0}</sourceRef></dataInputAssociation>"
WRITES = "<dataOutputAssociation><targetRef>{0}</targetRef></dataOutputAssociation>"
UNSUPPORTED = [
    "task",
    "scriptTask",
    "sendTask",
    "complexGateway",
    "transaction",
    "adHocSubProcess",
    "subChoreography",
]


def bad_diagrams(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """The test once for every bad diagram."""
    rows = [(case.rule, content, case.beside) for case in cases for content in case.bad]
    return pytest.mark.parametrize(("rule", "content", "beside"), rows, ids=_names(rows))


def good_twins(cases: Sequence[Case]) -> pytest.MarkDecorator:
    """The test once for every good twin."""
    rows = [(case.rule, content, case.beside) for case in cases for content in case.good]
    return pytest.mark.parametrize(("rule", "content", "beside"), rows, ids=_names(rows))


def _names(rows: Sequence[tuple[str, bytes, Sequence[Source]]]) -> list[str]:
    return [f"{rule}-{number}" for number, (rule, _, _) in enumerate(rows)]


def refuses(rule: str, content: bytes, beside: Sequence[Source]) -> bool:
    """Whether the rule finds a fault, and says for each what it is and what to do."""
    findings = check_rules([Source("main.bpmn", content), *beside], VOCABULARY)
    found = [finding for finding in findings if finding.rule == rule and finding.file == "main.bpmn"]
    return bool(found) and all(finding.message and finding.remedy for finding in found)


def faults(content: bytes, beside: Sequence[Source]) -> list[str]:
    """What all rules together say about the diagram."""
    findings = check_rules([Source("main.bpmn", content), *beside], VOCABULARY)
    return [finding.message for finding in findings if finding.file == "main.bpmn"]
