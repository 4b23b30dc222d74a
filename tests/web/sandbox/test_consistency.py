"""Declarations and sources of the invented households: regular ones agree, named ones differ as named."""

from datetime import date

import pytest
from flask.testing import FlaskClient

from engine.domain.commission import Commission
from engine.domain.evaluation import evaluate
from engine.domain.findings import Findings, latest
from engine.domain.household import Role
from engine.domain.result import Band
from engine.domain.suspension import situations
from tests.builders import some_parameters
from tests.web.sandbox.asking import CATALOGUE, DAY, NOW, ask_everything
from web.exchange.schemas import CommissionSchema
from web.sandbox.app import create_sandbox
from web.sandbox.specials import special_households
from web.sandbox.world import World

WORLD = World(seed=1, irregular_percent=0)
SPECIALS = special_households()
PARAMETERS = some_parameters()


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return create_sandbox(CATALOGUE, WORLD, now=lambda: NOW).test_client()


def verified(client: FlaskClient, number: int) -> tuple[Commission, Findings]:
    commission = CommissionSchema(NOW).load(WORLD.commission(number, "aa", DAY))
    reads = ask_everything(client, WORLD.household(number))
    return commission, latest(answer for read in reads for answer in read.answers)


@pytest.mark.parametrize("number", [SPECIALS["ordinary"], SPECIALS["nine_members"], *range(2000, 2040)])
def test_a_regular_household_raises_no_doubt_and_is_not_suspended(client: FlaskClient, number: int) -> None:
    commission, findings = verified(client, number)

    evaluation = evaluate(commission, findings, PARAMETERS, DAY)

    assert findings.incomplete() == ()
    assert situations(commission, findings, DAY) == ()
    assert evaluation.doubts == ()
    assert evaluation.band is not Band.UNDETERMINED


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("suspended", "undeclared_family_member"),
        ("undeclared_child", "undeclared_family_member"),
        ("deceased_member", "member_deceased"),
        ("missing_authorisation", "authorisation_invalid"),
        ("silent_source", "source_unavailable"),
    ],
)
def test_a_household_named_so_is_suspended_for_it(client: FlaskClient, name: str, code: str) -> None:
    commission, findings = verified(client, SPECIALS[name])

    found = situations(commission, findings, DAY)

    assert [situation.code for situation in found] == [code]


def test_a_household_the_register_does_not_know_so_is_suspended_for_its_identity(client: FlaskClient) -> None:
    commission, findings = verified(client, SPECIALS["wrong_identity"])

    found = situations(commission, findings, DAY)

    assert found[0].code == "identity_mismatch"
    assert found[0].person == "p2"


@pytest.mark.parametrize(
    ("name", "code"), [("doubtful", "wage_income_differs"), ("able_supporters", "unverified_amount_decides")]
)
def test_a_household_named_so_raises_a_doubt_that_decides(client: FlaskClient, name: str, code: str) -> None:
    commission, findings = verified(client, SPECIALS[name])

    doubts = evaluate(commission, findings, PARAMETERS, DAY).doubts

    assert [(doubt.code, doubt.is_material) for doubt in doubts] == [(code, True)]


def test_the_pensioners_name_their_children_as_supporters(client: FlaskClient) -> None:
    commission, _ = verified(client, SPECIALS["pensioner_couple"])

    supporters = [person for person in commission.household.persons if person.role is Role.SUPPORTER]

    assert {supporter.supports for supporter in supporters} == {("p1", "p2")}
    assert all(supporter.household_income_month_fen for supporter in supporters)


def test_the_day_decides_nothing_but_the_period(client: FlaskClient) -> None:
    first, second = (WORLD.commission(2000, "aa", date(2026, 11, day), "WT-1") for day in (2, 28))

    assert first["household"] == second["household"]
    assert first["declaration"] == second["declaration"]
