"""What units send for people to handle: submissions, resubmissions, requests of other units, re-checks."""

import pytest

from engine.domain.recheck import NoFurtherRecheck
from engine.store.cases import Case
from tests.door import Door
from tests.engine.handling.desk import Desk
from tests.web.commission_json import commission_json
from web.errors import code_of

RECHECK = {
    "unit_name": "甲区民政局",
    "contact_person": "钱乙",
    "contact_phone": "0519-80000000",
    "contact_id_no": "320402198506150010",
    "address": "甲区一号",
    "items": [{"report_no": "第32040020261100001aaf1号", "item": "RS01", "reason": "已离职"}],
    "handler": "钱乙",
    "is_signed": True,
    "is_sealed": True,
    "applied_on": "2026-11-20",
}


@pytest.mark.clause("J 6.2.2.2 Fig 2")
def test_a_submission_with_defects_is_received_and_comes_back_with_the_reasons(door: Door) -> None:
    desk = Desk(door.house)

    answer = door.post("/v1/submissions", commission_json(letter=None, reviews=[]))
    door.house.work()
    desk.do("return_application", "A001", reasons=["other"])
    returned = door.get("/v1/commissions/WT-2026-0001").json
    again = door.post("/v1/submissions/WT-2026-0001/resubmission", commission_json(reviews=[]))
    door.house.work()

    assert (answer.status_code, returned["state"]) == (202, "returned")
    assert (again.status_code, again.json["case_no"]) == (202, answer.json["case_no"])
    assert desk.task("first_review").post == "受理岗"


def test_the_same_submission_twice_is_one_case(door: Door) -> None:
    first = door.post("/v1/submissions", commission_json())
    second = door.post("/v1/submissions", commission_json())
    other = door.post("/v1/submissions", commission_json(purpose="申请临时救助"))

    assert first.json == second.json
    assert other.status_code == 409


def test_material_nobody_waits_for_is_refused(door: Door) -> None:
    door.post("/v1/submissions", commission_json())
    door.house.work()

    body, place = commission_json(purpose="申请临时救助"), "/v1/submissions/{}/resubmission"
    unwanted = door.post(place.format("WT-2026-0001"), body)
    elsewhere = door.post(place.format("WT-2026-0002"), body)
    unknown = door.post(place.format("WT-2026-0002"), {**body, "commission_no": "WT-2026-0002"})

    assert [answer.status_code for answer in (unwanted, elsewhere, unknown)] == [409, 400, 404]


@pytest.mark.clause("M 6.1 note")
def test_the_request_of_another_unit_is_answered_without_a_report(door: Door) -> None:
    answer = door.post("/v1/peer-requests", {"answers_for_material": True, "commission": commission_json()})
    door.house.work()

    assert answer.status_code == 202
    assert len(door.house.units.bodies("peer.answered")) == 1
    assert door.house.units.bodies("report.issued") == []


def test_what_is_wrong_in_a_request_of_another_unit_is_named(door: Door) -> None:
    answer = door.post("/v1/peer-requests", {"commission": {**commission_json(), "copies": 99}})

    assert answer.status_code == 400
    assert {error["field"] for error in answer.json["errors"]} == {
        "answers_for_material",
        "commission.copies",
    }


@pytest.mark.clause("M 6.5")
def test_a_report_is_disputed_twice_and_no_third_time(door: Door) -> None:
    desk = Desk(door.house)
    door.post("/v1/commissions", commission_json())
    door.house.work()
    number, natures = desk.confirm(), []

    for _ in range(2):
        answer = door.post("/v1/rechecks", disputing(number))
        natures.append((answer.status_code, answer.json["nature"]))
        door.house.work()
        desk.do("recheck_review", "A001", recheck_accepted=True)
        number = desk.confirm()
    third = door.post("/v1/rechecks", disputing(number))

    assert natures == [(202, "s"), (202, "t")]
    assert (third.status_code, third.json["errors"][0]["code"]) == (409, code_of(NoFurtherRecheck))


def disputing(number: str) -> dict[str, object]:
    return {**RECHECK, "items": [{"report_no": number, "item": "RS01", "reason": "已离职"}]}


def test_a_foreign_report_cannot_be_disputed_and_a_form_must_be_whole(door: Door) -> None:
    door.post("/v1/commissions", commission_json())
    door.house.work()
    Desk(door.house).confirm()

    unknown = door.post("/v1/rechecks", disputing("第32040020261100009aaf1号"))
    unsealed = door.post("/v1/rechecks", {**RECHECK, "is_sealed": False})
    short = door.post("/v1/rechecks", {key: RECHECK[key] for key in RECHECK if key != "handler"})

    assert [answer.status_code for answer in (unknown, unsealed, short)] == [404, 409, 400]
    with door.house.database.reading() as session:
        assert session.get_one(Case, 1).state == "closed"
