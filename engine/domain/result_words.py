"""How the result of an evaluation is told in words: rules, units, bands, outcomes."""

from collections.abc import Mapping
from decimal import Decimal

from engine.domain.evaluation.comparison import MUST_BE_BELOW
from engine.domain.report_text import UNDETERMINED, print_money, print_number
from engine.domain.result import Band, Outcome, Test

DECLARATION = "declaration"  # the source of what people have said themselves
MONEY = ("yuan", "yuan_month")
UNITS: Mapping[str, str] = {"yuan": "元", "yuan_month": "元/月", "m2": "平方米", "count": "", "ratio": ""}
WITHIN_OR_NOT = {False: ("未超过标准", "超过标准"), True: ("低于标准", "不低于标准")}
BANDS: Mapping[Band, str] = {
    Band.BELOW: "低于当地标准",
    Band.EDGE: "不低于当地标准，低于边缘家庭标准",
    Band.ABOVE: "不低于边缘家庭标准",
    Band.UNDETERMINED: UNDETERMINED,
}
# The rules by which a household is counted; the clause asks for the comparison, decision 0010 says how.
RULES: Mapping[str, str] = {
    "R1": "共同生活的家庭成员",
    "R2": "收入计算期",
    "R3": "工资性收入",
    "R4": "经营净收入",
    "R5": "财产净收入",
    "R6": "转移净收入",
    "R7": "不计入的收入",
    "R8": "赡养、抚养、扶养费",
    "R9": "有劳动能力未就业",
    "R10": "刚性支出",
    "R11": "家庭收入合计",
    "R12": "与当地标准比较",
    "R13": "支出型困难家庭",
    "R14": "财产估值",
    "R15": "金融资产",
    "R16": "机动车辆和船舶",
    "R17": "不动产",
    "R18": "市场主体",
    "R19": "特困人员",
}


def say_outcome(test: Test) -> str:
    if test.outcome is Outcome.UNDETERMINED:
        return UNDETERMINED
    return WITHIN_OR_NOT[test.code in MUST_BE_BELOW][test.outcome is Outcome.EXCEEDS]


def print_figure(value: Decimal | None, unit: str) -> str:
    if value is None:
        return UNDETERMINED
    return print_money(value) if unit in MONEY else print_number(value)
