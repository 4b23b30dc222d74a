"""The calculation: rules, figures and doubts in words, amounts only for whoever has said why."""

import re
from dataclasses import asdict

import pytest

from engine.handling.case_file.calculation import RULES, Calculation, calculation_of
from tests.case_files import WAGE, CaseFiles
from tests.engine.handling.case_file.conftest import Reading

SUM = re.compile(r"\d\.\d\d")


def texts(calculation: Calculation) -> str:
    return str(asdict(calculation))


def test_before_there_is_an_evaluation_there_is_nothing_to_show(files: CaseFiles, reading: Reading) -> None:
    case_id = files.in_review()

    with reading(case_id) as file:
        assert calculation_of(file) is None


@pytest.mark.clause("M 6.3 a")
def test_every_figure_stands_under_its_rule_in_words(files: CaseFiles, reading: Reading) -> None:
    case_id = files.issued()

    with reading(case_id) as file:
        calculation = calculation_of(file)

    assert calculation is not None
    rules = [rule.rule for rule in calculation.rules]
    assert {"R1", "R3", "R11", "R12", "R15", "R17"} <= set(rules)
    assert rules == sorted(rules, key=list(RULES).index)
    assert all(rule.words for rule in calculation.rules)


@pytest.mark.clause("M 5.2 b")
def test_no_amount_of_the_household_is_shown_without_a_reason(files: CaseFiles, reading: Reading) -> None:
    case_id = files.issued()

    with reading(case_id) as file:
        masked, shown = calculation_of(file), calculation_of(file, is_shown=True)

    assert masked is not None
    assert shown is not None
    limits = {test.limit for rule in masked.rules for test in rule.tests}
    without_limits = re.sub("|".join(map(re.escape, filter(None, limits))), "", texts(masked))
    without_areas = re.sub(
        r"'value': '[\d.]+', 'unit': '平方米'|'formula': '0.00 ÷[^']*'", "", without_limits
    )
    assert SUM.search(without_areas) is None
    assert WAGE in texts(shown).replace(",", "")


def test_the_limits_are_public_and_always_shown(files: CaseFiles, reading: Reading) -> None:
    case_id = files.issued()

    with reading(case_id) as file:
        calculation = calculation_of(file)

    assert calculation is not None
    (test,) = next(rule.tests for rule in calculation.rules if rule.rule == "R12")
    assert (test.limit, test.value, test.words) == ("1,010.00", "****", "不低于标准")


def test_a_doubt_names_the_answers_it_lies_between(files: CaseFiles, reading: Reading) -> None:
    case_id = files.in_doubt()

    with reading(case_id) as file:
        calculation = calculation_of(file)

    assert calculation is not None
    doubt = next(doubt for doubt in calculation.doubts if doubt.person_ref == "p1")
    assert doubt.person == "赵甲"
    assert [(said.department, said.status) for said in doubt.answers] == [("人社部门", "查得")]
