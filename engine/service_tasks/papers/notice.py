"""A notice that goes out as a file: composed when prepared, printed and kept on the way, filed afterwards."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.platform import Platform
from engine.service_tasks.callbacks import UnitMessage, send
from engine.service_tasks.operation import CallContext
from engine.service_tasks.papers.composing import CasePaper
from engine.store.documents import add_document


@dataclass(frozen=True)
class Notice:
    """What a unit is told, in the message and on paper."""

    message: UnitMessage
    paper: CasePaper


@dataclass(frozen=True)
class SentNotice:
    """The file as it went out."""

    kind: str
    name: str
    digest: str
    size: int


def send_notice(platform: Platform, key: str, notice: Notice) -> SentNotice:
    """Raises TemporaryFailure or PermanentFailure; the message holds the paper as `file`."""
    (printed,) = platform.printer.print_sheets((notice.paper.sheet,))
    digest = platform.documents.put(printed.pdf)
    name = f"{notice.paper.title} {notice.paper.number}.pdf"
    data = {**notice.message.data, "file": _file(name, digest, printed.pdf)}
    send(platform, key, replace(notice.message, data=data))
    return SentNotice(notice.paper.key, name, digest, len(printed.pdf))


def _file(name: str, digest: str, content: bytes) -> Mapping[str, str]:
    return {"name": name, "sha256": digest, "content": base64.b64encode(content).decode()}


def file_notice(context: CallContext, sent: SentNotice) -> None:
    add_document(context.session, context.case.id, sent.kind, sent.name, sent, context.now)
