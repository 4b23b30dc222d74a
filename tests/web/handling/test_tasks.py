"""The page of a task: who may fill it in, what is sent, refused, kept and shown."""

import pikepdf
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.domain.uploads import LARGEST_UPLOAD
from engine.handling.claiming import Seen, resume, suspend
from engine.store.documents import Document
from engine.store.drafts import draft_of
from engine.store.human_tasks import HumanTask, result_of, task_as_it_is
from tests.adapters.test_cleaning import a_pdf
from tests.door import Door
from tests.engine.handling.desk import FIRST, SECOND, Desk
from tests.staff import the_person
from tests.web.accounts.browser import FORM_TOKEN
from tests.web.forms.test_uploads import a_png
from tests.web.handling.clerk import Clerk


@pytest.fixture
def desk(door: Door) -> Desk:
    desk = Desk(door.house)
    desk.bring()
    return desk


def path_of(task: HumanTask) -> str:
    return f"/tasks/{task.id}"


def at(door: Door, desk: Desk, element: str, name: str) -> tuple[Clerk, HumanTask]:
    """Somebody before the open task, which they have claimed."""
    clerk = Clerk(door, name)
    clerk.claim(desk.task(element))
    task = desk.task(element)
    assert clerk.open(path_of(task)).status_code == 200
    return clerk, task


def as_it_is(desk: Desk, task: HumanTask) -> HumanTask:
    with desk.house.database.reading() as session:
        return task_as_it_is(session, task.id)


def drafted(desk: Desk, task: HumanTask, name: str) -> dict[str, object] | None:
    with desk.house.database.reading() as session:
        draft = draft_of(session, desk.house.platform.vault, name, f"task:{task.id}")
    return None if draft is None else dict(draft.values)


def test_a_claimed_task_is_filled_in_and_sent_and_the_next_one_waits(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)

    answer = clerk.send(path_of(task), {"first_passed": "true", "opinion": "材料齐全"})

    assert (answer.status_code, answer.location) == (303, "/")
    assert desk.task("second_review").owner is None
    done = as_it_is(desk, task)
    assert (done.state, done.completed_by) == ("completed", FIRST)
    assert result_of(desk.house.platform.vault, done) == {
        "first_passed": True,
        "opinion": "材料齐全",
    }
    assert "已提交" in clerk.open("/").text


def test_what_is_missing_is_told_at_its_field_and_what_was_typed_is_a_draft(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)

    answer = clerk.send(path_of(task), {"opinion": "还没有看完"})

    assert answer.status_code == 400
    assert "<title>错误：" in answer.text
    assert 'href="#f-first_passed-1"' in answer.text
    assert ("opinion", "还没有看完") in clerk.pairs()
    assert as_it_is(desk, task).state == "open"
    assert drafted(desk, task, FIRST) is not None


def test_a_draft_is_kept_and_shown_again_to_its_author_alone(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)

    answer = clerk.send(f"{path_of(task)}/draft", {"opinion": "先记一句"}, button="_draft")

    assert (answer.status_code, answer.location) == (303, path_of(task))
    assert "草稿已保存" in clerk.open(path_of(task)).text
    assert ("opinion", "先记一句") in clerk.pairs()
    assert "先记一句" not in Clerk(door, SECOND).open(path_of(task)).text


def test_a_page_keeps_its_draft_by_itself_and_says_when(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)

    answer = clerk.send(f"{path_of(task)}/draft", {"opinion": "自动"}, button="_autosave")

    assert (answer.status_code, answer.text) == (200, "已自动保存 17:30")
    assert (drafted(desk, task, FIRST) or {})["opinion"] == "自动"


def test_the_draft_is_gone_when_the_form_is_sent(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)
    clerk.send(f"{path_of(task)}/draft", {"opinion": "先记一句"}, button="_draft")
    clerk.open(path_of(task))

    clerk.send(path_of(task), {"first_passed": "true"})

    assert drafted(desk, task, FIRST) is None
    result = result_of(desk.house.platform.vault, as_it_is(desk, task))
    assert result is not None
    assert result["opinion"] == "先记一句"


def test_by_script_only_the_parts_of_the_form_that_apply_come_back(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)
    path, script = f"{path_of(task)}/draft", {"HX-Request": "true"}

    no = clerk.send(path, {"first_passed": "false"}, button="_part", headers=script).text
    clerk.open(path_of(task))
    yes = clerk.send(path, {"first_passed": "true"}, button="_part", headers=script).text

    assert "<html" not in no
    assert 'name="reasons"' in no
    assert 'name="reasons"' not in yes


