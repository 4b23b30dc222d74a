"""A file handed in: the one that was issued, one that was changed, one of somebody else."""

import tempfile
from pathlib import Path

import pytest

from engine.domain.report_check import LARGEST_FILE
from engine.ports import TemporaryFailure
from tests.door import Door
from tests.engine.handling.test_rechecking import closed, recheck
from tests.privacy.marks import kinds_shown
from tests.web.public.test_check_by_code import WRONG_CODE, checks_on_record
from tests.web.public.visitor import (
    NOT_FOUND,
    NUMBER,
    PAGE,
    a_visitor,
    code_of,
    file_of,
    issue,
    multipart,
    void,
)
from web.public import upload

SAME, ALTERED, FOREIGN = "与出具的核对报告一致", "文件已被改动", "不是本机构出具的文件"
OURS_BUT_NO_REPORT = "由本机构签名，但不是已发出的核对报告"
UNREADABLE = "这不是可以读取的 PDF 文件"


@pytest.mark.clause("M 5.2 d", "M E.2")
def test_the_file_that_was_issued_is_known_by_every_byte(door: Door) -> None:
    issue(door.house)

    answer = a_visitor(door).hand_in(file_of(door.house))

    assert answer.status_code == 200
    assert SAME in answer.text
    assert NUMBER in answer.text
    assert kinds_shown(answer.text) == set()
    assert checks_on_record(door.house) == [{"actor": "public", "number": NUMBER, "by": "file"}]


@pytest.mark.clause("M 5.2 d")
def test_a_changed_file_is_said_to_be_changed_and_shows_no_report(door: Door) -> None:
    issue(door.house)

    answer = a_visitor(door).hand_in(file_of(door.house) + b"\n")

    assert ALTERED in answer.text
    assert NUMBER not in answer.text


def test_a_file_of_somebody_else_is_not_ours(door: Door) -> None:
    issue(door.house)

    answer = a_visitor(door).hand_in(b"%PDF-1.7 printed by somebody else")

    assert FOREIGN in answer.text
    assert NUMBER not in answer.text


def test_what_we_have_signed_and_not_issued_is_no_report(door: Door) -> None:
    notice = door.house.signer.sign(b"%PDF-1.7 a notice", door.house.clock.now()).content

    answer = a_visitor(door).hand_in(notice)

    assert OURS_BUT_NO_REPORT in answer.text


def test_the_file_of_a_report_that_has_not_been_sent_is_not_known_yet(door: Door) -> None:
    door.house.units.failures = [TemporaryFailure("timeout")]
    number = issue(door.house)

    answer = a_visitor(door).hand_in(file_of(door.house, number))

    assert OURS_BUT_NO_REPORT in answer.text
    assert number not in answer.text


def test_the_file_of_a_report_that_no_longer_holds_is_said_not_to_hold(door: Door) -> None:
    desk = closed(door.house)
    second = recheck(desk, NUMBER)

    replaced = a_visitor(door).hand_in(file_of(door.house))
    void(door.house, second)
    voided = a_visitor(door).hand_in(file_of(door.house, second))

    assert "文件一致，但报告已被复核报告取代" in replaced.text
    assert "文件一致，但报告已作废" in voided.text
    assert SAME not in replaced.text + voided.text


def test_a_file_held_against_its_number_and_code_agrees_with_it(door: Door) -> None:
    issue(door.house)

    answer = a_visitor(door).hand_in(file_of(door.house), number=NUMBER, code=code_of(door.house))

    assert SAME in answer.text


def test_a_file_held_against_another_report_is_said_to_be_another(door: Door) -> None:
    issue(door.house)
    other = issue(door.house, "WT-2")

    answer = a_visitor(door).hand_in(file_of(door.house), number=other, code=code_of(door.house, other))

    assert "文件不是这一份报告" in answer.text
    assert NUMBER in answer.text
    assert SAME not in answer.text


def test_a_foreign_file_held_against_a_report_is_foreign_beside_what_is_known_of_the_report(
    door: Door,
) -> None:
    issue(door.house)

    answer = a_visitor(door).hand_in(b"%PDF-1.7 copied", number=NUMBER, code=code_of(door.house))

    assert FOREIGN in answer.text
    assert NUMBER in answer.text


def test_a_file_is_no_way_around_the_code(door: Door) -> None:
    issue(door.house)

    answer = a_visitor(door).hand_in(file_of(door.house), number=NUMBER, code=WRONG_CODE)

    assert answer.status_code == 404
    assert NOT_FOUND in answer.text


@pytest.mark.parametrize(
    "content", [b"PK\3\4 a spreadsheet", b"\x89PNG\r\n", b"<html>", b"%!PS", b"\0" * 100]
)
def test_what_is_no_pdf_is_told_at_the_field(door: Door, content: bytes) -> None:
    answer = a_visitor(door).hand_in(content)

    assert answer.status_code == 400
    assert UNREADABLE in answer.text
    assert 'href="#file"' in answer.text


def test_no_file_and_an_empty_file_are_told_at_the_field(door: Door) -> None:
    kind = "multipart/form-data; boundary=b"
    nothing_chosen = multipart(b"", {}, name="")

    answers = [a_visitor(door).hand_in(b""), door.client.post(PAGE, data=nothing_chosen, content_type=kind)]

    assert {answer.status_code for answer in answers} == {400}
    assert all("请选择要查验的 PDF 文件" in answer.text for answer in answers)


def test_a_body_that_is_no_form_is_a_form_without_a_file(door: Door) -> None:
    bodies = [("multipart/form-data", b"x"), ("multipart/form-data; boundary=\xff", b"x")]
    bodies += [("multipart/form-data; boundary=b", b"--b\r\nnothing")]

    answers = [
        door.client.post(PAGE, data=body, content_type=kind, base_url="https://hedui.example")
        for kind, body in bodies
    ]

    assert {answer.status_code for answer in answers} == {400}


def test_a_file_of_twenty_megabytes_is_taken_and_one_byte_more_is_refused(door: Door) -> None:
    visitor = a_visitor(door)
    largest = b"%PDF-" + b"a" * (LARGEST_FILE - 5)

    taken, refused, huge = (
        visitor.hand_in(largest),
        visitor.hand_in(largest + b"b"),
        visitor.hand_in(largest + b"b" * 1_000_000),
    )

    assert FOREIGN in taken.text
    assert {refused.status_code, huge.status_code} == {400}
    assert "文件超过 20 MB" in refused.text
    assert "文件超过 20 MB" in huge.text


def test_nothing_of_a_file_reaches_the_disk_or_a_log(
    door: Door, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Flask's own reading would put such a file into the folder for temporary files: here is none."""
    caplog.set_level("DEBUG")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "missing"))

    answer = a_visitor(door).hand_in(b"%PDF-" + b"a" * 2_000_000)

    assert FOREIGN in answer.text
    assert "核对报告.pdf" not in answer.text + caplog.text


def test_when_two_files_are_being_examined_a_third_is_asked_to_come_back(door: Door) -> None:
    with upload.one_at_a_time(), upload.one_at_a_time():
        busy = a_visitor(door).hand_in(b"%PDF-1.7")

    free = a_visitor(door).hand_in(b"%PDF-1.7")

    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "5")
    assert free.status_code == 200
