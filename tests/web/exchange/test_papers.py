"""GET /v1/commissions/<no>/papers: a unit lists and prints the papers of its own commissions."""

import pytest
from sqlalchemy import select

from engine.store.audit import AuditEvent
from tests.door import Door
from tests.engine.paper_definitions.reading import text_of
from tests.web.commission_json import commission_json

PATH = "/v1/commissions/WT-2026-0001/papers"


@pytest.fixture
def sent(door: Door) -> Door:
    door.post("/v1/commissions", commission_json())
    door.house.work()
    return door


@pytest.mark.clause("M 6.1 d")
def test_a_unit_lists_the_papers_of_its_commission_and_prints_one(sent: Door) -> None:
    listed = sent.get(PATH).json

    (paper,) = listed["papers"]
    answer = sent.get(paper["path"])
    assert (paper["key"], paper["title"]) == ("acceptance_notice", "受理通知书")
    assert paper["number"] == "核受字〔2026〕320400202611200000001号"
    assert paper["at"].startswith("2026-11-20T")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert "WT-2026-0001" in text_of(answer.text)


def test_a_printing_of_the_unit_is_on_record_under_its_code(sent: Door) -> None:
    sent.get(f"{PATH}/acceptance_notice")

    with sent.house.database.reading() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "paper_printed")).one()
    assert (event.actor, event.case_id) == ("unit:320402001", 1)


@pytest.mark.parametrize("key", ["return_notice", "commission_letter", "report", "nothing"])
def test_a_paper_that_is_not_there_is_not_found(sent: Door, key: str) -> None:
    assert sent.get(f"{PATH}/{key}").status_code == 404


def test_papers_of_a_commission_nobody_knows_are_not_found(sent: Door) -> None:
    assert sent.get("/v1/commissions/WT-2026-0009/papers").status_code == 404
    assert sent.get("/v1/commissions/WT-2026-0009/papers/acceptance_notice").status_code == 404


def test_without_a_token_nothing_is_shown(sent: Door) -> None:
    assert sent.client.get(PATH).status_code == 401