def test_an_unclaimed_task_offers_nothing_but_to_claim_it(door: Door, desk: Desk) -> None:
    task = desk.task("first_review")

    page = Clerk(door, FIRST).open(path_of(task)).text

    assert "领取并办理" in page
    assert 'name="first_passed"' not in page


def test_what_somebody_else_has_is_not_to_be_filled_in(door: Door, desk: Desk) -> None:
    _, task = at(door, desk, "first_review", FIRST)
    other = Clerk(door, SECOND)

    page = other.open(path_of(task)).text
    other.browser.get("/")
    sent = send_directly(other, task, {"first_passed": "true"})

    assert f"该事项由 {FIRST} 办理" in page
    assert 'name="first_passed"' not in page
    assert sent.status_code == 409
    assert as_it_is(desk, task).state == "open"


def send_directly(clerk: Clerk, task: HumanTask, fields: dict[str, str]) -> TestResponse:
    """Without the page having offered it."""
    found = FORM_TOKEN.search(clerk.open("/account/password").text)
    assert found is not None
    version = {"_form": found[1], "_version": str(task.version)}
    return clerk.browser.post(path_of(task), **version, **fields)


@pytest.mark.clause("M 6.1 b")
def test_the_first_reviewer_is_told_why_not_before_and_refused_when_they_send(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)
    clerk.send(path_of(task), {"first_passed": "true"})
    second = desk.task("second_review")

    page = clerk.open(path_of(second)).text
    sent = send_directly(clerk, second, {"second_passed": "true"})

    assert "两次审核不得为同一人（MZ/T 072-2016 6.1 b）" in page
    assert "领取并办理" not in page
    assert 'name="second_passed"' not in page
    assert sent.status_code == 409
    assert as_it_is(desk, second).state == "open"


def test_a_task_of_another_post_is_not_to_be_filled_in(door: Door, desk: Desk) -> None:
    task, clerk = desk.task("first_review"), Clerk(door, "K001")

    page = clerk.open(path_of(task)).text
    sent = send_directly(clerk, task, {"first_passed": "true"})

    assert "该事项属于其他岗位，您不能办理" in page
    assert sent.status_code == 403


def set_aside(door: Door, task: HumanTask) -> None:
    with door.house.database.transaction() as session:
        suspend(session, Seen(task.id, task.version), the_person(door.house, FIRST), door.house.clock.now())


def test_a_page_from_before_somebody_did_something_with_the_task_is_refused_and_loses_nothing(
    door: Door, desk: Desk
) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)
    set_aside(door, task)
    with door.house.database.transaction() as session:
        resume(
            session, Seen(task.id, task.version + 1), the_person(door.house, FIRST), door.house.clock.now()
        )

    refused = clerk.send(path_of(task), {"first_passed": "true", "opinion": "齐全"})
    again = clerk.send(path_of(task))

    assert refused.status_code == 400
    assert "该事项刚刚有变动" in refused.text
    assert again.status_code == 303


def test_a_suspended_task_waits_until_it_is_resumed(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)
    set_aside(door, task)

    page = clerk.open(path_of(task)).text
    sent = send_directly(clerk, task, {"first_passed": "true"})

    assert 'value="resume"' in page
    assert 'name="first_passed"' not in page
    assert sent.status_code == 409


def test_a_task_that_is_done_shows_what_was_answered(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)
    clerk.send(path_of(task), {"first_passed": "true", "opinion": "材料齐全"})

    page = clerk.open(path_of(task)).text
    sent = send_directly(clerk, task, {"first_passed": "false"})

    assert all(words in page for words in (f"{FIRST} 于 2026-11-20 17:30 办结", "材料齐全", "通过"))
    assert sent.status_code == 409


def test_nothing_of_a_case_that_is_over_can_be_sent(door: Door, desk: Desk) -> None:
    task = desk.task("first_review")
    desk.review()
    desk.confirm()
    clerk = Clerk(door, FIRST)

    assert clerk.open(path_of(task)).status_code == 200
    assert send_directly(clerk, task, {"first_passed": "false"}).status_code == 409


def test_who_decides_sees_what_was_decided_before(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)
    fields = {"first_passed": "false", "reasons": ["seal_missing"], "opinion": "公章缺失"}
    clerk.send(path_of(task), fields)  # type: ignore[arg-type]

    page = Clerk(door, SECOND).open(path_of(desk.task("second_review"))).text

    assert all(words in page for words in ("前序意见", "第一次审核", FIRST, "不通过", "公章缺失"))


