"""The words of a result: it reports and compares, it never says who is eligible (只核对、不认定)."""

import re
from collections import Counter
from decimal import Decimal

from engine.domain.catalogue import Catalogue
from engine.domain.evaluation.comparison import MUST_BE_BELOW
from engine.domain.household import Household
from engine.domain.report_text import UNDETERMINED, print_money, print_number
from engine.domain.result import Doubt, Evaluation, Outcome, Overview, Test

BELOW, NOT_BELOW = "低于本地区规定标准", "不低于本地区规定标准"
WITHIN, EXCEEDS = "未超过本地区规定标准", "超过本地区规定标准"
OUTCOMES = (BELOW, WITHIN, NOT_BELOW, EXCEEDS, UNDETERMINED)
ITEM_CODE = re.compile(r"\b[A-Z]{2,3}\d{2}\b", re.ASCII)
UNIT_WORDS = {"yuan": "元", "yuan_month": "元", "m2": "平方米"}
RESERVATION = (
    "以上结果仅反映核对期间内信息共享单位反馈的情况及其与本地区规定标准的比较，"
    "只作核对，不作认定，不构成是否给予救助的决定。"
)
NO_TESTS = "本次核对反馈信息共享单位查询情况，不与本地区规定标准比较。"
UNANSWERED = "未返回或者未完整返回的项目，不视为无此项收入、财产或者支出。"


def print_result(evaluation: Evaluation, is_complete: bool) -> tuple[str, ...]:
    """One sentence for every test, then the reservations."""
    tests = tuple(_sentence(test, _unit(evaluation, test.code)) for test in evaluation.tests) or (NO_TESTS,)
    return (*tests, *(() if is_complete else (UNANSWERED,)), RESERVATION)


def summarise(evaluation: Evaluation) -> str:
    """The outcome of all tests in one line."""
    counts = Counter(map(_outcome, evaluation.tests))
    parts = [f"{outcome}{counts[outcome]}项" for outcome in OUTCOMES if counts[outcome]]
    return f"比较{len(evaluation.tests)}项，其中{'，'.join(parts)}（见首页）" if parts else NO_TESTS


def print_overview(head: str, overview: Overview) -> str:
    """核对结果概述, MZ/T 072-2016 附录D, with its figures or 无法确定 where there is none."""
    return (
        f"经核对，{head}家庭人口{overview.members}人，"
        f"该家庭月人均收入{_amount('为', overview.income_per_capita_month)}。"
        f"救助申报收入{_amount('每月', overview.declared_income_month)}，"
        f"本地区规定标准收入{_amount('为每月', overview.standard_month)}。"
        f"此外，领取养老金{_amount('每月', overview.pension_month)}，"
        f"失业保险金{_amount('每月', overview.unemployment_benefit_month)}，"
        f"人保{_amount('', overview.insurance_value)}，"
        f"房屋{_count(overview.dwellings, '套')}，车辆{_count(overview.vehicles, '辆')}，"
        f"{_enterprise(overview.has_invested_enterprise)}，"
        f"公积金账户余额{_amount('', overview.provident_fund_balance)}。"
    )


def print_notes(evaluation: Evaluation, household: Household, catalogue: Catalogue) -> tuple[str, ...]:
    """What the reader should know besides: notes of the evaluation and contradictions still open."""
    notes = tuple(_name_items(note, catalogue) for note in evaluation.notes)
    return notes + tuple(_doubt(doubt, household, catalogue) for doubt in evaluation.doubts)


def _sentence(test: Test, unit: str) -> str:
    """An undetermined test shows no figure; a sum that is not complete may still be known to exceed."""
    outcome = _outcome(test)
    reason = test.reason.rstrip("。")
    if outcome == UNDETERMINED:
        return f"{test.label}{outcome}{reason and f'：{reason}'}。"
    figure = "" if test.value is None else f"为{_figure(test.value, unit)}，"
    limit = "" if test.limit is None else f"（{_figure(test.limit, unit)}）"
    return f"{test.label}{figure}{outcome}{limit}{reason and f'，{reason}'}。"


def _outcome(test: Test) -> str:
    """Where only less than the limit is within, the limit itself is not below it and does not exceed it."""
    if test.outcome is Outcome.UNDETERMINED:
        return UNDETERMINED
    is_within = test.outcome is Outcome.WITHIN
    if test.code in MUST_BE_BELOW:
        return BELOW if is_within else NOT_BELOW
    return WITHIN if is_within else EXCEEDS


def _unit(evaluation: Evaluation, code: str) -> str:
    return next((figure.unit for figure in evaluation.figures if figure.code == code), "")


def _figure(value: Decimal, unit: str) -> str:
    written = print_money(value) if unit.startswith("yuan") else print_number(value)
    return written + UNIT_WORDS.get(unit, "")


def _amount(link: str, amount: Decimal | None) -> str:
    return UNDETERMINED if amount is None else f"{link}{print_money(amount)}元"


def _count(number: int | None, measure: str) -> str:
    return UNDETERMINED if number is None else f"{number}{measure}"


def _enterprise(has_enterprise: bool | None) -> str:
    if has_enterprise is None:
        return f"有（无）投资企业{UNDETERMINED}"
    return "有投资企业" if has_enterprise else "无投资企业"


def _name_items(note: str, catalogue: Catalogue) -> str:
    """The evaluation speaks of items by code, the reader knows them by name."""
    return ITEM_CODE.sub(
        lambda code: catalogue.items[code[0]].name if code[0] in catalogue.items else code[0], note
    )


def _doubt(doubt: Doubt, household: Household, catalogue: Catalogue) -> str:
    whom = f"{household.person(doubt.person).name}，" if doubt.person else ""
    names = "、".join(catalogue.items[item].name for item in doubt.items if item in catalogue.items)
    concerned = f"（涉及{names}）" if names else ""
    weight = "需进一步核实" if doubt.is_material else "供参考"  # D4
    return f"{weight}：{whom}{doubt.label.rstrip('。')}{concerned}。"
