"""What holds for every household: invented findings by the hundred."""

import os
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.domain.commission import Declaration, DeclaredIncome
from engine.domain.evaluation import evaluate
from engine.domain.evaluation.span import rounded
from engine.domain.findings import Findings, ItemAnswer, MatchStatus, Record, Value
from engine.domain.plain import from_plain, to_plain
from engine.domain.result import Band, Evaluation, Outcome
from engine.domain.suspension import situations
from tests.builders import (
    EXPLICIT_ITEMS,
    TODAY,
    a_commission,
    a_household,
    a_supporter,
    an_answer,
    some_parameters,
)
from tests.domain.evaluation.evaluating import NOTHING_DECLARED

SEVERITY = {Outcome.WITHIN: 0, Outcome.UNDETERMINED: 1, Outcome.EXCEEDS: 2}
INCOMPLETE = [status for status in MatchStatus if not status.is_complete]
HOUSEHOLD = a_household(
    2, [a_supporter("s1", ("p1",), household_size=3, household_income_month_fen=1_200_000)]
)
# HEDUI_EXAMPLES=5000 searches far; a plain run looks at forty households a property
QUICK = settings(
    max_examples=int(os.environ.get("HEDUI_EXAMPLES", "40")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)

money = st.decimals(min_value=0, max_value=60_000, places=2)
month = st.sampled_from([f"2025-{n:02d}" for n in range(9, 13)] + [f"2026-{n:02d}" for n in range(1, 13)])
day = st.dates(date(2024, 1, 1), date(2026, 11, 20))
number = st.sampled_from(["", "A1", "A2", "A3"])
status = st.sampled_from(["", "normal", "active", "cancelled", "ended", "transferred"])


def record(**fields: Any) -> st.SearchStrategy[Record]:
    """Any field may be missing."""
    optional = {name: st.one_of(st.none(), strategy) for name, strategy in fields.items()}
    return st.fixed_dictionaries(optional).map(Record)


RECORDS: Mapping[str, st.SearchStrategy[Record]] = {
    "RS01": record(
        employer=number,
        month=month,
        net_wage=money,
        contribution_base=money,
        last_year_avg_monthly_income=money,
        insured_status=status,
    ),
    "RS02": record(
        monthly_pension=money,
        basic_pension_part=money,
        pension_scheme=st.sampled_from(["employee", "resident"]),
        start_month=month,
        payment_status=status,
    ),
    "RS03": record(unemployment_benefit=money, benefit_start=month, benefit_end=month),
    "RS04": record(
        scheme=st.sampled_from(["employee", "resident"]), contribution_base=money, last_month=month
    ),
    "SC01": record(uscc=number, last_year_profit=money, status=status, employees=st.integers(0, 3)),
    "SC02": record(uscc=number, status=status),
    "SC03": record(uscc=number, is_legal_representative=st.booleans()),
    "MZ01": record(certificate_no=number, monthly_amount=money, start_month=month, end_month=month),
    "MZ04": record(business_net_income=money),
    "JR01": record(bank_name=number, account_no=number, account_balance=money, bank_total_balance=money),
    "JR02": record(fund_account_no=number, stock_market_value=money, cash_balance=money),
    "JR04": record(cash_value=money, policy_total_value=money, benefit_amount=money, benefit_date=day),
    "ZF01": record(account_balance=money),
    "GA02": record(plate_no=number, status=status, current_value=money),
    "GT01": record(address=number, floor_area=money, co_owners=st.sampled_from([(), ("甲",)])),
    "GT02": record(
        unit_no=number, location=number, building_area=money, share=st.just(Decimal("0.5")), transfer_date=day
    ),
    "GJJ01": record(
        account_no=number, account_balance=money, contribution_base=money, last_contribution_month=month
    ),
    "NY01": record(farmland_area=money, subsidy_total=money, bank_account_no=number),
    "YB01": record(month=month, out_of_pocket=money),
    "JY01": record(tuition=money, study_status=st.just("studying")),
    "TY01": record(payment_amount=money, start_year=st.integers(2020, 2026)),
    "MZ03": record(death_date=day),
}
ITEMS = (*EXPLICIT_ITEMS, "NY01", "YB01", "TY01")


@st.composite
def answers(draw: st.DrawFn, person: str) -> list[ItemAnswer]:
    drawn = []
    for item in ITEMS:
        found = draw(st.lists(RECORDS[item], max_size=3)) if item in RECORDS and draw(st.booleans()) else []
        answer = replace(an_answer(person, item), records=tuple(found))
        drawn.append(replace(answer, status=MatchStatus.FOUND) if found else answer)
    return drawn


findings = st.tuples(answers("p1"), answers("p2")).map(lambda both: Findings((*both[0], *both[1])))
declared_income = st.builds(
    DeclaredIncome,
    person=st.sampled_from(["p1", "p2"]),
    category=st.sampled_from(["wage", "business", "property", "transfer"]),
    amount_month_fen=st.integers(0, 5_000_000),
    first_month=month,
    last_month=month,
    payer=number,
)
small = st.one_of(st.none(), st.integers(0, 5))
fen = st.one_of(st.none(), st.integers(0, 100_000_000))
declarations = st.builds(
    Declaration,
    incomes=st.lists(declared_income, max_size=4).map(tuple),
    financial_assets_fen=fen,
    dwellings=small,
    vehicles=small,
    entities=small,
    rigid_expenditure_fen=fen,
)


def run(facts: Findings, declaration: Declaration = NOTHING_DECLARED, **limits: Value) -> Evaluation:
    commission = a_commission(HOUSEHOLD, declaration=declaration)
    return evaluate(commission, facts, some_parameters(**limits), TODAY)


def outcomes(result: Evaluation) -> dict[str, Outcome]:
    return {test.code: test.outcome for test in result.tests}


@QUICK
@given(findings, declarations, st.randoms(use_true_random=False))
def test_the_order_of_facts_changes_nothing(facts: Findings, declaration: Declaration, rng: random.Random):
    shuffled = [replace(a, records=tuple(rng.sample(a.records, len(a.records)))) for a in facts.answers]
    rng.shuffle(shuffled)

    result = run(facts, declaration)

    assert run(Findings(tuple(shuffled)), declaration) == result


@QUICK
@given(findings, declarations)
def test_the_counted_inputs_of_every_figure_add_up_to_it(facts: Findings, declaration: Declaration):
    result = run(facts, declaration)

    for figure in result.figures:
        if figure.value is not None:
            counted = [i.amount for i in figure.inputs if i.counted]
            total = sum((x for x in counted if x is not None), Decimal(0))
            assert None not in counted
            assert rounded(total, figure.unit) == figure.value


@QUICK
@given(findings, declarations)
def test_every_test_is_the_comparison_of_a_figure(facts: Findings, declaration: Declaration):
    result = run(facts, declaration)

    values = {figure.code: figure.value for figure in result.figures}
    assert all(values[test.code] == test.value for test in result.tests)
    assert all(test.value is not None for test in result.tests if test.outcome is Outcome.WITHIN)


@QUICK
@given(findings, st.sampled_from(["p1", "p2"]), st.sampled_from(ITEMS), st.sampled_from(INCOMPLETE))
def test_an_incomplete_answer_never_makes_a_test_come_out_within(
    facts: Findings, person: str, item: str, status: MatchStatus
):
    before = outcomes(run(facts))
    silent = [replace(a, status=status) if (a.person, a.item) == (person, item) else a for a in facts.answers]

    after = outcomes(run(Findings(tuple(silent))))

    within = {code for code, seen in after.items() if seen is Outcome.WITHIN}
    assert all(seen is Outcome.WITHIN for code, seen in before.items() if code in within)


TESTS_OF_ITEM = {
    "RS01": "per_capita_month",
    "RS02": "per_capita_month",
    "RS03": "per_capita_month",
    "SC01": "per_capita_month",
    "MZ04": "per_capita_month",
    "JY01": "per_capita_month",
    "JR04": "financial_assets_per_capita",
    "JR01": "financial_assets_per_capita",
    "JR02": "financial_assets_per_capita",
    "JR03": "financial_assets_per_capita",
    "ZF01": "financial_assets_per_capita",
    "GA02": "vehicles",
    "GT01": "dwellings",
    "GT02": "dwellings",
    "SC02": "entities",
    "SC03": "entities",
}


@pytest.mark.parametrize(("item", "code"), TESTS_OF_ITEM.items())
@pytest.mark.parametrize("status", [*INCOMPLETE, None])
def test_an_item_without_a_complete_answer_never_counts_as_zero(
    item: str, code: str, status: MatchStatus | None
):
    """D5. None = there is no answer at all."""
    asked = [an_answer(p.ref, i) for p in HOUSEHOLD.members for i in EXPLICIT_ITEMS]
    kept = [a for a in asked if (a.person, a.item) != ("p2", item)]
    silent = [] if status is None else [an_answer("p2", item, status=status)]

    result = run(Findings((*kept, *silent)), rigid_deduction="full")

    assert outcomes(result)[code] is not Outcome.WITHIN
    assert next(figure.value for figure in result.figures if figure.code == code) is None


# Not the relief of MZ01: it is exempt (R7), and more of it explains more of what was declared.
RAISED = ("net_wage", "monthly_pension", "unemployment_benefit", "last_year_profit")


@QUICK
@given(findings, declarations, st.decimals(min_value=1, max_value=10_000, places=2))
def test_more_income_never_lowers_the_result(facts: Findings, declaration: Declaration, more: Decimal):
    def raised(record: Record) -> Record:
        values = dict(record.values)
        for name in RAISED:
            value = values.get(name)
            if isinstance(value, Decimal) and value > 0:
                values[name] = value + more
        return Record(values)

    richer = [replace(a, records=tuple(raised(r) for r in a.records)) for a in facts.answers]

    before, after = run(facts, declaration), run(Findings(tuple(richer)), declaration)

    later = outcomes(after)
    gone = {code: Outcome.EXCEEDS for code in ("rigid_remainder", "income_per_capita_year")} | later
    assert all(SEVERITY[gone[code]] >= SEVERITY[seen] for code, seen in outcomes(before).items())
    low, high = before.overview.income_per_capita_month, after.overview.income_per_capita_month
    assert low is None or high is None or low <= high


@QUICK
@given(declarations, st.integers(0, 100_000_000), st.sampled_from(["aa", "ab", "af", "ah"]))
def test_what_nobody_but_the_household_says_never_exceeds(
    declaration: Declaration, income: int, service: str
):
    """L1: unverified amounts leave a test undetermined at most."""
    supporter = a_supporter("s1", ("p1",), household_income_month_fen=income)
    household = a_household(2, [supporter])
    silent = [an_answer(p.ref, item) for p in household.members for item in ITEMS]
    commission = a_commission(household, declaration=declaration, service=service)

    result = evaluate(commission, Findings(tuple(silent)), some_parameters(), TODAY)

    exceeding = {test.code for test in result.tests if test.outcome is Outcome.EXCEEDS}
    assert exceeding <= {"labour_capacity"}


@QUICK
@given(findings, declarations)
def test_the_band_agrees_with_the_test(facts: Findings, declaration: Declaration):
    result = run(facts, declaration)

    seen = outcomes(result)["per_capita_month"]
    if seen is Outcome.WITHIN:
        assert result.band is Band.BELOW
    if seen is Outcome.EXCEEDS:
        assert result.band is not Band.BELOW


@QUICK
@given(findings, declarations)
def test_the_result_survives_storing_and_is_made_again_from_the_same_inputs(
    facts: Findings, declaration: Declaration
):
    result = run(facts, declaration)

    stored = from_plain(Findings, to_plain(facts))
    assert run(stored, declaration) == result
    assert from_plain(Evaluation, to_plain(result)) == result


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.decimals(allow_nan=True, allow_infinity=True),
    st.text(max_size=8),
    st.dates(),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.lists(st.text(max_size=3), max_size=2).map(tuple),
)
FIELDS: Mapping[str, tuple[str, ...]] = {
    "RS01": ("net_wage", "month", "contribution_base", "last_year_avg_monthly_income", "insured_status"),
    "RS02": ("monthly_pension", "start_month", "basic_pension_part", "pension_scheme"),
    "MZ02": ("husband_name", "wife_name", "husband_id_no", "registration_date", "registration_type"),
    "GT02": ("unit_no", "location", "share", "building_area", "transfer_date"),
    "JR01": ("account_no", "account_balance", "bank_total_balance", "queried_at", "large_outflows_6m"),
    "SC01": ("uscc", "employees", "status", "last_year_profit"),
    "CL01": ("disability_type", "disability_level", "valid_until"),
    "GA01": ("name", "id_no", "household_no", "relation_to_head", "cancelled"),
    "TY01": ("payment_amount", "start_year", "last_paid_until"),
    "GS01": ("tax_type", "taxable_income", "period_start", "period_end"),
}


@QUICK
@given(st.data())
def test_no_value_a_source_may_send_breaks_the_evaluation(data: st.DataObject):
    answers = [
        an_answer("p1", item, data.draw(st.fixed_dictionaries({name: anything for name in names})))
        for item, names in FIELDS.items()
    ]
    commission = a_commission(HOUSEHOLD, service=data.draw(st.sampled_from(["aa", "ab"])))

    result = evaluate(commission, Findings(tuple(answers)), some_parameters(), TODAY)

    assert result.tests
    assert isinstance(situations(commission, Findings(tuple(answers)), TODAY), tuple)
