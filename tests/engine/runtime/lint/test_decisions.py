"""Rules on decision files, on files as such, and the real parse that follows the rules."""

import io
import sys
from collections.abc import Sequence

import pytest

from engine.runtime import Source
from engine.runtime.lint import DECISION_RULES, check_rules, check_sources, trial
from tests.engine.runtime.diagrams import document, end, node, rules, service, start, sub, table, user

ROWS = [(['"aa"'], ['"x"']), (["-"], ["1 + 1"])]
GOOD = table("plan", ["kind"], ["items"], ROWS)


def changed(old: str, new: str) -> Source:
    assert old.encode() in GOOD.content
    return Source(GOOD.name, GOOD.content.replace(old.encode(), new.encode()))


BAD = [
    ("tables", changed("decisionTable", "literalExpression")),
    (
        "standing_alone",
        changed(
            "<decisionTable",
            '<informationRequirement><requiredDecision href="#o"/></informationRequirement><decisionTable',
        ),
    ),
    *(
        ("hit_policies", table("plan", ["kind"], ["x"], [], policy))
        for policy in ("FIRST", "ANY", "RULE ORDER")
    ),
    ("hit_policies", changed('hitPolicy="UNIQUE"', 'hitPolicy="COLLECT" aggregation="SUM"')),
    ("columns", table("plan", ["kind"], ["x", "x"], [])),
    ("columns", table("plan", ["kind"], ["not a name"], [])),
    ("columns", table("plan", ["kind"], [], [])),
    ("columns", table("plan", [""], ["x"], [])),
    ("columns", table("plan", ["kind.__class__"], ["x"], [])),
    ("rows", table("plan", ["kind"], ["x"], [([], ["1"])])),
    ("rows", table("plan", ["kind"], ["x"], [(["> "], ["1"])])),
    ("rows", table("plan", ["kind"], ["x"], [(['"open'], ["1"])])),
    ("rows", table("plan", ["kind"], ["x"], [(["1"], ["open('f')"])])),
]
TWINS = [
    GOOD,
    table("plan", ["kind", "len(items)"], ["x", "y"], [(["-", "> 1"], ["1", ""])], "COLLECT"),
    table("plan", ["kind"], ["x"], [(['not("aa", "af")'], ["[1, 2]"]), (["[1..5]"], ["true"])]),
]


@pytest.mark.parametrize(("rule", "source"), BAD)
def test_a_bad_table_is_refused_with_a_text_and_a_remedy(rule: str, source: Source) -> None:
    findings = [finding for finding in check_rules([source]) if finding.rule == rule]

    assert findings
    assert all(finding.message and finding.remedy and finding.file == source.name for finding in findings)


@pytest.mark.parametrize("source", TWINS)
def test_a_good_table_passes(source: Source) -> None:
    assert check_rules([source]) == []


def test_every_rule_on_tables_has_a_bad_table() -> None:
    assert {rule for rule, _ in BAD} == {rule.__name__ for rule in DECISION_RULES}


def test_two_decisions_of_one_id_are_refused() -> None:
    findings = check_rules([GOOD, Source("again.dmn", GOOD.content)])

    assert [(finding.file, finding.rule) for finding in findings] == [("again.dmn", "unique_decisions")]


@pytest.mark.parametrize("content", [b"", b"<a/>", b"<a><b></a>", b"\xff\xfe", b'<!DOCTYPE a><a xmlns="x"/>'])
def test_a_file_that_is_neither_diagram_nor_table_is_refused(content: bytes) -> None:
    findings = check_rules([Source("upload.bpmn", content)])

    assert [(finding.file, finding.rule) for finding in findings] == [("upload.bpmn", "readable")]


def a_diagram(*elements: str, flows: str = "start -> a -> done") -> Source:
    return Source("main.bpmn", document(start(), *elements, end(), flows=flows))


def test_a_good_diagram_with_its_table_passes_rules_and_trial() -> None:
    assert check_sources([a_diagram(rules("a", "plan")), GOOD]) == []


def test_after_the_rules_a_finding_spares_the_trial() -> None:
    findings = check_sources([a_diagram(node("serviceTask", "a"))])

    assert [finding.rule for finding in findings] == ["operations"]


@pytest.mark.parametrize(
    ("sources", "objection"),
    [
        ([a_diagram(node("task", "a"))], "no support implemented"),
        ([a_diagram(rules("a", "unknown"))], "没有找到决策 unknown"),
        (
            [a_diagram(user("a"), sub("b", user("c"), flows=""), flows="start -> a -> b -> done")],
            "Exactly one start event",
        ),
        ([Source("x.bpmn", b"<a/>")], "既不是"),
        ([Source("x.bpmn", b"no xml")], "不是合格的 XML"),
    ],
)
def test_the_trial_tells_what_the_engine_objects_to(sources: Sequence[Source], objection: str) -> None:
    (found,) = trial.objections(sources)

    assert objection in found
    assert "\n" not in found


def test_the_trial_runs_in_a_process_of_its_own() -> None:
    (finding,) = trial.try_parse([a_diagram(node("task", "a"))])

    assert finding.rule == "trial"
    assert "no support implemented" in finding.message


def test_a_trial_that_takes_too_long_is_ended() -> None:
    (finding,) = trial.try_parse([a_diagram(service("a"))], time_limit=0.001)

    assert "超过" in finding.message


def test_a_trial_that_dies_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_CHILD", "raise SystemExit(3)")

    (finding,) = trial.try_parse([a_diagram(service("a"))])

    assert "意外中止" in finding.message


def test_the_child_limits_itself_and_answers_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: list[int] = []
    given = b'[["main.bpmn", "PGEvPg=="]]'
    answer = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(trial.resource, "setrlimit", lambda kind, limit: limits.append(kind))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given)))
    monkeypatch.setattr(sys, "stdout", answer)

    trial.child()

    assert len(limits) == 2
    assert "既不是 BPMN" in answer.buffer.getvalue().decode()  # type: ignore[attr-defined]  # a BytesIO