def test_the_page_says_what_to_do_and_shows_the_papers(door: Door, desk: Desk) -> None:
    clerk, _ = at(door, desk, "first_review", FIRST)
    assert clerk.page is not None

    text = clerk.page.text

    assert "审核核对申请材料的合法性和完整性" in text
    assert "first_passed）" not in text
    assert "核对授权书.pdf" in text
    assert "赵*" in text
    assert "赵甲" not in text


@pytest.mark.parametrize("path", ["/tasks/999999", "/tasks/999999/draft"])
def test_a_task_that_does_not_exist_is_not_found(door: Door, desk: Desk, path: str) -> None:
    clerk = Clerk(door, FIRST)
    clerk.open("/account/password")
    token = FORM_TOKEN.search(clerk.page.text if clerk.page else "")
    assert token is not None

    assert clerk.browser.post(path, _form=token[1]).status_code == 404


def test_the_form_is_in_english_for_who_reads_english(door: Door, desk: Desk) -> None:
    clerk, task = at(door, desk, "first_review", FIRST)
    clerk.browser.client.set_cookie("__Host-hedui-language", "en", domain="hedui.example", secure=True)

    refused = clerk.send(path_of(task))

    assert "Conclusion" in refused.text
    assert "Choose Conclusion" in refused.text


def suspended(desk: Desk) -> HumanTask:
    """A task whose form takes files."""
    desk.marry_somebody_undeclared()
    desk.review()
    return desk.task("suspension_instruction")


INSTRUCTED = {"instruction": "continue", "instructed_on": "2026-11-20", "instructed_by": "沈经办"}


def test_an_uploaded_file_becomes_a_paper_of_the_case(door: Door, desk: Desk) -> None:
    suspended(desk)
    clerk, task = at(door, desk, "suspension_instruction", "C001")

    answer = clerk.send(path_of(task), INSTRUCTED, files={"instruction_scan": [("来函.png", a_png())]})

    with desk.house.database.reading() as session:
        wanted = select(Document).where(Document.case_id == task.case_id, Document.kind == "instruction")
        paper = session.scalars(wanted).one()
    assert answer.status_code == 303
    assert paper.name == "来函扫描件.png"
    assert paper.size == len(desk.house.documents.get(paper.digest))


def test_a_file_survives_a_refused_form_and_is_sent_without_being_chosen_again(
    door: Door, desk: Desk
) -> None:
    suspended(desk)
    clerk, task = at(door, desk, "suspension_instruction", "C001")

    refused = clerk.send(path_of(task), files={"instruction_scan": [("来函.png", a_png())]})
    sent = clerk.send(path_of(task), INSTRUCTED)

    assert refused.status_code == 400
    assert "已上传 来函.png" in refused.text
    assert sent.status_code == 303
    result = result_of(desk.house.platform.vault, as_it_is(desk, task))
    assert result is not None
    assert len(result["instruction_scan"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"MZ\x90\x00 a program called scan.pdf", "只接受 PDF、JPEG 和 PNG 文件"),
        (a_pdf(encryption=pikepdf.Encryption(owner="o", user="u")), "PDF 已加密"),
        (b"%PDF-1.7\n" + b"0" * LARGEST_UPLOAD, "文件大于 20 MB"),
        (b"", "文件是空的"),
    ],
    ids=["disguised", "encrypted", "too large", "empty"],
)
def test_a_file_that_is_no_scan_is_told_at_its_field(
    door: Door, desk: Desk, content: bytes, reason: str
) -> None:
    suspended(desk)
    clerk, task = at(door, desk, "suspension_instruction", "C001")

    refused = clerk.send(path_of(task), INSTRUCTED, files={"instruction_scan": [("来函.pdf", content)]})

    assert refused.status_code == 400
    assert reason in refused.text
    assert as_it_is(desk, task).state == "open"


def test_a_file_of_another_task_does_not_count(door: Door, desk: Desk) -> None:
    suspended(desk)
    clerk, task = at(door, desk, "suspension_instruction", "C001")
    foreign = desk.house.documents.put(a_png(7))

    refused = clerk.send(path_of(task), {**INSTRUCTED, "instruction_scan": foreign})

    assert refused.status_code == 400
    assert "文件不存在，请重新上传" in refused.text


def test_only_these_rooms_take_more_than_a_unit_may_send(door: Door, desk: Desk) -> None:
    clerk, _ = at(door, desk, "first_review", FIRST)

    answer = clerk.send("/tasks/act", {"padding": "甲" * 600_000})

    assert answer.status_code == 413
