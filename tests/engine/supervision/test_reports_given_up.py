"""A report that cannot be made: a person has its number voided and the report made under the next one."""

import pytest
from sqlalchemy import select

from engine.handling.pinning import pinned_definition
from engine.handling.status import status_of
from engine.ports import PermanentFailure, RenderedReport
from engine.store.audit import AuditEvent
from engine.store.reports import KnownReport, ReportCounter, reports_of_case, void_reason_of
from engine.supervision.skipping import skip_incident
from engine.supervision.waiting import Incident, incidents
from tests.builders import a_commission
from tests.engine.handling.test_automatic_case import confirm
from tests.engine.house import UNIT_CODE, House
from tests.fakes.outside import FakeRenderer

FIRST, SECOND = "第32040020261100001aaf1号", "第32040020261100002aaf1号"
WHY = "字库缺字，已补"


class BrokenRenderer(FakeRenderer):
    """Prints nothing while `is_broken`."""

    is_broken = True

    def render(self, *order: object) -> RenderedReport:  # type: ignore[override]
        if self.is_broken:
            raise PermanentFailure("glyph_missing")
        return super().render(*order)  # type: ignore[arg-type]


def with_report_not_made(house: House) -> BrokenRenderer:
    renderer = BrokenRenderer()
    object.__setattr__(house.platform, "renderer", renderer)
    house.receive(a_commission())
    house.work()
    return renderer


def the_incident(house: House) -> Incident:
    with house.database.reading() as session:
        (found,) = incidents(session)
        return found


def skip(house: House, reason: str = WHY) -> None:
    incident = the_incident(house)
    with house.database.transaction() as session:
        skip_incident(session, house.platform, pinned_definition, incident.kind, incident.id, "S001", reason)
    house.work()


def reports(house: House) -> list[KnownReport]:
    with house.database.reading() as session:
        return reports_of_case(session, 1)[::-1]


@pytest.mark.clause("M B.1 d", "M 6.4 a")
def test_the_number_is_kept_and_voided_and_the_case_goes_on_with_the_next(any_house: House) -> None:
    renderer = with_report_not_made(any_house)
    renderer.is_broken = False

    skip(any_house)
    confirm(any_house, SECOND)
    any_house.work()

    voided, issued = reports(any_house)
    assert (voided.number, voided.state) == (FIRST, "voided")
    assert (issued.number, issued.state) == (SECOND, "received")
    assert [content.number for content in renderer.rendered] == [SECOND]
    with any_house.database.reading() as session:
        status = status_of(session, UNIT_CODE, "WT-2026-0001")
        reason = void_reason_of(session, any_house.platform.vault, voided)
        assert incidents(session) == []
    assert (status.state, status.report_no) == ("closed", SECOND)
    assert (reason.code, reason.words) == ("not_issued", WHY)


def test_the_voided_number_was_nobodys_so_the_unit_is_told_nothing_of_it(house: House) -> None:
    renderer = with_report_not_made(house)
    renderer.is_broken = False

    skip(house)

    assert house.units.bodies("report.voided") == []
    (issued,) = house.units.bodies("report.issued")
    assert issued["data"]["report_no"] == SECOND  # type: ignore[index]


def test_what_still_cannot_be_made_stops_again_under_the_next_number(house: House) -> None:
    with_report_not_made(house)

    skip(house)

    assert [(one.number, one.state) for one in reports(house)] == [(FIRST, "voided"), (SECOND, "numbered")]
    assert the_incident(house).work == "生成核对报告"


def test_it_is_on_record_who_had_the_number_voided_and_the_words_are_not_in_the_log(house: House) -> None:
    with_report_not_made(house)

    skip(house)

    with house.database.reading() as session:
        wanted = select(AuditEvent).where(AuditEvent.action == "report_voided")
        event = session.scalars(wanted).one()
    assert (event.actor, event.facts) == ("S001", {"number": FIRST, "reason": "not_issued"})


@pytest.mark.clause("M B.1 d")
def test_the_date_of_the_next_number_is_the_day_it_was_taken(house: House) -> None:
    renderer = with_report_not_made(house)
    renderer.is_broken = False
    house.clock.pass_time(days=15)

    skip(house)

    assert [one.number for one in reports(house)] == [FIRST, "第32040020261200001aaf1号"]
    with house.database.reading() as session:
        counters = session.scalars(select(ReportCounter).order_by(ReportCounter.month))
        assert [(one.month, one.last) for one in counters] == [("202611", 1), ("202612", 1)]
