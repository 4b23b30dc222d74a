"""The linter as a whole: no rule without its pair of diagrams, no name checked without a vocabulary."""

from engine.runtime import Source
from engine.runtime.lint import DIAGRAM_RULES, check_rules
from tests.engine.runtime.diagrams import rules, user
from tests.engine.runtime.lint import test_events, test_flows, test_repetition, test_structure, test_tasks
from tests.engine.runtime.lint.cases import one

MODULES = [test_structure, test_flows, test_tasks, test_events, test_repetition]


def test_every_rule_on_diagrams_has_a_bad_diagram_and_a_good_twin() -> None:
    cases = [case for module in MODULES for case in module.CASES]

    assert {case.rule for case in cases} == {rule.__name__ for rule in DIAGRAM_RULES}
    assert all(case.bad and case.good for case in cases)


def test_without_a_vocabulary_names_are_not_checked() -> None:
    content = one(user("a", form="anything"), lane="任何岗位")

    assert check_rules([Source("main.bpmn", content)]) == []


def test_a_decision_must_be_among_the_files_also_without_a_vocabulary() -> None:
    findings = check_rules([Source("main.bpmn", one(rules("a", "plan")))])

    assert [finding.rule for finding in findings] == ["decisions"]
