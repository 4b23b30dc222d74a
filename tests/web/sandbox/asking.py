"""Asks a simulated department as the platform does and reads the answer as the platform does."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime

from flask.testing import FlaskClient

from adapters.sources.catalogue import load_catalogue
from engine.domain.answers import AnswerRead, read_answer
from engine.ports import SourceRequest, SourceRow
from web.sandbox.people import Resident, SandboxHousehold

CATALOGUE = load_catalogue()
DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


def a_request(
    people: Iterable[Resident], department: str, items: Iterable[str] | None = None, batch: str = "B1"
) -> SourceRequest:
    codes = items or [item.code for item in CATALOGUE.items_of(department)]
    asked = [(person, code) for person in people for code in codes]
    rows = tuple(
        SourceRow(number, person.ref, person.name, "111", person.id_no, code, "SQ-1")
        for number, (person, code) in enumerate(asked, start=1)
    )
    return SourceRequest(batch, "C1", department, date(2025, 11, 1), date(2026, 10, 31), DAY, rows)


def on_the_wire(request: SourceRequest) -> dict[str, object]:
    return {
        "batch_no": request.batch_no,
        "case_no": request.case_no,
        "period_start": request.period_start.isoformat(),
        "period_end": request.period_end.isoformat(),
        "as_of": request.as_of.isoformat(),
        "rows": [
            {
                "row_no": row.row_no,
                "name": row.name,
                "id_type": row.id_type,
                "id_no": row.id_no,
                "item_code": row.item,
                "authorisation_no": row.authorisation,
            }
            for row in request.rows
        ],
    }


def ask(client: FlaskClient, request: SourceRequest) -> AnswerRead:
    """The department must answer."""
    response = client.post(f"/{request.department}/query", json=on_the_wire(request))
    assert response.status_code == 200, response.get_data(as_text=True)
    return read_answer(CATALOGUE, request, response.get_data(), NOW)


def ask_everything(client: FlaskClient, household: SandboxHousehold) -> list[AnswerRead]:
    return [
        ask(client, a_request(household.declared, department, batch=f"B{household.number}"))
        for department in CATALOGUE.departments
    ]


def raw_rows(client: FlaskClient, request: SourceRequest) -> list[dict[str, object]]:
    response = client.post(f"/{request.department}/query", json=on_the_wire(request))
    rows: list[dict[str, object]] = json.loads(response.get_data())["rows"]
    return rows
