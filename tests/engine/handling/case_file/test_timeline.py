"""The timeline: steps and tasks in the order they happened, in words, without what only the engine knows."""

from datetime import timedelta

from engine.domain.authority import Person, Power
from engine.domain.posts import ACCEPTANCE
from engine.handling.case_file.commenting import Attachment, comment_on
from engine.handling.case_file.timeline import Entry, EntryKind, timeline_of
from engine.supervision.watchdog import watch
from tests.case_files import CaseFiles
from tests.engine.handling.case_file.conftest import Reading
from tests.engine.house import House

CLERK = Person("A001", (Power(ACCEPTANCE, frozenset({ACCEPTANCE})),))


def entries(files: CaseFiles, reading: Reading, case_id: int) -> list[Entry]:
    with reading(case_id) as file:
        return [entry for day in timeline_of(file, newest_first=False) for entry in day.entries]


def test_a_task_is_told_once_with_who_did_it_what_was_concluded_and_said(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.unanswered()

    told = [entry for entry in entries(files, reading, case_id) if entry.what == "第一次审核"]

    assert [(entry.kind, entry.who, entry.where, entry.conclusion, entry.words) for entry in told] == [
        (EntryKind.TASK, "A001", "受理岗", "通过", "材料齐全，与原件一致。")
    ]


def test_in_one_moment_things_stand_in_the_order_they_were_done(files: CaseFiles, reading: Reading) -> None:
    case_id = files.unanswered()

    told = [entry.what for entry in entries(files, reading, case_id)]

    order = ["收到核对申请", "登记人工递交", "第一次审核", "第二次审核", "正式受理", "查询信息共享单位"]
    assert [told.index(what) for what in order] == sorted(told.index(what) for what in order)


def test_gateways_and_the_many_questions_to_departments_are_left_out(
    files: CaseFiles, reading: Reading
) -> None:
    case_id = files.issued()

    told = [entry.what for entry in entries(files, reading, case_id)]

    assert told.count("查询信息共享单位") == 1
    assert not any(what.endswith("？") for what in told)


def test_days_stand_apart_and_the_newest_comes_first_when_wanted(
    house: House, files: CaseFiles, reading: Reading
) -> None:
    case_id = files.issued()
    house.clock.moment += timedelta(days=2)
    files.confirm(case_id)

    with reading(case_id) as file:
        days = timeline_of(file, newest_first=False)
        backwards = timeline_of(file, newest_first=True)

    assert len(days) == 2
    assert [day.day for day in backwards] == [day.day for day in reversed(days)]
    assert backwards[0].entries == tuple(reversed(days[1].entries))
    assert "收到报告回执" in [entry.what for entry in days[1].entries]


def test_comments_stand_in_the_timeline_with_their_files(
    house: House, files: CaseFiles, reading: Reading
) -> None:
    case_id = files.in_review()
    digest = house.documents.put(b"%PDF-1.7")
    with house.database.transaction() as session:
        attachment = Attachment("附件 1.pdf", digest, 8)
        comment_on(session, house.platform, CLERK, case_id, " 已电话确认 ", [attachment])

    comment = entries(files, reading, case_id)[-1]

    assert (comment.kind, comment.who, comment.words) == (EntryKind.COMMENT, "A001", "已电话确认")
    assert [(file.name, file.digest) for file in comment.files] == [("附件 1.pdf", digest)]


def test_what_came_to_a_stop_is_told_with_its_cause(house: House, files: CaseFiles, reading: Reading) -> None:
    case_id = files.broken()
    with house.database.transaction() as session:
        watch(session, house.clock.now())

    (incident,) = [entry for entry in entries(files, reading, case_id) if entry.kind is EntryKind.INCIDENT]

    assert (incident.is_bad, incident.where) == (True, "http_410")
    assert incident.what == "对外工作多次尝试未成，已停止，等待处理"
