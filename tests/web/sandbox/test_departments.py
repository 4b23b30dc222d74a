"""What the simulated departments answer: every item, typed by the catalogue, true to the household."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from engine.domain.findings import ItemAnswer, MatchStatus
from tests.web.sandbox.asking import CATALOGUE, NOW, a_request, ask, ask_everything, on_the_wire, raw_rows
from web.sandbox.app import create_sandbox
from web.sandbox.behaviour import Behaviour, Conduct
from web.sandbox.numbers import identity_number
from web.sandbox.people import Quirk, SandboxHousehold
from web.sandbox.records import ANSWERERS
from web.sandbox.specials import special_households
from web.sandbox.world import World

WORLD = World(seed=1)


def named(name: str) -> SandboxHousehold:
    return WORLD.household(special_households()[name])


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour()


@pytest.fixture
def client(behaviour: Behaviour) -> FlaskClient:
    return create_sandbox(CATALOGUE, WORLD, behaviour, now=lambda: NOW).test_client()


def answers_of(client: FlaskClient, household: SandboxHousehold) -> list[ItemAnswer]:
    return [answer for read in ask_everything(client, household) for answer in read.answers]


@pytest.mark.clause("J 6.1 note 1")
def test_every_item_of_the_catalogue_has_a_department_that_answers_it() -> None:
    assert ANSWERERS.keys() == CATALOGUE.items.keys()


@pytest.mark.parametrize("number", [*special_households().values(), *range(1000, 1020)])
def test_every_answer_is_typed_by_the_catalogue_without_a_problem(client: FlaskClient, number: int) -> None:
    household = WORLD.household(number)
    if household.quirk is Quirk.FLAKY_SOURCE:
        spend_failures(client, household)

    problems = [problem for read in ask_everything(client, household) for problem in read.problems]

    assert problems == []


def spend_failures(client: FlaskClient, household: SandboxHousehold) -> list[int]:
    request = a_request(household.declared, "JR", batch=f"B{household.number}")
    return [client.post("/JR/query", json=on_the_wire(request)).status_code for _ in range(2)]


def test_one_household_has_a_record_of_every_item_but_a_funeral(client: FlaskClient) -> None:
    answers = answers_of(client, named("everything"))

    assert {answer.item for answer in answers if answer.records} == CATALOGUE.items.keys() - {"MZ03"}


def test_every_row_asked_is_answered_even_when_nothing_is_known(client: FlaskClient) -> None:
    household = named("ordinary")

    statuses = Counter(answer.status for answer in answers_of(client, household))

    assert statuses.keys() == {MatchStatus.FOUND, MatchStatus.NOT_FOUND}
    assert statuses.total() == len(household.declared) * len(CATALOGUE.items)


@pytest.mark.parametrize("number", range(1000, 1040))
def test_what_the_banks_say_adds_up_to_what_is_declared(client: FlaskClient, number: int) -> None:
    household = WORLD.household(number)
    rows = [
        record
        for department in ("JR", "ZF")
        for row in raw_rows(client, a_request(household.declared, department))
        for record in rows_of(row)
    ]

    names = ("account_balance", "stock_market_value", "cash_balance", "open_end_market_value")
    more = ("cash_value", "wealth_market_value")
    held = sum(fen(record.get(name)) for record in rows for name in (*names, *more))

    if household.quirk not in (Quirk.WRONG_IDENTITY, Quirk.SILENT_SOURCE):
        assert held == sum(person.financial_assets for person in household.declared)


def rows_of(row: dict[str, object]) -> list[dict[str, object]]:
    records = row["records"]
    assert isinstance(records, list)
    return records


def fen(amount: object) -> int:
    return int(str(amount).replace(".", "")) if amount is not None else 0


def test_the_wages_of_a_period_are_those_of_its_months(client: FlaskClient) -> None:
    household = named("lost_job")

    (read,) = ask(client, a_request([household.head], "RS", ["RS01"])).answers

    assert [record.values["month"] for record in read.records] == ["2025-11", "2025-12"]


def test_a_name_that_differs_is_an_identity_mismatch_everywhere(client: FlaskClient) -> None:
    person = named("ordinary").head
    request = a_request([person], "GA", ["GA01"])
    wire = on_the_wire(request)
    wire["rows"] = [{**row, "name": "许旁人"} for row in list_of(wire["rows"])]

    response = client.post("/GA/query", json=wire)

    assert response.get_json()["rows"][0]["match_status"] == "identity_mismatch"
    assert response.get_json()["rows"][0]["records"] == []


def list_of(rows: object) -> list[dict[str, object]]:
    assert isinstance(rows, list)
    return rows


def test_a_stranger_is_not_found(client: FlaskClient) -> None:
    stranger = replace(named("ordinary").head, id_no=identity_number(500, 0, True, 1921))

    (answer,) = ask(client, a_request([stranger], "GA", ["GA01"])).answers

    assert answer.status is MatchStatus.NOT_FOUND


def test_an_item_of_another_department_is_refused(client: FlaskClient) -> None:
    found = ask(client, a_request([named("ordinary").head], "GA", ["GA01"]))
    rows = raw_rows(client, a_request([named("ordinary").head], "GA", ["RS01", "XX99"]))

    assert [answer.status for answer in found.answers] == [MatchStatus.FOUND]
    assert [row["match_status"] for row in rows] == ["refused", "refused"]


def test_an_undeclared_child_stands_in_the_register_of_the_head(client: FlaskClient) -> None:
    household = named("undeclared_child")

    (read,) = ask(client, a_request([household.head], "GA", ["GA01"])).answers

    hidden = next(person for person in household.residents if not person.declared)
    assert [record.values["id_no"] for record in read.records] == [household.head.id_no, hidden.id_no]
    assert len({record.values["household_no"] for record in read.records}) == 1


def test_an_undeclared_spouse_stands_in_the_marriage_register(client: FlaskClient) -> None:
    household = named("suspended")

    (read,) = ask(client, a_request([household.head], "MZ", ["MZ02"])).answers

    hidden = household.residents[1]
    assert hidden.id_no in read.records[0].values.values()


def test_the_dead_are_in_both_registers(client: FlaskClient) -> None:
    dead = next(person for person in named("deceased_member").residents if person.died_on)

    (funeral,) = ask(client, a_request([dead], "MZ", ["MZ03"])).answers
    (register,) = ask(client, a_request([dead], "GA", ["GA01"])).answers

    assert funeral.records[0].values["death_date"] == dead.died_on
    assert register.records[0].values["cancelled"] is True


def test_a_flaky_source_fails_twice_for_each_batch_of_its_household(client: FlaskClient) -> None:
    household = named("flaky_source")

    failures = spend_failures(client, household)
    read = ask(client, a_request(household.declared, "JR", batch=f"B{household.number}"))

    assert failures == [503, 503]
    assert read.problems == ()


def test_a_silent_source_never_counts_as_nothing_found(client: FlaskClient) -> None:
    found = ask(client, a_request([named("silent_source").head], "JR"))

    assert {answer.status for answer in found.answers} == {MatchStatus.TIMEOUT}


Change = Callable[[dict[str, object]], dict[str, object]]


@pytest.mark.parametrize(
    "change",
    [
        lambda wire: wire | {"rows": []},
        lambda wire: wire | {"period_start": "2026-11-01"},
        lambda wire: wire | {"period_start": "2010-01-01"},
        lambda wire: wire | {"as_of": "today"},
        lambda wire: wire | {"extra": 1},
        lambda wire: {key: value for key, value in wire.items() if key != "batch_no"},
    ],
)
def test_a_request_that_is_not_as_agreed_is_refused(client: FlaskClient, change: Change) -> None:
    wire = on_the_wire(a_request([named("ordinary").head], "GA"))

    response = client.post("/GA/query", json=change(wire))

    assert response.status_code == 400


def test_failures_by_rate_are_the_same_for_the_same_seed() -> None:
    conduct = {"GA": Conduct(failure_rate=0.5)}
    first, second = Behaviour(conduct, seed=7), Behaviour(conduct, seed=7)

    lots = [first.fails("GA", f"B{n}", 0) for n in range(200)]

    assert lots == [second.fails("GA", f"B{n}", 0) for n in range(200)]
    assert 60 < sum(lots) < 140


def test_the_conduct_is_set_and_shown_by_control(client: FlaskClient, behaviour: Behaviour) -> None:
    response = client.post(
        "/control", json={"department": "GA", "conduct": {"fail_first": 1, "mode": "drop"}}
    )

    assert response.status_code == 200
    assert client.get("/control").get_json()["GA"]["fail_first"] == 1
    assert behaviour.conduct("GA").fail_first == 1


def test_setting_the_conduct_counts_the_batches_anew(behaviour: Behaviour) -> None:
    behaviour.set("GA", Conduct(fail_first=1))
    before = [behaviour.fails("GA", "B1", 0) for _ in range(2)]

    behaviour.set("GA", Conduct(fail_first=1))

    assert before == [True, False]
    assert behaviour.fails("GA", "B1", 0)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"department": "GA", "conduct": {"failure_rate": 2}}, 400),
        ({"department": "GA", "conduct": {"mood": "bad"}}, 400),
        ({"department": "XX", "conduct": {}}, 404),
    ],
)
def test_a_conduct_nobody_knows_is_refused(client: FlaskClient, body: dict[str, object], status: int) -> None:
    assert client.post("/control", json=body).status_code == status


def test_control_is_for_this_machine_only(client: FlaskClient) -> None:
    away = {"REMOTE_ADDR": "192.0.2.7"}

    assert client.get("/control", environ_base=away).status_code == 403
    assert client.post("/control", json={}, environ_base=away).status_code == 403


def test_departments_with_a_token_ask_for_it() -> None:
    guarded = create_sandbox(CATALOGUE, WORLD, token="t-1").test_client()
    wire = on_the_wire(a_request([named("ordinary").head], "GA"))

    statuses = [
        guarded.post("/GA/query", json=wire, headers=headers).status_code
        for headers in ({}, {"Authorization": "Bearer t-2"}, {"Authorization": "Bearer t-1"})
    ]

    assert statuses == [401, 401, 200]
