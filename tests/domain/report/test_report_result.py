"""The words of a result."""

from decimal import Decimal

import pytest

from engine.domain.report_result import RESERVATION, print_notes, print_overview, print_result, summarise
from engine.domain.result import Doubt, Figure, Outcome, Test
from tests.builders import a_household
from tests.domain.report.cases import CATALOGUE, an_evaluation, an_overview

JUDGING_WORDS = ("符合条件", "不符合", "隐瞒", "骗取", "虚假", "应当给予", "不予救助", "资格")


@pytest.mark.clause("M C.1-9")
def test_every_test_has_a_sentence_with_figure_and_limit() -> None:
    sentences = print_result(an_evaluation(), is_complete=True)

    assert sentences == (
        "家庭月人均收入为786.07元，未超过本地区规定标准（985.00元）。",
        "家庭金融资产为123,456.78元，超过本地区规定标准（94,560.00元）。",
        "房屋无法确定：不动产登记信息未返回。",
        RESERVATION,
    )


def test_sources_without_an_answer_are_reserved() -> None:
    sentences = print_result(an_evaluation(), is_complete=False)

    assert "未返回或者未完整返回的项目，不视为无此项收入、财产或者支出。" in sentences


def test_an_undetermined_test_shows_no_figure_even_if_it_has_one() -> None:
    undetermined = Test("x", "家庭金融资产", "R14", Decimal("10"), Decimal("5"), Outcome.UNDETERMINED)

    sentences = print_result(an_evaluation(tests=(undetermined,)), is_complete=True)

    assert sentences[0] == "家庭金融资产无法确定。"


def test_units_follow_the_figures_and_a_reason_stands_behind_the_outcome() -> None:
    area = Test(
        "area", "人均住房面积", "R17", Decimal("45.50"), Decimal("40"), Outcome.EXCEEDS, "含共有份额。"
    )
    cars = Test("cars", "机动车辆", "R16", Decimal("1"), None, Outcome.WITHIN)
    figures = (
        Figure("area", "", "R17", area.value, "m2", ""),
        Figure("cars", "", "R16", cars.value, "count", ""),
    )

    sentences = print_result(an_evaluation(tests=(area, cars), figures=figures), is_complete=True)

    assert sentences[:2] == (
        "人均住房面积为45.5平方米，超过本地区规定标准（40平方米），含共有份额。",
        "机动车辆为1，未超过本地区规定标准。",
    )


@pytest.mark.parametrize(
    ("value", "outcome", "said"),
    [
        ("984.99", Outcome.WITHIN, "月人均收入为984.99元，低于本地区规定标准（985.00元）。"),
        ("985.00", Outcome.EXCEEDS, "月人均收入为985.00元，不低于本地区规定标准（985.00元）。"),
        ("985.01", Outcome.EXCEEDS, "月人均收入为985.01元，不低于本地区规定标准（985.00元）。"),
        (None, Outcome.EXCEEDS, "月人均收入不低于本地区规定标准（985.00元）。"),
        (None, Outcome.UNDETERMINED, "月人均收入无法确定。"),
    ],
)
def test_an_income_is_below_the_standard_or_not_below_it(
    value: str | None, outcome: Outcome, said: str
) -> None:
    """R12: 低于 is strict, so an income equal to the standard is not below it and does not exceed it."""
    income = Test(
        "per_capita_month", "月人均收入", "R12", value and Decimal(value), Decimal("985.00"), outcome
    )
    figure = Figure(income.code, "", "R11", income.value, "yuan_month", "")

    evaluation = an_evaluation(tests=(income,), figures=(figure,))

    assert print_result(evaluation, is_complete=True)[0] == said
    assert summarise(evaluation).startswith("比较1项，其中")


def test_a_known_part_that_already_exceeds_is_said_without_a_sum() -> None:
    part = Test(
        "assets", "家庭金融资产", "R14", None, Decimal(94560), Outcome.EXCEEDS, "已获得的数据合计已超过"
    )

    sentences = print_result(an_evaluation(tests=(part,)), is_complete=True)

    assert sentences[0] == "家庭金融资产超过本地区规定标准（94,560.00元），已获得的数据合计已超过。"


def test_without_a_test_the_report_says_that_nothing_was_compared() -> None:
    evaluation = an_evaluation(tests=())

    assert "不与本地区规定标准比较" in print_result(evaluation, is_complete=True)[0]
    assert summarise(evaluation) == print_result(evaluation, is_complete=True)[0]


@pytest.mark.clause("M D.1 head")
def test_the_head_of_the_sheet_counts_the_outcomes() -> None:
    assert summarise(an_evaluation()) == (
        "比较3项，其中未超过本地区规定标准1项，超过本地区规定标准1项，无法确定1项（见首页）"
    )


def test_a_report_compares_and_never_judges() -> None:
    evaluation = an_evaluation()
    said = "".join(
        (
            *print_result(evaluation, is_complete=False),
            *print_notes(evaluation, a_household(), CATALOGUE),
            print_overview("赵甲", evaluation.overview),
        )
    )

    assert not [word for word in JUDGING_WORDS if word in said]
    assert "只作核对，不作认定" in said


@pytest.mark.clause("M D.1 overview")
def test_the_overview_has_every_figure_of_the_sample() -> None:
    assert print_overview("赵甲", an_overview()) == (
        "经核对，赵甲家庭人口2人，该家庭月人均收入为786.07元。救助申报收入每月2,600.00元，"
        "本地区规定标准收入为每月985.00元。此外，领取养老金每月1,200.50元，失业保险金每月0.00元，"
        "人保30,000.00元，房屋1套，车辆0辆，无投资企业，公积金账户余额23,456.78元。"
    )


def test_a_figure_that_is_not_known_is_undetermined_in_the_overview() -> None:
    unknown = an_overview(
        income_per_capita_month=None,
        declared_income_month=None,
        pension_month=None,
        unemployment_benefit_month=None,
        insurance_value=None,
        dwellings=None,
        vehicles=None,
        has_invested_enterprise=None,
        provident_fund_balance=None,
    )

    sentence = print_overview("赵甲", unknown)

    assert sentence == (
        "经核对，赵甲家庭人口2人，该家庭月人均收入无法确定。救助申报收入无法确定，本地区规定标准收入为每月985.00元。"
        "此外，领取养老金无法确定，失业保险金无法确定，人保无法确定，房屋无法确定，车辆无法确定，"
        "有（无）投资企业无法确定，公积金账户余额无法确定。"
    )


def test_an_invested_enterprise_is_said_in_the_words_of_the_sample() -> None:
    assert "，有投资企业，" in print_overview("赵甲", an_overview(has_invested_enterprise=True))


@pytest.mark.clause("M C.1-15")
@pytest.mark.clause("M C.1-15")
def test_only_what_may_change_a_result_is_to_be_looked_into_and_the_rest_is_information() -> None:
    """D4."""
    doubts = (
        Doubt("a", "申报收入与工资记录不一致", "p2", ("RS01", "GJJ01"), True),
        Doubt("b", "家庭成员可能未列全。", None, (), False),
    )

    evaluation = an_evaluation(doubts=doubts, notes=("未获得完整的数据：JR01、GA02、XX99。",))

    assert print_notes(evaluation, a_household(), CATALOGUE) == (
        "未获得完整的数据：存款信息、车辆信息、XX99。",
        "需进一步核实：钱乙，申报收入与工资记录不一致（涉及在职人员信息、公积金缴纳信息）。",
        "供参考：家庭成员可能未列全。",
    )
