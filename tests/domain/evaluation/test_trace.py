"""The trace and the sentences: every figure says in words how it came about and what it rests on."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.domain.findings import MatchStatus
from tests.builders import an_answer, wages
from tests.domain.evaluation.evaluating import check, evaluated, figure


def reason_of(item: str, record: dict[str, Any], code: str) -> set[str]:
    return {
        line.reason for line in figure(evaluated(an_answer("p1", item, record)), code).inputs if line.counted
    }


@pytest.mark.parametrize(
    ("item", "record", "code", "reason"),
    [
        ("JR04", {"policy_total_value": Decimal(9)}, "financial_assets", "现金价值未返回，按总市值推算"),
        ("JR04", {"policy_name": "甲"}, "financial_assets", "金额未返回，不作为零"),
        ("JR02", {"broker": "甲"}, "financial_assets", "金额未返回，不作为零"),
        ("JR02", {"cash_balance": Decimal(9)}, "financial_assets", ""),
        ("SC02", {"uscc": "91320400MA0000001T"}, "entities", ""),
        ("SC03", {"uscc": "91320400MA0000001T"}, "entities", "仅任职，须核实与该主体的关系"),
        ("GT01", {"address": "甲", "floor_area": Decimal(9)}, "dwelling_area", ""),
        (
            "GT01",
            {"address": "甲", "floor_area": Decimal(9), "ownership_type": "joint"},
            "dwelling_area",
            "份额未返回，按共有人均等推算",
        ),
    ],
)
def test_a_line_says_what_it_rests_on(item: str, record: dict[str, Any], code: str, reason: str):
    assert reason_of(item, record, code) == {reason}


@pytest.mark.parametrize(
    ("count", "formula"),
    [(0, "没有记录"), (2, "2351.00 + 2351.00"), (6, " + ".join(["2351.00"] * 6)), (7, "7 笔合计")],
)
def test_short_sums_are_written_out(count: int, formula: str):
    result = evaluated(an_answer("p1", "RS01", *wages(2600, count=count)))

    assert figure(result, "wage_income").formula == formula


def test_the_share_of_a_head_is_written_with_its_divisor():
    result = evaluated(an_answer("p1", "RS01", *wages(2600)), members=2)

    assert figure(result, "per_capita_month").formula == "28212.00 ÷（2 人 × 12 个月）"
    assert figure(result, "financial_assets_per_capita").formula == "0.00 ÷ 2 人"


def test_an_unknown_sum_says_so():
    result = evaluated(an_answer("p1", "RS01", status=MatchStatus.ERROR))

    assert "无法确定" in figure(result, "wage_income").formula
    assert "无法确定" in figure(result, "per_capita_month").formula


def test_limits_are_printed_as_they_are_compared():
    result = evaluated(limits={"edge_multiple": Decimal("1.5"), "financial_limit_months": Decimal("24.5")})

    assert str(check(result, "per_capita_month").limit) == "1010.00"
    assert str(check(result, "financial_assets_per_capita").limit) == "24745.00"
    assert str(check(result, "dwellings").limit) == "1"


def test_an_estimate_within_the_limit_is_marked():
    base = {"contribution_base": Decimal(800), "last_contribution_month": "2026-10", "status": "normal"}

    test = check(evaluated(an_answer("p1", "GJJ01", base)), "per_capita_month")

    assert test.reason == "含推算的数额"


def test_only_unanswered_items_are_named_as_such():
    plain = evaluated(an_answer("p1", "RS01", *wages(2600)))
    silent = evaluated(
        an_answer("p1", "RS01", *wages(2600)), an_answer("p1", "RS03", status=MatchStatus.ERROR)
    )

    assert not any("未获得" in note for note in plain.notes)
    assert [note for note in silent.notes if "未获得" in note] == [
        "下列数据项未获得完整的数据，不作为零，相关结果为无法确定：RS03。"
    ]


def test_repeated_records_are_noted_only_when_there_are_some():
    account = {"account_no": "6222", "account_balance": Decimal(9)}

    once = evaluated(an_answer("p1", "JR01", account), members=2)
    twice = evaluated(an_answer("p1", "JR01", account), an_answer("p2", "JR01", account), members=2)

    assert not any("重复的记录" in note for note in once.notes)
    assert any(note.startswith("有 1 条重复的记录") for note in twice.notes)


def test_a_benefit_without_a_day_is_not_placed_in_a_month():
    paid = {"cash_value": Decimal(0), "benefit_amount": Decimal(90000)}

    dated = evaluated(an_answer("p1", "JR04", paid | {"benefit_date": date(2026, 3, 5)}))
    undated = evaluated(an_answer("p1", "JR04", paid))

    assert figure(dated, "property_income").value == Decimal(90000)
    assert figure(undated, "property_income").value == Decimal("0.00")


def test_the_items_behind_an_unverified_amount_are_named():
    land = {"farmland_area": Decimal(100), "bank_account_no": "6217"}
    vessel = {"vessel_registration_no": "V1", "vessel_value": Decimal(90000)}

    result = evaluated(an_answer("p1", "NY01", land), an_answer("p1", "HS01", vessel))

    unverified = [d for d in result.doubts if d.code == "unverified_amount_decides"]
    assert [d.items for d in unverified] == [("NY01",), ("HS01",)]
    assert all(d.is_material for d in unverified)
