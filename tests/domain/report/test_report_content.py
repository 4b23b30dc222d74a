"""The content of Annex C, and the check that nothing of it is missing."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from engine.domain.errors import ReportIncomplete
from engine.domain.findings import Findings
from engine.domain.report_content import check_complete, compose_report
from tests.builders import UNIT, VERIFICATION_UNIT, a_commission, a_household, an_answer
from tests.domain.report.cases import (
    CATALOGUE,
    ISSUED_AT,
    NUMBER,
    a_family_report,
    an_evaluation,
    an_issue,
    compose,
)

MISSING = [
    pytest.param({"title": " "}, "核对报告名称", marks=pytest.mark.clause("M C.1-1")),
    pytest.param({"number": "第1号"}, "核对报告编号", marks=pytest.mark.clause("M C.1-2")),
    pytest.param({"commissioning_unit": ""}, "委托单位全称", marks=pytest.mark.clause("M C.1-3")),
    pytest.param({"purpose": ""}, "核对报告事由", marks=pytest.mark.clause("M C.1-4")),
    pytest.param({"legal_basis": ""}, "核对报告事由", marks=pytest.mark.clause("M C.1-4")),
    pytest.param({"sharing_units": ()}, "信息共享单位全称", marks=pytest.mark.clause("M C.1-7")),
    pytest.param(
        {"income_to": date(2025, 10, 31)}, "核对对象经济状况的起止时间", marks=pytest.mark.clause("M C.1-8")
    ),
    pytest.param({"result": ()}, "核对对象的居民家庭经济状况评估结果", marks=pytest.mark.clause("M C.1-9")),
    pytest.param({"overview": ""}, "核对对象的居民家庭经济状况评估结果", marks=pytest.mark.clause("M C.1-9")),
    pytest.param({"copies": 0}, "核对报告的份数", marks=pytest.mark.clause("M C.1-10")),
    pytest.param({"handler": " "}, "经办人签字", marks=pytest.mark.clause("M C.1-13")),
    pytest.param(
        {"issued_at": ISSUED_AT.replace(tzinfo=None)},
        "出具核对报告的日期",
        marks=pytest.mark.clause("M C.1-14"),
    ),
]


def test_a_complete_report_misses_nothing() -> None:
    assert check_complete(a_family_report()) == ()


@pytest.mark.parametrize(("changes", "name"), MISSING)
def test_a_missing_part_is_named_in_the_words_of_the_annex(changes: dict[str, Any], name: str) -> None:
    assert check_complete(replace(compose(), **changes)) == (name,)


@pytest.mark.clause("M C.1-11", "M C.1-12")
def test_without_a_verification_unit_there_is_no_place_for_the_seal_either() -> None:
    assert check_complete(replace(compose(), verification_unit="")) == ("核对机构全称", "核对机构公章")


@pytest.mark.clause("M C.1-5", "M C.1-6")
def test_every_member_needs_a_name_and_a_number() -> None:
    content = compose(a_household(members=2))
    nameless = replace(content.members[1], name="", id_no="—")

    assert check_complete(replace(content, members=(content.members[0], nameless))) == (
        "核对对象姓名",
        "核对对象身份证号码",
    )
    assert check_complete(replace(content, members=())) == ("核对对象姓名", "核对对象身份证号码")


def test_an_incomplete_report_is_not_composed_and_the_error_names_what_is_missing() -> None:
    with pytest.raises(ReportIncomplete) as refused:
        compose(handler="", title="")

    assert refused.value.facts == {"missing": ("核对报告名称", "经办人签字")}


def test_without_a_commission_letter_there_is_nothing_to_report() -> None:
    commission = a_commission(letter=None)

    with pytest.raises(ReportIncomplete) as refused:
        compose_report(commission, CATALOGUE, Findings(()), an_evaluation(), an_issue())

    assert refused.value.facts == {"missing": ("核对委托书",)}


@pytest.mark.clause("M D.1 cover", "M D.1 pages", "M D.1 sign")
def test_the_first_page_says_who_asked_whom_when_what_about_whom() -> None:
    content = compose()

    assert (content.number, content.addressee, content.commissioning_unit) == (NUMBER, UNIT, UNIT)
    assert (content.commissioned_on, content.purpose) == (date(2026, 11, 20), "申请最低生活保障")
    assert content.head == content.members[0]
    assert (content.copies, content.handler, content.verification_unit) == (1, "沈经办", VERIFICATION_UNIT)


def test_days_are_days_in_beijing() -> None:
    received = datetime(2026, 11, 19, 16, 30, tzinfo=UTC)
    commission = replace(a_commission(a_household(1)), received_at=received)

    content = compose_report(
        commission, CATALOGUE, Findings((an_answer("p1", "GA01"),)), an_evaluation(), an_issue()
    )

    assert content.commissioned_on == date(2026, 11, 20)


@pytest.mark.clause("M C.1-7")
def test_every_unit_that_was_asked_is_named_also_the_one_that_said_nothing() -> None:
    content = compose(answers=[an_answer("p1", "RS01")], asked=frozenset({("p1", "HS01"), ("p1", "MZ01")}))

    assert content.sharing_units == ("民政部门", "人社部门", "海事部门")


@pytest.mark.parametrize(("asked", "is_reserved"), [((), False), ((("p1", "HS01"),), True)])
def test_an_open_question_is_a_reservation_in_the_result(
    asked: tuple[tuple[str, str], ...], is_reserved: bool
) -> None:
    content = compose(asked=frozenset(asked))

    assert any("不视为无此项收入" in sentence for sentence in content.result) is is_reserved
