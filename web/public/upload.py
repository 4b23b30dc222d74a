"""The file somebody hands in to be checked: taken into memory, never written anywhere, soon forgotten."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from threading import BoundedSemaphore
from typing import IO

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from engine.domain.errors import RuleViolation
from engine.domain.report_check import LARGEST_FILE
from engine.handling.report_check import TooManyFiles

MULTIPART = "multipart/form-data"
ROOM_FOR_FIELDS = 200_000  # for what stands around the file; less than two of the pieces it is read in fails
MOST_PARTS = 8
# The other threads of the process are for those who work here, and a file may be laborious to examine.
TURNS = BoundedSemaphore(2)
COME_BACK_SECONDS = 5


class FileMissing(RuleViolation):
    """请选择要查验的 PDF 文件"""


class FileTooLarge(RuleViolation):
    """文件超过 20 MB，不能查验"""


class FileUnreadable(RuleViolation):
    """这不是可以读取的 PDF 文件，请上传核对报告的 PDF 文件"""


@dataclass(frozen=True)
class Upload:
    """The number and the code are those of the report it is held against, if any."""

    content: bytes = field(repr=False)
    number: str
    code: str = field(repr=False)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """As good as that. Raises TooManyFiles."""
    if not TURNS.acquire(blocking=False):
        raise TooManyFiles(seconds=COME_BACK_SECONDS)
    try:
        yield
    finally:
        TURNS.release()


def read_upload() -> Upload:
    """Raises FileMissing, FileTooLarge. Flask itself would write larger files to the disk."""
    request.max_content_length = LARGEST_FILE + ROOM_FOR_FIELDS
    parser = FormDataParser(
        stream_factory=_in_memory, max_form_memory_size=ROOM_FOR_FIELDS, max_form_parts=MOST_PARTS
    )
    try:
        _, fields, files = parser.parse(
            request.stream, request.mimetype, request.content_length, request.mimetype_params
        )
    except RequestEntityTooLarge as error:
        raise FileTooLarge from error
    file = files.get("file")
    content = file.stream.read(LARGEST_FILE + 1) if file is not None else b""
    if not content:
        raise FileMissing
    if len(content) > LARGEST_FILE:
        raise FileTooLarge
    return Upload(content, fields.get("number", ""), fields.get("code", ""))


def _in_memory(
    total_content_length: int | None,
    content_type: str | None,
    filename: str | None,
    content_length: int | None = None,
) -> IO[bytes]:
    return BytesIO()
