"""Somebody without an account who holds a report, and the reports they may hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.domain.report_check import check_address, number_core
from engine.store.reports import Report, mark_voided, report_by_number
from tests.builders import a_commission
from tests.door import Door
from tests.engine.house import House

PAGE = "/public/report"
NUMBER = "第32040020261100001aaf1号"
FOUND, NOT_FOUND = "报告有效", "没有查到与所填编号和验真码相符的核对报告"


@dataclass
class Visitor:
    client: FlaskClient
    address: str = "192.0.2.10"
    headers: dict[str, str] = field(default_factory=dict)

    def open(self, path: str) -> TestResponse:
        return self._send("GET", path, None)

    def ask(self, number: str, code: str) -> TestResponse:
        return self._send("POST", PAGE, {"number": number, "code": code})

    def scan(self, number: str, code: str) -> TestResponse:
        return self.open(f"{PAGE}?{urlencode({'number': number_core(number), 'code': code})}")

    def hand_in(self, content: bytes, **fields: str) -> TestResponse:
        kind = "multipart/form-data; boundary=b"
        return self._send("POST", PAGE, multipart(content, fields), kind)

    def send(self, path: str, **fields: str) -> TestResponse:
        return self._send("POST", path, fields)

    def _send(self, method: str, path: str, data: Any, kind: str | None = None) -> TestResponse:
        return self.client.open(
            path,
            method=method,
            data=data,
            content_type=kind,
            base_url="https://hedui.example",
            headers=self.headers,
            environ_base={"REMOTE_ADDR": self.address},
        )


def multipart(content: bytes, fields: Mapping[str, str], name: str = "核对报告.pdf") -> bytes:
    """As browsers send it. The client for tests would write large files to the disk itself."""
    parts = [f'name="{key}"\r\n\r\n{value}'.encode() for key, value in fields.items()]
    parts.append(f'name="file"; filename="{name}"\r\n\r\n'.encode() + content)
    return b"".join(b"--b\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--b--"


def a_visitor(door: Door, address: str = "192.0.2.10", **headers: str) -> Visitor:
    return Visitor(door.app.test_client(), address, headers)


def issue(house: House, number: str = "WT-2026-0001") -> str:
    """A report that was sent to its unit."""
    house.receive(a_commission(number=number))
    house.work()
    with house.database.reading() as session:
        return session.scalars(select(Report.number).order_by(Report.id.desc())).first() or ""


def code_of(house: House, number: str = NUMBER) -> str:
    with house.database.reading() as session:
        report = report_by_number(session, number)
    assert report is not None
    assert report.check_code is not None
    return report.check_code


def printed_address(house: House, number: str = NUMBER) -> str:
    """What the QR code says."""
    page = house.platform.organisation.check_page
    return check_address(page, number, code_of(house, number)).removeprefix("https://hedui.invalid")


def file_of(house: House, number: str = NUMBER) -> bytes:
    with house.database.reading() as session:
        report = report_by_number(session, number)
    assert report is not None
    return house.documents.get(report.file_digest or "")


def void(house: House, number: str = NUMBER) -> None:
    with house.database.transaction() as session:
        report = report_by_number(session, number)
        assert report is not None
        now, vault = house.clock.now(), house.platform.vault
        mark_voided(session, vault, report, {"words": "打印错误"}, "S001", now)
