"""POST and GET /v1/commissions: what a unit gets back, right and wrong."""

import json

import pytest
from sqlalchemy import func, select

from engine.store.cases import Case
from tests.door import Door
from tests.web.commission_json import changed, commission_json

PATH = "/v1/commissions"


def cases(door: Door) -> int:
    with door.house.database.reading() as session:
        return session.scalars(select(func.count()).select_from(Case)).one()


@pytest.mark.clause("J 6.2.2.3 Fig 3", "M 6.1 a", "M 3.5")
def test_a_commission_is_accepted_with_its_case_number_and_place(door: Door) -> None:
    answer = door.post(PATH, commission_json())

    assert answer.status_code == 202
    assert answer.headers["Location"] == "/v1/commissions/WT-2026-0001"
    assert answer.json == {
        "commission_no": "WT-2026-0001",
        "case_no": "320400202611200000001",
        "received_at": "2026-11-20T09:30:00+00:00",
    }
    assert door.house.bell.rung == 1


def test_the_same_content_returns_the_first_answer_however_it_is_spelled(door: Door) -> None:
    first = door.post(PATH, commission_json())
    door.house.clock.pass_time(minutes=1)

    again = door.post(PATH, dict(reversed(commission_json().items())))

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert cases(door) == 1


def test_other_content_under_the_same_number_is_a_conflict(door: Door) -> None:
    door.post(PATH, commission_json())

    answer = door.post(PATH, commission_json(purpose="申请临时救助"))

    assert answer.status_code == 409
    assert answer.json["errors"] == [
        {
            "code": "commission_differs",
            "message": "同一委托编号已提交过内容不同的核对申请",
            "field": None,
            "clause": None,
        }
    ]


@pytest.mark.clause("M 6.1 c")
def test_defects_of_annex_a_come_back_with_field_clause_and_reason(door: Door) -> None:
    answer = door.post(PATH, commission_json(authorisations=[]))

    assert answer.status_code == 422
    assert answer.json["errors"] == [
        {
            "code": "authorisation_missing",
            "field": "authorisations",
            "clause": "A.1",
            "message": "缺少核对授权书",
        }
    ]
    assert cases(door) == 0


WRONG = [
    ("service", 7, "service"),
    ("commission_no", "WT/1", "commission_no"),
    ("commission_no", "W" * 65, "commission_no"),
    ("copies", "1", "copies"),
    ("household.persons", [], "household.persons"),
    ("household.persons.0.role", "guest", "household.persons.0.role"),
    ("household.persons.0.colour", "red", "household.persons.0.colour"),
    ("household.persons.0.name", "赵" * 65, "household.persons.0.name"),
    ("household.persons.0.ref", "p 1", "household.persons.0.ref"),
    ("household.persons.0.ref", "320402198506150010", "household.persons.0.ref"),
    ("commission_no", "..", "commission_no"),
    ("letter.period.start", "2025-13-01", "letter.period.start"),
    ("letter.disclaimer_accepted", "yes", "letter.disclaimer_accepted"),
    ("letter.seal.digest", "zz", "letter.seal.digest"),
    ("declaration.financial_assets", 12.5, "declaration.financial_assets"),
    ("declaration.financial_assets", "1e9", "declaration.financial_assets"),
    ("declaration.dwellings", -1, "declaration.dwellings"),
    ("reviews.0.reviewed_at", "2026-11-19T10:00:00", "reviews.0.reviewed_at"),
    ("materials", [{"name": "x", "copies": 1}] * 51, "materials"),
]


@pytest.mark.parametrize(("path", "value", "field"), WRONG, ids=[f"{p}={str(v)[:12]}" for p, v, _ in WRONG])
def test_a_wrong_field_is_named_and_nothing_is_left_behind(
    door: Door, path: str, value: object, field: str
) -> None:
    answer = door.post(PATH, changed(path, value))

    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json["errors"]] == [field]
    assert all(problem["code"] == "invalid" for problem in answer.json["errors"])
    assert cases(door) == 0


@pytest.mark.parametrize("key", ["赵甲", "320402198506150010"])
def test_a_made_up_key_is_not_said_back(door: Door, key: str) -> None:
    answer = door.post(PATH, commission_json() | {key: 1})

    assert answer.status_code == 400
    assert [problem["field"] for problem in answer.json["errors"]] == ["?"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b'{"commission_no": "1", "commission_no": "2"}',
        b'{"copies": NaN}',
        b"[" * 100_000,
        b'{"a":' * 30 + b"1" + b"}" * 30,
        b'{"copies": ' + b"9" * 5000 + b"}",
    ],
    ids=["empty", "cut", "list", "text", "bytes", "repeated", "nan", "deep", "nested", "huge_number"],
)
def test_what_is_no_proper_json_object_is_refused(door: Door, body: bytes) -> None:
    answer = door.client.post(PATH, data=body, content_type="application/json", headers=door.headers())

    assert answer.status_code == 400
    assert answer.json["errors"][0]["code"] == "malformed_request"


def test_an_oversized_body_is_refused_before_it_is_read(door: Door) -> None:
    body = json.dumps({"purpose": "x" * 1_100_000})

    answer = door.client.post(PATH, data=body, content_type="application/json", headers=door.headers())

    assert answer.status_code == 413
    assert answer.json["errors"][0]["code"] == "http_413"


def test_the_state_of_a_commission_can_be_asked(door: Door) -> None:
    door.post(PATH, commission_json())
    door.house.work()

    answer = door.get(f"{PATH}/WT-2026-0001")

    assert answer.status_code == 200
    assert answer.json["state"] == "issued"
    assert answer.json["report"]["number"] == "第32040020261100001aaf1号"
    assert answer.json["waiting_for"] == []


def test_another_units_commission_does_not_exist_for_a_unit(door: Door) -> None:
    answer = door.get(f"{PATH}/WT-of-somebody-else")

    assert answer.status_code == 404
    assert answer.json["errors"][0]["code"] == "not_found"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("get", "/v1/none", 404),
        ("put", PATH, 405),
        ("get", f"{PATH}/a%00b", 404),
        ("get", f"{PATH}/..%2f", 404),
    ],
)
def test_wrong_addresses_and_methods_get_the_same_body(
    door: Door, method: str, path: str, status: int
) -> None:
    answer = getattr(door.client, method)(path, headers=door.headers())

    assert answer.status_code == status
    assert set(answer.json["errors"][0]) == {"code", "message", "field", "clause"}


def test_an_instruction_nobody_asked_for_is_a_conflict(door: Door) -> None:
    door.post(PATH, commission_json())

    answer = door.post(f"{PATH}/WT-2026-0001/instruction", {"instruction": "continue", "answers": "1:x"})

    assert answer.status_code == 409
    assert answer.json["errors"][0]["code"] == "not_waiting"


def test_an_instruction_must_be_one_of_the_choices(door: Door) -> None:
    answer = door.post(f"{PATH}/WT-2026-0001/instruction", {"instruction": "later", "answers": "1:x"})

    assert answer.status_code == 400
