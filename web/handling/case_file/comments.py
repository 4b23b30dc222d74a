"""/cases/<id>/comments: what staff write down about a case, with files."""

from collections.abc import Iterator

from flask import flash, request
from flask.typing import ResponseReturnValue

from engine.domain.authority import Right
from engine.domain.errors import RuleViolation
from engine.domain.uploads import UploadRefused
from engine.handling.case_file.commenting import Attachment, check_comment, comment_on
from web.accounts.pages import go
from web.hall import hall
from web.handling.case_file.pages import timeline
from web.handling.case_file.room import Page, blueprint, opened
from web.language import say
from web.policies import admits, person, with_right

ENDINGS = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}


class AttachmentRefused(RuleViolation):
    """附件不能接收"""


@blueprint.post("/<int:case_id>/comments")
@admits(with_right(Right.READ_CASES))
def comment(case_id: int) -> ResponseReturnValue:
    words = request.form.get("words", "")
    try:
        _keep(case_id, words)
    except AttachmentRefused as refusal:
        return _again(case_id, f"{say(refusal.message())}：{say(str(refusal.facts['reason']))}")
    except RuleViolation as refusal:
        return _again(case_id, say(refusal.message()))
    flash(say("备注已保存"))
    return go(".show_timeline", case_id=case_id)


def _keep(case_id: int, words: str) -> None:
    files = [file for file in request.files.getlist("files") if file.filename]
    check_comment(words, len(files))
    attachments = list(_cleaned([file.read() for file in files]))
    with hall().database.transaction() as session:
        comment_on(session, hall().platform, person(), case_id, words, attachments)


def _cleaned(contents: list[bytes]) -> Iterator[Attachment]:
    """A file's own name often is a person's name: not kept."""
    for number, content in enumerate(contents, 1):
        try:
            clean = hall().clean(content)
        except UploadRefused as refused:
            raise AttachmentRefused(reason=refused.fault.reason) from refused
        digest = hall().platform.documents.put(clean.content)
        name = f"附件 {number}.{ENDINGS[clean.media_type]}"
        yield Attachment(name, digest, len(clean.content))


def _again(case_id: int, problem: str) -> ResponseReturnValue:
    """The page with what was typed; files must be chosen anew."""
    content = {"problem": problem, "typed": request.form}
    return opened(case_id, Page.TIMELINE, lambda file: {**timeline(file), **content}), 400
