"""What the engine needs from outside, as protocols, and the two ways an outside call can fail."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from engine.domain.report import ReportContent


class OutsideFailure(Exception):  # noqa: N818 - its two kinds are Temporary- and PermanentFailure
    """An outside call did not succeed. `code` is short ASCII and carries no personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class TemporaryFailure(OutsideFailure):
    """Trying again later makes sense: time-out, refused connection, 5xx, 429."""


class PermanentFailure(OutsideFailure):
    """Trying again makes no sense: refused request, unknown service."""


@dataclass(frozen=True)
class SourceRow:
    """One question: an item about a person, and the authorisation it rests on."""

    row_no: int
    person: str  # ref, stays in the house
    name: str
    id_type: str
    id_no: str
    item: str
    authorisation: str


@dataclass(frozen=True)
class SourceRequest:
    """All questions of one case to one department."""

    batch_no: str
    case_no: str
    department: str
    period_start: date
    period_end: date
    as_of: date
    rows: tuple[SourceRow, ...]


@dataclass(frozen=True)
class SourceReply:
    """The answer as received, before anybody interprets it."""

    body: bytes
    content_type: str
    received_at: datetime


class DataSource(Protocol):
    """A department's query service. Raises TemporaryFailure or PermanentFailure."""

    def ask(self, request: SourceRequest, key: str) -> SourceReply: ...


@dataclass(frozen=True)
class RenderedReport:
    pdf: bytes
    pages: int


class ReportRenderer(Protocol):
    """Content to PDF. Raises PermanentFailure("glyph_missing") before printing an empty box."""

    def render(self, content: ReportContent) -> RenderedReport: ...


@dataclass(frozen=True)
class Callback:
    """A message to a commissioning unit. `message_id` is the same at every attempt."""

    message_id: str
    url: str
    secret: str
    body: bytes
    sent_at: datetime


class UnitClient(Protocol):
    """Delivers a signed callback; returns the HTTP status of the acceptance. Raises the two failures."""

    def deliver(self, callback: Callback) -> int: ...


class DocumentStore(Protocol):
    """Files under the digest of their content; writing the same content twice is one file."""

    def put(self, content: bytes) -> str: ...

    def get(self, digest: str) -> bytes: ...

    def publish(self, digest: str, name: str) -> str: ...


class WakeUp(Protocol):
    """Tells workers that there is work. Losing a call delays, never loses: the database is the truth."""

    def wake(self) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime: ...
