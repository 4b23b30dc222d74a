"""A household through automatic handling (DB32/T 3319 图3), from commission to archive."""

import io
import json
import zipfile
import zlib

import pytest
from sqlalchemy import select

from engine.domain.archive import find_damage
from engine.handling.messages import confirm_receipt
from engine.handling.status import status_of
from engine.store.cases import Case
from engine.store.instances import HistoryEvent, ProcessInstance
from engine.store.queries import Query, answers_of
from engine.store.reports import Report
from tests.builders import a_commission, a_household, a_supporter
from tests.engine.house import UNIT_CODE, House


def confirm(house: House, number: str) -> None:
    with house.database.transaction() as session:
        report = session.scalars(select(Report).where(Report.number == number)).one()
        receipt = {"sha256": report.file_digest, "received_by": "U001", "received_at": "2026-11-20T18:00:00Z"}
        confirm_receipt(session, house.platform, UNIT_CODE, number, receipt)


@pytest.mark.clause(
    "M 3.1",
    "M 3.2",
    "M 3.3",
    "M 4.1 a",
    "M 6.2 Fig 2",
    "M 6.2 a",
    "M 6.2 b",
    "M 6.3 Fig 3",
    "M 6.3 a",
    "M 6.3 d",
    "M 6.4 Fig 4",
    "M 6.4 b",
    "M 6.4 c",
    "J 6.2.2.3 Fig 3",
)
def test_a_clean_household_is_verified_without_a_human(any_house: House) -> None:
    house = any_house
    house.receive(a_commission())

    house.work()
    issued = house.units.bodies("report.issued")[0]["data"]
    assert isinstance(issued, dict)
    confirm(house, str(issued["report_no"]))
    house.work()

    with house.database.reading() as session:
        status = status_of(session, UNIT_CODE, "WT-2026-0001")
    assert (status.state, status.waiting_for) == ("closed", ())
    assert status.report_no == "第32040020261100001aaf1号"
    assert find_damage(house.documents.published[f"{status.case_no}.zip"]) == ()


@pytest.mark.clause("M 6.4 c", "J 6.3.1")
def test_the_archive_holds_everything_from_acceptance_to_closing(house: House) -> None:
    house.receive(a_commission())
    house.work()
    confirm(house, "第32040020261100001aaf1号")
    house.work()

    (package,) = house.documents.published.values()
    names = zipfile.ZipFile(io.BytesIO(package)).namelist()

    always = {"commission/1.json", "evaluations/1.json", "history.json", "办结报告.txt", "目录.html"}
    assert always <= set(names)
    assert "report/第32040020261100001aaf1号-receipt.json" in names
    assert "report/第32040020261100001aaf1号.pdf" in names
    assert "diagrams/automatic_handling.bpmn" in names
    assert sum(name.endswith(".received") for name in names) == 20


@pytest.mark.clause("M 6.4 c")
def test_nothing_is_archived_before_the_receipt(house: House) -> None:
    house.receive(a_commission())

    house.work()

    assert house.documents.published == {}


@pytest.mark.clause("M 5.2 d", "M 6.2 b")
def test_answers_are_kept_as_received(house: House) -> None:
    house.receive(a_commission())
    house.work()

    with house.database.reading() as session:
        answers = answers_of(session, house.platform.vault, 1)

    assert len(answers) == len({query.source for query in _queries(house)}) == 20
    assert all(json.loads(answer.body)["source"] == answer.source for answer in answers)


def _queries(house: House) -> list[Query]:
    with house.database.reading() as session:
        return list(session.scalars(select(Query)))


@pytest.mark.clause("M 6.2 a", "J 6.1 Table 1", "J 6.1 最低生活保障")
def test_one_request_per_source_carries_all_members_and_items(house: House) -> None:
    house.receive(a_commission(a_household(members=3, supporters=[a_supporter()])))

    house.work()

    asked = {code: source.asked for code, source in house.sources.items()}
    assert all(len(requests) == 1 for requests in asked.values())
    rows = {(row.person, row.item) for row in asked["RS"][0][0].rows}
    assert rows == {(f"p{n}", item) for n in (1, 2, 3) for item in ("RS01", "RS02", "RS03", "RS04")}
    assert ("s1", "GA01") in {(row.person, row.item) for row in asked["GA"][0][0].rows}


def test_the_state_of_an_instance_holds_no_personal_data(house: House) -> None:
    commission = a_commission(a_household(members=3))
    house.receive(commission)
    house.work()

    with house.database.reading() as session:
        bodies = [zlib.decompress(i.body).decode() for i in session.scalars(select(ProcessInstance))]

    assert bodies
    for person in commission.household.persons:
        assert all(person.name not in body and person.id_no not in body for body in bodies)


def test_the_history_tells_each_step_once_and_in_order(house: House) -> None:
    house.receive(a_commission())
    house.work()

    with house.database.reading() as session:
        steps = session.scalars(select(HistoryEvent).order_by(HistoryEvent.seq)).all()

    assert [step.seq for step in steps] == list(range(1, len(steps) + 1))
    elements = [step.element_id for step in steps]
    order = ("check_materials", "register_acceptance", "plan_queries", "evaluate_household", "number_report")
    places = [elements.index(element) for element in order]
    assert places == sorted(places)
    assert elements.count("query_source") >= 20


@pytest.mark.clause("M 6.1 d")
def test_acceptance_gives_a_case_number_and_a_time(house: House) -> None:
    reception = house.receive(a_commission())

    house.work()

    with house.database.reading() as session:
        case = session.get_one(Case, reception.case.id)
    assert case.case_no == f"32040020261120{case.id:07d}"
    assert case.accepted_at is not None


def test_the_report_is_rendered_once_however_often_the_worker_looks(house: House) -> None:
    house.receive(a_commission())

    house.work()
    house.work()

    assert len(house.renderer.rendered) == 1
    assert len(house.units.delivered) == 1
