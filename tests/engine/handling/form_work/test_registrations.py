"""Papers at the desk: registered through their forms they begin what the diagrams begin, with all of it."""

from typing import Any

import pytest
from sqlalchemy import select

from engine.domain.authority import NotYourPost
from engine.domain.commission import Commission
from engine.domain.errors import NotFound
from engine.domain.posts import FRONT_DESK
from engine.handling.form_work.acknowledgement import acknowledgement_of
from engine.handling.form_work.checking import FormNotInOrder, Ready
from engine.handling.form_work.drafting import Filled, keep_draft, new_subject
from engine.handling.form_work.registrations import examine, open_registration, register
from engine.store.cases import Case, commission_of
from engine.store.documents import Document
from engine.store.drafts import draft_of
from engine.store.human_tasks import HumanTask, result_of
from engine.store.units import CommissioningUnit
from tests.builders import UNIT, a_commission, a_household, a_supporter
from tests.engine.handling.desk import CERTIFIER, COURIER, FIRST, FRONT, Desk
from tests.engine.handling.form_work.filling import form_of, put_scans, ready, registration
from tests.engine.house import UNIT_CODE, House
from tests.staff import the_person

COMMISSION = a_commission(a_household(members=3), reviews=())


@pytest.fixture
def scans(house: House) -> dict[str, str]:
    return put_scans(house)


def register_as(house: House, kind: str, worker: str, prepared: Ready) -> Case:
    with house.database.transaction() as session:
        case = register(session, house.platform, kind, worker, prepared)
    house.work()
    return case


def brought(house: House, scans: dict[str, str], **changes: Any) -> Case:
    values = registration(COMMISSION, scans) | changes
    return register_as(house, "submission", FRONT, ready(house, "submission", FRONT, values, scans))


def commission_in(house: House, case: Case) -> Commission:
    with house.database.reading() as session:
        return commission_of(session, house.platform.vault, case.id)


def papers(house: House, case: Case) -> list[tuple[str, str]]:
    with house.database.reading() as session:
        rows = session.scalars(select(Document).where(Document.case_id == case.id).order_by(Document.id))
        return [(row.kind, row.name) for row in rows]


@pytest.mark.clause("J 6.2.2.1 Fig 1", "M 6.1 Fig 1", "J 4.3-1")
def test_a_form_filled_in_at_the_front_desk_goes_through_both_reviews_to_the_report(any_house: House) -> None:
    desk = Desk(any_house)

    case = brought(any_house, put_scans(any_house))
    desk.review()
    desk.confirm()

    assert desk.state == "closed"
    assert desk.ends() == [("finished", "verification_closed")]
    assert commission_in(any_house, case).household.persons == COMMISSION.household.persons
    assert desk.path().count("check_materials") == 1


def test_the_papers_are_on_file_under_the_names_of_their_fields(house: House, scans: dict[str, str]) -> None:
    case = brought(house, scans)

    assert papers(house, case) == [
        ("commission_letter", "核对委托书扫描件.pdf"),
        ("identity_copy", "家庭成员 1 有效身份证件复印件.pdf"),
        ("authorisation", "核对授权书扫描件.pdf"),
        ("declaration", "申报材料扫描件.pdf"),
    ]


def test_the_draft_is_gone_when_the_paper_is_registered(house: House, scans: dict[str, str]) -> None:
    subject, form = new_subject("register_submission"), form_of(house, "submission", FRONT)
    with house.database.transaction() as session:
        keep_draft(session, house.platform, FRONT, subject, form, Filled({"agent": "沈经办"}))

    brought(house, scans)

    with house.database.reading() as session:
        assert draft_of(session, house.platform.vault, FRONT, subject) is None


@pytest.mark.clause("M 6.1 c")
def test_what_is_missing_is_said_before_and_sent_back_after(house: House, scans: dict[str, str]) -> None:
    values = registration(COMMISSION, scans) | {"has_declaration": False}
    prepared = ready(house, "submission", FRONT, values, scans)
    with house.database.reading() as session:
        defects = examine(session, house.platform, "submission", FRONT, prepared)

    register_as(house, "submission", FRONT, prepared)

    assert [defect.code for defect in defects] == ["declaration_missing"]
    assert Desk(house).task("return_application").post == "受理岗"


def test_a_complete_form_has_no_defect_the_diagram_would_find(house: House, scans: dict[str, str]) -> None:
    household = a_household(members=2, supporters=(a_supporter(name="冯义"),))
    values = registration(a_commission(household, reviews=()), scans)
    prepared = ready(house, "submission", FRONT, values, scans)

    with house.database.reading() as session:
        assert examine(session, house.platform, "submission", FRONT, prepared) == ()


