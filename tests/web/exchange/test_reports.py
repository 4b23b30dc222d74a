"""POST /v1/reports/<no>/receipt."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.door import Door
from tests.web.commission_json import commission_json

NUMBER = "第32040020261100001aaf1号"


def receipt_path(number: str = NUMBER) -> str:
    return f"/v1/reports/{quote(number)}/receipt"


def issued(door: Door) -> dict[str, Any]:
    door.post("/v1/commissions", commission_json())
    door.house.work()
    (message,) = door.house.units.bodies("report.issued")
    data = message["data"]
    assert isinstance(data, dict)
    return data


def receipt(digest: str) -> dict[str, str]:
    return {"sha256": digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00+08:00"}


@pytest.mark.clause("M 6.4 b", "M 6.4 c")
def test_the_receipt_is_taken_and_a_repeat_gets_the_same_answer(door: Door) -> None:
    file = issued(door)["file"]

    first = door.post(receipt_path(), receipt(file["sha256"]))
    door.house.clock.pass_time(minutes=1)
    again = door.post(receipt_path(), receipt(file["sha256"]))
    door.house.work()

    assert first.status_code == 200
    assert again.json == first.json
    assert door.get("/v1/commissions/WT-2026-0001").json["state"] == "closed"


def test_a_receipt_for_another_file_is_a_conflict(door: Door) -> None:
    issued(door)

    answer = door.post(receipt_path(), receipt("f" * 64))

    assert answer.status_code == 409
    assert answer.json["errors"][0]["code"] == "receipt_differs"


@pytest.mark.parametrize("number", ["第32040020261100007aaf1号", "第号", "a\0b", "1"])
def test_an_unknown_number_is_not_found(door: Door, number: str) -> None:
    answer = door.post(receipt_path(number), receipt("f" * 64))

    assert answer.status_code == 404


def test_a_receipt_names_what_is_wrong_with_it(door: Door) -> None:
    answer = door.post(receipt_path(), {"sha256": "no", "received_by": ""})

    assert {problem["field"] for problem in answer.json["errors"]} == {
        "sha256",
        "received_by",
        "received_at",
    }
