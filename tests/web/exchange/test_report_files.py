"""GET /v1/reports/<no> and its file: what the unit holds, as long as it may be fetched."""

import base64
from hashlib import sha256
from urllib.parse import quote

import pytest

from engine.configuration.units import UnitRegistration, register_unit
from engine.store.releases import ReportRelease
from tests.door import Door
from tests.engine.handling.report_care.office import F1, F2, Office
from tests.engine.house import UNIT_CODE

FOREIGN = {"key_id": "key-2", "iss": "320411001"}


@pytest.fixture
def office(door: Door) -> Office:
    foreign = UnitRegistration(
        "320411001", "乙区民政局", "http://unit.invalid/2", "key-2", "t" * 32, "whsec_" + "c" * 32
    )
    with door.house.database.transaction() as session:
        register_unit(session, door.house.platform.vault, foreign, "test", door.house.clock.now())
    return Office(door.house)


def path(number: str = F1) -> str:
    return f"/v1/reports/{quote(number)}"


def downloads(office: Office) -> list[ReportRelease]:
    return [release for release in office.releases() if release.kind == "downloaded"]


def code(answer) -> str:  # type: ignore[no-untyped-def]
    return str(answer.json["errors"][0]["code"])


@pytest.mark.clause("M 6.4 b", "M 5.2 e")
def test_the_unit_fetches_its_report_and_the_download_is_in_the_register(door: Door, office: Office) -> None:
    answer = door.get(f"{path()}/file")

    digest = sha256(answer.data)
    assert (answer.status_code, answer.content_type) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["ETag"] == f'"{digest.hexdigest()}"'
    assert answer.headers["Repr-Digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    assert quote(f"{F1}.pdf") in answer.headers["Content-Disposition"]
    (release,) = downloads(office)
    assert release.who == f"unit:{UNIT_CODE}"


def test_who_has_it_already_is_handed_out_nothing(door: Door, office: Office) -> None:
    etag = door.get(f"{path()}/file").headers["ETag"]

    again = door.client.get(f"{path()}/file", headers={**door.headers(), "If-None-Match": etag})
    asked = door.client.head(f"{path()}/file", headers=door.headers())

    assert (again.status_code, again.data) == (304, b"")
    assert (asked.status_code, asked.headers["ETag"]) == (200, etag)
    assert len(downloads(office)) == 1


def test_after_its_time_a_report_is_gone(door: Door, office: Office) -> None:
    door.house.clock.pass_time(days=31)

    answer = door.get(f"{path()}/file")

    assert (answer.status_code, code(answer)) == (410, "download_expired")
    assert downloads(office) == []


def test_a_voided_report_is_gone_and_its_successor_is_there(door: Door, office: Office) -> None:
    office.void()

    gone, there = door.get(f"{path()}/file"), door.get(f"{path(F2)}/file")

    assert (gone.status_code, code(gone)) == (410, "download_voided")
    assert there.status_code == 200
    assert len(downloads(office)) == 1


@pytest.mark.parametrize("ending", ["", "/file"])
def test_a_foreign_report_is_like_one_that_does_not_exist(door: Door, office: Office, ending: str) -> None:
    foreign, unknown = door.get(path() + ending, **FOREIGN), door.get(path(F2) + ending)

    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json == unknown.json
    assert downloads(office) == []


def test_the_unit_is_told_how_its_report_stands(door: Door, office: Office) -> None:
    told = door.get(path()).json

    report = office.report()
    assert told == {
        "report_no": F1,
        "state": "received",
        "issued_at": report.issued_at.isoformat(),
        "pages": 7,
        "sha256": report.file_digest,
        "sm3": report.sm3,
        "detached_signature": None,
        "expires_at": (report.issued_at + door.house.platform.download_life).isoformat(),
        "voided_at": None,
        "replaced_by": None,
        "copies": [{"copy": 1, "report_no": F1, "state": "received"}],
    }


def test_a_voided_report_says_what_replaced_it(door: Door, office: Office) -> None:
    office.void()

    told = door.get(path()).json

    assert (told["state"], told["replaced_by"]) == ("voided", F2)
    assert told["voided_at"] is not None
    assert [copy["report_no"] for copy in told["copies"]] == [F2]


def test_the_commission_names_no_voided_report(door: Door, office: Office) -> None:
    office.void(reissue=False)

    assert door.get("/v1/commissions/WT-2026-0001").json["report"] is None


def test_the_receipt_of_a_voided_report_is_a_conflict(door: Door, office: Office) -> None:
    digest = office.report().file_digest
    office.void(reissue=False)

    body = {"sha256": digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00+08:00"}
    answer = door.post(f"{path()}/receipt", body)

    assert (answer.status_code, code(answer)) == (409, "report_voided")