def test_another_paper_under_the_same_number_is_told_at_the_number(
    house: House, scans: dict[str, str]
) -> None:
    case = brought(house, scans)
    again = brought(house, scans)

    with pytest.raises(FormNotInOrder) as raised:
        brought(house, scans, purpose="另一个事由")

    assert again.id == case.id
    assert [problem.field for problem in raised.value.problems] == ["commission_no"]


@pytest.mark.parametrize("kind", ["submission", "peer"])
def test_a_unit_that_is_closed_is_not_offered_and_not_taken(
    house: House, scans: dict[str, str], kind: str
) -> None:
    values = registration(COMMISSION, scans)
    prepared = ready(house, "submission", FRONT, values, scans)
    with house.database.transaction() as session:
        session.get_one(CommissioningUnit, UNIT_CODE).active = False

    with pytest.raises(FormNotInOrder) as offered:
        ready(house, "submission", FRONT, values, scans)
    with pytest.raises(FormNotInOrder) as taken:
        register_as(house, kind, FRONT, prepared)

    assert "unit_code" in [problem.field for problem in offered.value.problems]
    assert [problem.field for problem in taken.value.problems] == ["unit_code"]


def test_a_file_somebody_else_has_uploaded_does_not_count(house: House, scans: dict[str, str]) -> None:
    values = registration(COMMISSION, scans)

    with pytest.raises(FormNotInOrder) as raised:
        ready(house, "submission", FRONT, values, {"letter": scans["letter"]})

    fields = {problem.field for problem in raised.value.problems}
    assert fields == {
        *("authorisation_scan", "declaration_scan"),
        *(f"members.{n}.identity_copy" for n in range(3)),
    }


@pytest.mark.parametrize(
    ("kind", "worker"), [("submission", FIRST), ("recheck", CERTIFIER), ("peer", CERTIFIER)]
)
def test_each_registration_belongs_to_its_post(house: House, kind: str, worker: str) -> None:
    with pytest.raises(NotYourPost), house.database.reading() as session:
        open_registration(session, house.platform, kind, the_person(house, worker))


@pytest.mark.clause("J 6.2.2.1 Fig 1")
def test_the_receipt_names_the_courier_and_what_was_brought(house: House, scans: dict[str, str]) -> None:
    case = brought(house, scans, received_on="2026-11-18")

    with house.database.reading() as session:
        receipt = acknowledgement_of(session, house.platform, case.id)

    assert (receipt.courier, receipt.registered_by, receipt.unit_name) == (COURIER.name, FRONT, UNIT)
    assert (receipt.case_no, receipt.commission_no) == (case.case_no, COMMISSION.number)
    assert receipt.materials == COMMISSION.materials
    assert len(receipt.scans) == 4
    assert receipt.received_at.date().isoformat() == "2026-11-18"
    assert COMMISSION.household.persons[0].name not in str(vars(receipt))


def test_there_is_no_receipt_for_what_came_over_the_line(house: House) -> None:
    desk = Desk(house)
    desk.send()

    with pytest.raises(NotFound), house.database.reading() as session:
        acknowledgement_of(session, house.platform, desk.case().id)


PEER = ("unit_code", "commission_no", "received_on", "service", "purpose", "content", "period_start")
PEER += ("period_end", "property_as_of", "letter_valid_start", "letter_valid_end", "agent", "letter_sealed")
PEER += ("area", "authorisation_no", "scope_authorised", "authorisation_valid_start")
PEER += ("authorisation_valid_end", "authorisation_confirmed_by")


def peer_form(scans: dict[str, str], declared: bool) -> dict[str, object]:
    values = registration(COMMISSION, scans)
    members = values["members"]
    assert isinstance(members, list)
    people = [{key: row[key] for key in ("name", "relation", "id_type", "id_no")} for row in members]
    taken = {key: values[key] for key in PEER}
    return taken | {"members": people, "request_scan": [scans["letter"]], "statement_given": declared}


@pytest.mark.clause("M 6.1 note", "M 6.2 note")
def test_a_request_of_a_peer_that_answers_for_its_material_is_answered(
    house: House, scans: dict[str, str]
) -> None:
    case = register_as(house, "peer", FIRST, ready(house, "peer", FIRST, peer_form(scans, True), scans))

    assert Desk(house).ends() == [("finished", "peer_request_answered")]
    assert papers(house, case) == [("peer_request", "来函扫描件.pdf")]
    (told,) = house.units.bodies("peer.answered")
    asked = {answer["person"] for answer in told["data"]["answers"]}  # type: ignore[index]
    assert asked == {"p1", "p2", "p3"}


