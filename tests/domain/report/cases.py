"""Cases a report is composed of: households with answers of every source, and an evaluation of them."""

from collections.abc import Iterable, Set
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from adapters.sources.catalogue import load_catalogue
from engine.domain.catalogue import Field
from engine.domain.findings import Findings, ItemAnswer, MatchStatus, Value
from engine.domain.household import Household, Person
from engine.domain.report import PrintedTable, ReportContent
from engine.domain.report_content import Issue, compose_report
from engine.domain.result import Band, Doubt, Evaluation, Figure, Outcome, Overview, Test
from tests.builders import (
    ANSWERED_AT,
    SHANGHAI,
    VERIFICATION_UNIT,
    a_commission,
    a_household,
    a_supporter,
    an_answer,
    the_findings,
    wages,
)

CATALOGUE = load_catalogue()
NUMBER = "第32040220261100042aaf1号"
RARE_NAME = "欧阳㛃䶮𬭚𣲗"
ISSUED_AT = datetime(2026, 11, 21, 15, 4, tzinfo=SHANGHAI)


def an_issue(asked: Set[tuple[str, str]] = frozenset(), **changes: Any) -> Issue:
    issue = Issue(
        number=NUMBER,
        title="甲市居民家庭经济状况核对结果报告",
        legal_basis="《社会救助暂行办法》（国务院令第649号）和《居民家庭经济状况核对办法》",
        handler="沈经办",
        verification_unit=VERIFICATION_UNIT,
        issued_at=ISSUED_AT,
        asked=asked,
    )
    return replace(issue, **changes)


def an_overview(**changes: Any) -> Overview:
    overview = Overview(
        members=2,
        income_per_capita_month=Decimal("786.07"),
        declared_income_month=Decimal("2600"),
        standard_month=Decimal("985"),
        pension_month=Decimal("1200.5"),
        unemployment_benefit_month=Decimal(0),
        insurance_value=Decimal(30000),
        dwellings=1,
        vehicles=0,
        has_invested_enterprise=False,
        provident_fund_balance=Decimal("23456.78"),
    )
    return replace(overview, **changes)


def an_evaluation(**changes: Any) -> Evaluation:
    """A test of every outcome, a doubt and a note."""
    evaluation = Evaluation(
        tests=(
            Test("income", "家庭月人均收入", "R12", Decimal("786.07"), Decimal(985), Outcome.WITHIN),
            Test("assets", "家庭金融资产", "R14", Decimal("123456.78"), Decimal(94560), Outcome.EXCEEDS),
            Test("dwellings", "房屋", "R17", None, Decimal(1), Outcome.UNDETERMINED, "不动产登记信息未返回"),
        ),
        band=Band.BELOW,
        overview=an_overview(),
        figures=(
            Figure("income", "家庭月人均收入", "R11", Decimal("786.07"), "yuan_month", ""),
            Figure("assets", "家庭金融资产", "R14", Decimal("123456.78"), "yuan", ""),
        ),
        doubts=(Doubt("wage_differs", "申报收入与工资记录不一致", "p1", ("RS01",), True),),
        notes=("住房公积金余额只计一次。",),
        parameters_version="1",
        inputs_digest="0" * 64,
    )
    return replace(evaluation, **changes)


def a_value(field: Field) -> Value:
    """Some value of the type of a field, different for every field."""
    amount = Decimal(sum(map(ord, field.name)) % 9000) + Decimal("1000.25")
    values: dict[str, Value] = {
        "decimal": amount,
        "integer": 7,
        "boolean": True,
        "date": date(2026, 3, 1),
        "datetime": ANSWERED_AT,
        "year": 2024,
        "year_month": "2026-03",
        "list": ("甲", "乙"),
    }
    codes = CATALOGUE.code_lists.get(field.code_list or "")
    return values.get(field.type, next(iter(codes)) if codes else f"甲{field.label}")


def a_full_answer(person: str, item: str, **changes: Value) -> ItemAnswer:
    """The source knows every field of the item."""
    values = {field.name: a_value(field) for field in CATALOGUE.items[item].fields}
    return an_answer(person, item, values | changes)


def compose(
    household: Household | None = None,
    answers: Iterable[ItemAnswer] = (),
    asked: Set[tuple[str, str]] = frozenset(),
    **changes: Any,
) -> ReportContent:
    """A report about these answers; nothing else was asked."""
    household = household or a_household(members=1)
    given = tuple(answers) or (an_answer("p1", "GA01"),)
    return compose_report(
        a_commission(household), CATALOGUE, Findings(given), an_evaluation(), an_issue(asked, **changes)
    )


def table_of(content: ReportContent, name: str, person: str = "") -> PrintedTable:
    """The table of this name, of this person where there are several."""
    found = [
        table
        for section in content.sections
        for printed in section.persons
        if person in printed.name
        for table in printed.tables
        if table.name == name
    ]
    return found[0]


def a_family(members: int) -> Household:
    """A household whose head has a name of rare characters, and a supporter outside it."""
    household = a_household(members, (a_supporter(),))
    return replace(household, persons=(replace(household.persons[0], name=RARE_NAME), *household.persons[1:]))


def a_family_report(members: int = 3) -> ReportContent:
    """Answers of all kinds: found once and often, not found, timed out, not asked."""
    household = a_family(members)
    asked = {(person.ref, item) for person in household.members for item in CATALOGUE.items if item != "JR08"}
    findings = the_findings(household, _answered(), *_answers(household))
    return compose_report(
        a_commission(household, copies=2),
        CATALOGUE,
        findings,
        an_evaluation(overview=an_overview(members=members)),
        an_issue(frozenset(asked | {("s1", "GA01")})),
    )


def _answered() -> list[str]:
    """All but one that was never asked and one that has not answered."""
    return [item for item in CATALOGUE.items if item not in ("JR08", "HS01")]


def _answers(household: Household) -> list[ItemAnswer]:
    bills = [
        {"bill_type": "电费", "amount": Decimal(100 + n), "paid_at": date(2026, 1 + n, 3), "payer": RARE_NAME}
        for n in range(10)
    ]
    account = {"paying_bank": "中国甲银行甲市支行", "bank_account_no": "6228480412345678901"}
    pay = [wage | account | {"pension_contribution": Decimal("286.4")} for wage in wages("3580.00")]
    return [
        *(_registration(person) for person in household.members),
        an_answer("p1", "RS01", *pay),
        a_full_answer("p1", "JR01"),
        a_full_answer("p1", "JR04"),
        a_full_answer("p1", "GT01", address="甲市甲区甲路十二号三单元四〇二室"),
        an_answer("p1", "GT02", status=MatchStatus.TIMEOUT),
        an_answer("p1", "XG01", *bills),
        a_full_answer("p1", "SC02"),
        a_full_answer("p1", "MZ02", husband_name=RARE_NAME),
    ]


def _registration(person: Person) -> ItemAnswer:
    residence = "甲省甲市甲区甲街道甲苑十二幢三单元四〇二室"
    return a_full_answer(person.ref, "GA01", name=person.name, registered_residence=residence)
