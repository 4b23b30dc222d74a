"""The commissions of the sample unit: the platform takes them as they are."""

import json
from datetime import UTC, date, datetime

import pytest

from engine.domain.commission import Commission
from engine.domain.materials import Examination, find_defects
from tests.web.sandbox.asking import CATALOGUE
from web.exchange.schemas import CommissionSchema
from web.sandbox.commissions import Parties
from web.sandbox.people import Quirk
from web.sandbox.specials import special_households
from web.sandbox.world import World

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
WORLD = World(seed=1)
PARTIES = Parties()
EXAMINATION = Examination(
    PARTIES.verification_unit, PARTIES.commissioning_unit, DAY, frozenset(CATALOGUE.services)
)


def taken(number: int, service: str = "aa", day: date = DAY) -> Commission:
    """As the platform understands what the unit sends."""
    sent = json.loads(json.dumps(WORLD.commission(number, service, day)))
    commission = CommissionSchema(NOW).load(sent)
    assert isinstance(commission, Commission)
    return commission


@pytest.mark.parametrize("number", [*range(25), *range(1000, 1060)])
def test_a_commission_is_complete_unless_a_member_did_not_sign(number: int) -> None:
    quirk = WORLD.household(number).quirk

    defects = {defect.code for defect in find_defects(taken(number), EXAMINATION)}

    assert defects == ({"authorisation_missing"} if quirk is Quirk.MISSING_AUTHORISATION else set())


@pytest.mark.parametrize("service", CATALOGUE.services)
def test_a_commission_can_be_sent_for_every_service(service: str) -> None:
    commission = taken(1000, service)

    assert commission.service == service
    assert commission.purpose
    assert find_defects(commission, EXAMINATION) == ()


@pytest.mark.parametrize(
    ("day", "start", "end"),
    [
        (date(2026, 11, 21), date(2025, 11, 1), date(2026, 10, 31)),
        (date(2027, 1, 1), date(2026, 1, 1), date(2026, 12, 31)),
        (date(2027, 3, 31), date(2026, 3, 1), date(2027, 2, 28)),
    ],
)
def test_the_period_is_the_twelve_full_months_before_the_day(day: date, start: date, end: date) -> None:
    letter = taken(1000, day=day).letter

    assert letter is not None
    assert (letter.period.start, letter.period.end, letter.property_as_of) == (start, end, day)


def test_the_same_household_sends_the_same_commission_again() -> None:
    assert WORLD.commission(1000, "aa", DAY) == World(seed=1).commission(1000, "aa", DAY)


def test_the_units_and_the_number_are_given_by_the_caller() -> None:
    sent = WORLD.commission(1000, "aa", DAY, "WT-7", Parties("甲区民政局", "甲市核对中心"))

    commission = CommissionSchema(NOW).load(sent)

    assert commission.number == "WT-7"
    assert commission.letter.verification_unit == "甲市核对中心"
    assert {a.commissioning_unit for a in commission.authorisations} == {"甲区民政局"}


def test_an_honest_household_declares_the_wages_it_gets() -> None:
    household = WORLD.household(special_households()["ordinary"])

    declaration = taken(household.number).declaration

    assert declaration is not None
    assert household.head.job is not None
    assert declaration.incomes[0].amount_month_fen == household.head.job.net
    assert declaration.financial_assets_fen == sum(p.financial_assets for p in household.declared)


def test_the_doubtful_household_declares_a_quarter_of_its_wages() -> None:
    household = WORLD.household(special_households()["doubtful"])

    declaration = taken(household.number).declaration

    assert declaration is not None
    assert household.head.job is not None
    assert declaration.incomes[0].amount_month_fen == household.head.job.net // 4


def test_income_outside_the_period_is_not_declared() -> None:
    number = special_households()["lost_job"]

    early, late = taken(number), taken(number, day=date(2027, 2, 10))

    assert early.declaration is not None
    assert late.declaration is not None
    assert [(i.first_month, i.last_month) for i in early.declaration.incomes] == [("2025-11", "2025-12")]
    assert late.declaration.incomes == ()


def test_the_undeclared_are_not_named() -> None:
    household = WORLD.household(special_households()["suspended"])

    sent = json.dumps(WORLD.commission(household.number, "aa", DAY), ensure_ascii=False)

    hidden = next(person for person in household.residents if not person.declared)
    assert hidden.id_no not in sent
    assert hidden.ref not in sent
