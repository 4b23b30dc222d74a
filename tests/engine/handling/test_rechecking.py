"""Re-checks of a report (复核, 6.5): s, then t, then no more; the old one holds until the new one is out."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from engine.domain.errors import NotFound
from engine.domain.recheck import DisputedItem, ItemNotVerified, NoFurtherRecheck, RecheckApplication
from engine.handling.rechecking import (
    Recheck,
    RecheckUnderWay,
    ReportReplaced,
    apply_for_recheck,
    valid_report,
)
from engine.ports import TemporaryFailure
from engine.store.human_tasks import HumanTask, result_of
from tests.builders import a_commission, an_id_no
from tests.engine.handling.desk import FIRST, Desk
from tests.engine.house import UNIT_CODE, House

F, S, T = "第32040020261100001aaf1号", "第32040020261100002aas1号", "第32040020261100003aat1号"
CLERK = "A003"
APPLICATION = RecheckApplication(
    unit_name="甲区民政局",
    contact_person="沈经办",
    contact_phone="13900000000",
    contact_id_no=an_id_no(31),
    email="",
    postcode="213000",
    address="甲市甲区甲路1号",
    rows=(DisputedItem(F, "RS01", "本人已离职"), DisputedItem(F, "JR01", "账户已注销")),
    handler="沈经办",
    is_signed=True,
    is_sealed=True,
    applied_on=date(2026, 11, 20),
)


def about(number: str) -> RecheckApplication:
    return replace(APPLICATION, rows=tuple(replace(row, report_no=number) for row in APPLICATION.rows))


def apply_to(desk: Desk, number: str = F, unit: str = UNIT_CODE) -> Recheck:
    with desk.house.database.transaction() as session:
        recheck = apply_for_recheck(session, desk.house.platform, unit, about(number), CLERK)
    desk.house.work()
    return recheck


def recheck(desk: Desk, number: str) -> str:
    """A whole re-check; the number of the report it ends with."""
    apply_to(desk, number)
    desk.do("recheck_review", FIRST, recheck_accepted=True)
    return desk.confirm()


def valid(desk: Desk) -> str | None:
    with desk.house.database.reading() as session:
        report = valid_report(session, desk.case().id)
    return report.number if report else None


def closed(house: House) -> Desk:
    """A case whose first report was issued, received and filed."""
    desk = Desk(house)
    house.receive(a_commission())
    house.work()
    desk.confirm()
    return desk


@pytest.fixture
def desk(house: House) -> Desk:
    return closed(house)


@pytest.mark.clause("M 6.5", "M 6.5 (2)", "M B.1 f")
def test_a_report_is_checked_again_then_once_more_and_then_no_more(any_house: House) -> None:
    desk = closed(any_house)

    second = recheck(desk, F)
    third = recheck(desk, S)
    with pytest.raises(NoFurtherRecheck, match="第二次复核"):
        apply_to(desk, T)

    assert (second, third) == (S, T)
    assert [end for _, end in desk.ends()] == ["verification_closed", "recheck_closed", "recheck_closed"]
    assert desk.state == "closed"


@pytest.mark.clause("M 6.5 (2)")
def test_only_the_disputed_items_are_queried_again(desk: Desk) -> None:
    recheck(desk, F)

    again = {
        code: {row.item for row in source.asked[-1][0].rows}
        for code, source in desk.house.sources.items()
        if len(source.asked) > 1
    }
    assert again == {"RS": {"RS01"}, "JR": {"JR01"}}


@pytest.mark.clause("M 6.5 (2)")
def test_the_unit_is_told_item_by_item_what_has_changed(desk: Desk) -> None:
    desk.employ_the_head()

    recheck(desk, F)

    (first, second) = (body["data"] for body in desk.house.units.bodies("report.issued"))
    assert "recheck" not in first  # type: ignore[operator]
    assert second["recheck"] == {  # type: ignore[index]
        "original_report": F,
        "disputed_items": ["RS01", "JR01"],
        "changed_items": ["RS01"],
    }


@pytest.mark.clause("M 6.5")
def test_the_form_of_annex_f_stays_sealed_with_its_task(desk: Desk) -> None:
    apply_to(desk)

    with desk.house.database.reading() as session:
        task = session.scalars(select(HumanTask).where(HumanTask.element_id == "recheck_application")).one()
    kept = result_of(desk.house.platform.vault, task)
    assert (task.completed_by, task.post) == (CLERK, "受理岗")
    assert kept is not None
    assert kept["contact_person"] == "沈经办"
    assert kept["rows"][0]["reason"] == "本人已离职"  # type: ignore[index]
    assert "沈经办".encode() not in (task.result or b"")


@pytest.mark.clause("M 6.5")
def test_the_disputed_report_holds_until_the_new_one_has_been_sent(desk: Desk) -> None:
    apply_to(desk)
    during = valid(desk)
    desk.house.units.failures = [TemporaryFailure("timeout")]

    desk.do("recheck_review", FIRST, recheck_accepted=True)
    numbered = valid(desk)
    desk.house.clock.pass_time(minutes=1)
    desk.house.work()

    assert (during, numbered, valid(desk)) == (F, F, S)


@pytest.mark.clause("M 6.5")
@pytest.mark.parametrize(("number", "unit"), [(F, "320402999"), ("第32040020261100009aaf1号", UNIT_CODE)])
def test_only_the_unit_of_the_report_may_dispute_it_and_unknown_numbers_look_the_same(
    desk: Desk, number: str, unit: str
) -> None:
    with pytest.raises(NotFound):
        apply_to(desk, number, unit)


@pytest.mark.clause("M 6.5")
def test_a_report_that_was_replaced_cannot_be_disputed(desk: Desk) -> None:
    recheck(desk, F)

    with pytest.raises(ReportReplaced):
        apply_to(desk, F)


def test_a_second_form_while_the_first_is_being_checked_is_refused(desk: Desk) -> None:
    apply_to(desk)

    with pytest.raises(RecheckUnderWay):
        apply_to(desk)


def test_a_report_that_has_no_receipt_yet_cannot_be_disputed(house: House) -> None:
    desk = Desk(house)
    house.receive(a_commission())
    house.work()

    with pytest.raises(RecheckUnderWay):
        apply_to(desk)


@pytest.mark.clause("M 6.5 (2)")
def test_what_was_never_asked_cannot_be_disputed_and_nothing_has_changed_then(desk: Desk) -> None:
    odd = replace(APPLICATION, rows=(DisputedItem(F, "XX99", "没有查询过"),))

    with pytest.raises(ItemNotVerified), desk.house.database.transaction() as session:
        apply_for_recheck(session, desk.house.platform, UNIT_CODE, odd, CLERK)

    assert desk.state == "closed"
    assert len(desk.ends()) == 1


@pytest.mark.clause("M 6.5")
def test_a_recheck_the_post_does_not_accept_is_refused_with_the_reason_and_the_report_holds(
    desk: Desk,
) -> None:
    apply_to(desk)

    desk.do("recheck_review", FIRST, recheck_accepted=False, refusal_reason="no_disputed_item")

    (told,) = desk.house.units.bodies("recheck.refused")
    assert told["data"]["reason"] == "no_disputed_item"  # type: ignore[index]
    assert (desk.state, valid(desk)) == ("closed", F)
    assert desk.ends()[-1] == ("finished", "recheck_refused")


@pytest.mark.clause("M 6.5", "M 6.3 c")
def test_a_recheck_the_unit_withdraws_leaves_the_report_as_it_was(desk: Desk) -> None:
    desk.house.sources["MZ"].records.clear()
    marriage = replace(APPLICATION, rows=(DisputedItem(F, "MZ02", "婚姻登记有误"),))
    desk.marry_somebody_undeclared()
    with desk.house.database.transaction() as session:
        apply_for_recheck(session, desk.house.platform, UNIT_CODE, marriage, CLERK)
    desk.house.work()
    desk.do("recheck_review", FIRST, recheck_accepted=True)
    assert desk.state == "suspended"

    desk.instruct("withdraw")

    assert (desk.state, valid(desk)) == ("closed", F)
    assert desk.ends()[-1] == ("finished", "recheck_withdrawn")


@pytest.mark.clause("M 6.4 c", "M 6.5")
def test_each_report_of_a_case_has_an_archive_of_its_own(desk: Desk) -> None:
    recheck(desk, F)

    number = desk.case().case_no
    assert set(desk.house.documents.published) == {f"{number}.zip", f"{number}-s.zip"}
