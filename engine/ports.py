"""What the engine needs from outside, as protocols, and the two ways an outside call can fail."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from functools import lru_cache
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
    name: str = field(repr=False)
    id_type: str
    id_no: str = field(repr=False)
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

    body: bytes = field(repr=False)
    content_type: str
    received_at: datetime


class DataSource(Protocol):
    """A department's query service. Raises TemporaryFailure or PermanentFailure."""

    def ask(self, request: SourceRequest, key: str) -> SourceReply: ...


@dataclass(frozen=True)
class RenderedReport:
    pdf: bytes = field(repr=False)
    pages: int


@dataclass(frozen=True)
class CheckMark:
    """By which anybody finds out whether a report is the one that was issued (防伪, MZ/T 072-2016 E.2)."""

    address: str  # of the check page with number and code, for the QR code
    code: str


class ReportRenderer(Protocol):
    """Content to a stamped PDF. Raises PermanentFailure("glyph_missing") before printing an empty box."""

    def render(self, content: ReportContent, mark: CheckMark, template: str) -> RenderedReport:
        """`template` is the text of documents/report.html as the case has it pinned."""
        ...


@dataclass(frozen=True)
class Sheet:
    """A paper ready to print: self-contained HTML in which every value is escaped already."""

    title: str
    html: str = field(repr=False)
    dated: datetime
    is_sealed: bool  # with the seal of the verification unit where it says 核对机构（盖章）


class PaperPrinter(Protocol):
    """Papers besides the report. Raises the two failures."""

    def print_sheets(self, sheets: tuple[Sheet, ...]) -> tuple[RenderedReport, ...]:
        """In the same order; all in one go, which costs a fraction of one after the other."""
        ...


@dataclass(frozen=True)
class SignedFile:
    """A PDF with its signature inside. `detached` is a second one beside the file, where a site has a key."""

    content: bytes = field(repr=False)
    signer: str  # whose certificate it is
    sm3: str  # of content, hex
    detached: bytes | None = field(default=None, repr=False)  # SM2 over the content


class Genuineness(Enum):
    """What a signature says of a file somebody hands in."""

    GENUINE = "genuine"  # signed by us and nothing in the whole file has changed
    ALTERED = "altered"  # it bears our signature and is not what we signed
    FOREIGN = "foreign"  # a PDF that bears no signature of ours
    UNREADABLE = "unreadable"


class Signer(Protocol):
    """Signs what leaves the house, as the last step."""

    def sign(self, pdf: bytes, at: datetime) -> SignedFile:
        """Raises TemporaryFailure when the key cannot be reached."""
        ...

    def examine(self, pdf: bytes) -> Genuineness:
        """Never raises for whatever the bytes are."""
        ...


@dataclass(frozen=True)
class Callback:
    """A message to a commissioning unit. `message_id` is the same at every attempt."""

    message_id: str
    url: str
    secret: str = field(repr=False)
    body: bytes = field(repr=False)
    sent_at: datetime


class UnitClient(Protocol):
    """Delivers a signed callback; returns the HTTP status of the acceptance. Raises the two failures."""

    def deliver(self, callback: Callback) -> int: ...


class Resealing(Enum):
    """What became of one stored file."""

    CURRENT = "current"
    RENEWED = "renewed"
    BROKEN = "broken"


class DocumentStore(Protocol):
    """Files under the digest of their content; writing the same content twice is one file."""

    def put(self, content: bytes) -> str: ...

    def get(self, digest: str) -> bytes: ...

    def remove(self, digest: str) -> bool:
        """True when it is gone, also when it was before. False when it was put lately: whoever did may not
        have said yet what for. Raises TemporaryFailure."""
        ...

    def publish(self, digest: str, name: str, attempt: int) -> str:
        """A readable copy for people; what a later attempt has published stays. Raises TemporaryFailure."""
        ...

    def reseal(self, plain_too: bool) -> Iterator[Resealing]:
        """Brings every file under the current key. `plain_too`: also what never was sealed."""
        ...


class WakeUp(Protocol):
    """Tells workers that there is work. Losing a call delays, never loses: the database is the truth."""

    def wake(self) -> None: ...


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True)
class Place:
    """Where a sealed value lives. It is authenticated with the value: moved elsewhere, it cannot be opened.

    `row` is the natural key of the row, which is known before the row is written and never changes.
    """

    table: str
    column: str
    row: tuple[str | int, ...]

    def __str__(self) -> str:
        return f"{self.table}.{self.column} {'/'.join(str(part) for part in self.row)}"

    def __bytes__(self) -> bytes:
        """No two places have the same bytes: every part is preceded by its length."""
        parts = [str(part).encode() for part in self.row]
        return _column(self.table, self.column) + b"".join([b"%d:%s" % (len(part), part) for part in parts])


@lru_cache(maxsize=64)  # there are fewer sealed columns
def _column(table: str, column: str) -> bytes:
    return b"".join(b"%d:%s" % (len(name), name) for name in (table.encode(), column.encode()))


class SealBroken(Exception):  # noqa: N818 - says what happened to the value
    """A sealed value cannot be opened: `reason` is damaged, unknown_key or not_sealed. Never its content."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(f"{reason} {place}")
        self.place = place
        self.reason = reason


class Vault(Protocol):
    """Keeps personal data unreadable at rest. Any thread may use it."""

    def seal(self, place: Place, plain: bytes) -> bytes: ...

    def open(self, place: Place, sealed: bytes) -> bytes:
        """Raises SealBroken."""
        ...

    def is_current(self, sealed: bytes) -> bool:
        """Sealed as seal() would do it today? Says nothing about whether it can be opened."""
        ...

    def index(self, purpose: str, text: str) -> bytes:
        """The same for the same text, and nothing can be read from it: finds rows without opening them."""
        ...

    def indexes(self, purpose: str, text: str) -> tuple[bytes, ...]:
        """What index() says today, then what it said under earlier keys that may still be in use."""
        ...


class Notary(Protocol):
    """Signs the state of the audit log with a key the database does not have, and keeps copies elsewhere."""

    def sign(self, statement: bytes) -> tuple[str, bytes]:
        """The id of the key and the signature."""
        ...

    def is_genuine(self, key_id: str, statement: bytes, signature: bytes) -> bool: ...

    def copies(self) -> list[str]:
        """All lines kept so far. Raises TemporaryFailure."""
        ...

    def last_copy(self) -> int:
        """The highest number a copy was kept under; 0 when there is none. Raises TemporaryFailure."""
        ...

    def keep_copies(self, copies: Mapping[int, str]) -> None:
        """Number -> one line of text, appended to what is there. Raises TemporaryFailure."""
        ...
