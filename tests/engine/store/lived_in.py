"""A house in which every sealed column has values: reports, receipts, human work, silent sources."""

from engine.domain.posts import SUPERVISOR
from engine.domain.report_care import Voiding, VoidReason
from engine.domain.unmasking import FieldKind, MaskedField, Reason, ReasonCode
from engine.handling.human_work import complete_task
from engine.handling.report_care.handing_out import register_printing
from engine.handling.report_care.voiding import propose_voiding
from engine.handling.unmasking import unmask
from engine.ports import PermanentFailure
from engine.store.comments import Comment, add_comment
from engine.store.drafts import Draft, keep_draft
from engine.store.grants import person_named
from engine.store.human_tasks import open_tasks
from tests.builders import a_commission
from tests.engine.handling.test_automatic_case import confirm
from tests.engine.house import House
from tests.staff import employ, the_person


def a_lived_in_house(house: House) -> None:
    """Three cases: closed, issued, and one whose silent source a person helped over and looked at."""
    for number in ("WT-1", "WT-2"):
        house.receive(a_commission(number=number))
    house.work()
    confirm(house, "第32040020261100001aaf1号")
    confirm(house, "第32040020261100002aaf1号")
    house.work()
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    house.receive(a_commission(number="WT-3"))
    house.work()
    _help(house)
    house.work()
    _print_and_void(house)
    house.work()


def _print_and_void(house: House) -> None:
    """The report of the first case: printed for a reason, then voided for another."""
    employ(house, "S001", SUPERVISOR)
    reporter, platform = the_person(house, "R001"), house.platform
    with house.database.transaction() as session:
        register_printing(session, platform, reporter, 1, 1, 2, "归档需要纸质件")
        voiding = Voiding(VoidReason.LAYOUT, "印章盖住了日期", reissue=False)
        propose_voiding(session, platform, reporter, 1, 1, voiding)
    house.work()
    with house.database.transaction() as session:
        (task,) = open_tasks(session, SUPERVISOR)
        complete_task(session, platform, task.id, "S001", {"void_confirmed": True})


def _help(house: House) -> None:
    with house.database.reading() as session:
        (task,) = open_tasks(session)
    with house.database.transaction() as session:
        result = {"exchange_decision": "proceed", "opinion": "已电话联系，对方设备故障"}
        complete_task(session, house.platform, task.id, "E001", result)
    with house.database.transaction() as session:
        person = person_named(session, "E001", house.clock.now())
        field, reason = MaskedField(FieldKind.ID_NUMBER, "p1"), Reason(ReasonCode.CONTACT, "与对方核对人员")
        unmask(session, house.platform.vault, person, task.case_id, field, reason, house.clock.now())
    with house.database.transaction() as session:
        now, vault = house.clock.now(), house.platform.vault
        keep_draft(session, vault, "E001", "task:1", Draft("contact_source", now, {"opinion": "再联系"}, {}))
        add_comment(session, vault, task.case_id, Comment("E001", now, (), "对方下周一恢复"))