@pytest.mark.clause("M 6.1 note")
def test_without_its_declaration_the_acceptance_post_asks_the_peer(
    house: House, scans: dict[str, str]
) -> None:
    register_as(house, "peer", FIRST, ready(house, "peer", FIRST, peer_form(scans, False), scans))

    assert Desk(house).task("peer_review").post == "受理岗"


FOREIGN = "第32040020261100009aaf1号"


def recheck_form(number: str, scans: dict[str, str], item: str = "RS01", **changes: Any) -> dict[str, object]:
    return {
        "unit_name": UNIT,
        "contact_person": "沈经办",
        "contact_phone": "13900000000",
        "contact_id_no": COMMISSION.household.persons[0].id_no,
        "email": "a@example.cn",
        "postcode": "213000",
        "address": "甲市甲路 1 号",
        "disputed_items": [{"report_no": number, "item": item, "reason": "已经离职"}],
        "handler": "沈经办",
        "handler_signed": True,
        "unit_sealed": True,
        "applied_on": "2026-11-20",
        "application_scan": [scans["letter"]],
        **changes,
    }


@pytest.fixture
def closed(house: House, scans: dict[str, str]) -> str:
    """The number of the report of a case that is over; its service asks not for everything."""
    brought(house, scans, service="ae")
    desk = Desk(house)
    desk.review()
    return desk.confirm()


@pytest.mark.clause("M 6.5", "M F.1")
def test_an_application_for_a_recheck_waits_for_its_review_with_all_that_table_f1_says(
    house: House, scans: dict[str, str], closed: str
) -> None:
    item = min(asked(house))
    form = recheck_form(closed, scans, item=item)

    case = register_as(house, "recheck", FIRST, ready(house, "recheck", FIRST, form, scans))

    with house.database.reading() as session:
        wanted = select(HumanTask).where(HumanTask.element_id == "recheck_application")
        kept = result_of(house.platform.vault, session.scalars(wanted).one())
    assert Desk(house).task("recheck_review").post == "受理岗"
    assert ("recheck_application", "复核申请表扫描件.pdf") in papers(house, case)
    assert kept is not None
    (row,) = kept["rows"]  # type: ignore[misc]
    assert row == {"report_no": closed, "item": item, "reason": "已经离职"}
    same = ("unit_name", "contact_person", "contact_phone", "contact_id_no", "email", "postcode", "address")
    assert {key: kept[key] for key in same} == {key: form[key] for key in same}
    assert (kept["handler"], kept["is_signed"], kept["is_sealed"]) == ("沈经办", True, True)
    assert kept["applied_on"] == "2026-11-20"


@pytest.mark.clause("M 6.5")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"unit_name": "丙区民政局"}, "unit_name"),
        ({"rows": [{"report_no": FOREIGN}]}, "disputed_items.0.report_no"),
        ({"rows": [{}, {"report_no": FOREIGN}]}, "disputed_items"),
        ({"rows": []}, "disputed_items"),  # an item nobody was asked about
    ],
)
def test_an_application_that_cannot_be_taken_is_told_at_its_field(
    house: House, scans: dict[str, str], closed: str, changes: dict[str, Any], field: str
) -> None:
    changes = dict(changes)
    unasked = min(set(house.platform.catalogue.items) - asked(house))
    rows = [
        {"report_no": closed, "item": min(asked(house)), "reason": "错"} | more
        for more in changes.pop("rows", [{}]) or [{"item": unasked}]
    ]
    form = recheck_form(closed, scans, disputed_items=rows, **changes)

    with pytest.raises(FormNotInOrder) as raised:
        register_as(house, "recheck", FIRST, ready(house, "recheck", FIRST, form, scans))

    assert [problem.field for problem in raised.value.problems] == [field]


def asked(house: House) -> set[str]:
    return {
        row.item for source in house.sources.values() for request, _ in source.asked for row in request.rows
    }


def test_the_front_desk_may_open_what_it_registers(house: House) -> None:
    with house.database.reading() as session:
        sheet = open_registration(session, house.platform, "submission", the_person(house, FRONT))

    assert (sheet.draft, sheet.form.key) == (None, "register_submission")
    assert FRONT_DESK in {power.post for power in the_person(house, FRONT).powers}
