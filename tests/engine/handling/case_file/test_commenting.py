"""Comments on a case: sealed, with files of the case, refused when they are empty or too much."""

import pytest
from sqlalchemy import select

from engine.domain.authority import NotAuthorised
from engine.domain.errors import NotFound, RuleViolation
from engine.domain.posts import AUDITOR
from engine.handling.case_file.commenting import (
    Attachment,
    CommentEmpty,
    CommentTooLong,
    TooManyAttachments,
    comment_on,
)
from engine.store.audit import AuditEvent
from engine.store.comments import CaseComment
from engine.store.documents import Document
from tests.case_files import CaseFiles
from tests.engine.house import House
from tests.staff import employ, the_person

FILE = Attachment("附件 1.pdf", "c" * 64, 1200)


def comment(
    house: House, case_id: int, words: str = "已电话确认", *files: Attachment, who: str = "A001"
) -> None:
    with house.database.transaction() as session:
        comment_on(session, house.platform, the_person(house, who), case_id, words, files)


def test_what_was_written_is_sealed_and_on_record(house: House, files: CaseFiles) -> None:
    case_id = files.in_review()

    comment(house, case_id, "已电话确认", FILE)

    with house.database.reading() as session:
        row = session.scalars(select(CaseComment)).one()
        event = session.scalars(select(AuditEvent).where(AuditEvent.action == "comment_added")).one()
        kinds = [d.kind for d in session.scalars(select(Document).where(Document.digest == FILE.digest))]
    assert "电话".encode() not in row.body
    assert (row.author, row.documents, kinds) == ("A001", [FILE.digest], ["attachment"])
    assert (event.actor, event.case_id, event.facts) == ("A001", case_id, {"documents": [FILE.digest]})


def test_the_same_file_attached_again_is_on_file_once(house: House, files: CaseFiles) -> None:
    case_id = files.in_review()

    comment(house, case_id, "第一次说明", FILE)
    comment(house, case_id, "第二次说明", FILE)

    with house.database.reading() as session:
        assert len(session.scalars(select(Document).where(Document.kind == "attachment")).all()) == 1


@pytest.mark.parametrize(
    ("words", "count", "refusal"),
    [("  ", 0, CommentEmpty), ("长" * 2001, 0, CommentTooLong), ("说明", 6, TooManyAttachments)],
)
def test_too_little_and_too_much_is_refused(
    house: House, files: CaseFiles, words: str, count: int, refusal: type[RuleViolation]
) -> None:
    case_id = files.in_review()

    with pytest.raises(refusal):
        comment(house, case_id, words, *(Attachment("附件.pdf", f"{n}" * 64, 1) for n in range(count)))


def test_who_reads_no_cases_writes_no_comments(house: House, files: CaseFiles) -> None:
    case_id = files.in_review()
    employ(house, "J001", AUDITOR)

    with pytest.raises(NotAuthorised):
        comment(house, case_id, who="J001")


def test_a_case_that_is_not_there_takes_no_comment(house: House) -> None:
    with pytest.raises(NotFound):
        comment(house, 999)
