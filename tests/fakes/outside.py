"""The outside of the platform in memory: sources, units, documents, renderer, clock, bell."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from engine.domain.report import ReportContent
from engine.ports import (
    Callback,
    CheckMark,
    Genuineness,
    PermanentFailure,
    RenderedReport,
    Resealing,
    Sheet,
    SignedFile,
    SourceReply,
    SourceRequest,
    TemporaryFailure,
)

START = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@dataclass
class FakeClock:
    moment: datetime = START

    def now(self) -> datetime:
        return self.moment

    def pass_time(self, **span: float) -> None:
        self.moment += timedelta(**span)


@dataclass
class FakeSource:
    """Answers 查无 to every question unless the test scripts `records` (person ref, item) or `failures`."""

    clock: FakeClock
    records: dict[tuple[str, str], list[dict[str, object]]] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    asked: list[tuple[SourceRequest, str]] = field(default_factory=list)

    def ask(self, request: SourceRequest, key: str) -> SourceReply:
        self.asked.append((request, key))
        if self.failures:
            raise self.failures.pop(0)
        body = self.bodies.pop(0) if self.bodies else self._body(request)
        return SourceReply(body, "application/json", self.clock.now())

    def _body(self, request: SourceRequest) -> bytes:
        rows, now = [], self.clock.now().isoformat()
        for row in request.rows:
            found = self.records.get((row.person, row.item), [])
            rows.append(
                {
                    "row_no": row.row_no,
                    "match_status": "found" if found else "not_found",
                    "name": row.name,
                    "id_no": row.id_no,
                    "data_as_of": now,
                    "remark": "",
                    "records": found,
                }
            )
        content = {
            "batch_no": request.batch_no,
            "source": request.department,
            "answered_at": now,
            "rows": rows,
        }
        return json.dumps(content, ensure_ascii=False).encode()


@dataclass
class FakeUnits:
    delivered: list[Callback] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def deliver(self, callback: Callback) -> int:
        if self.failures:
            raise self.failures.pop(0)
        self.delivered.append(callback)
        return 200

    def bodies(self, kind: str) -> list[dict[str, object]]:
        return [body for body in map(json.loads, (c.body for c in self.delivered)) if body["type"] == kind]


@dataclass
class FakeRenderer:
    rendered: list[ReportContent] = field(default_factory=list)
    marks: list[CheckMark] = field(default_factory=list)

    def render(self, content: ReportContent, mark: CheckMark, template: str) -> RenderedReport:
        self.rendered.append(content)
        self.marks.append(mark)
        return RenderedReport(f"%PDF-{content.number}".encode(), 7)


@dataclass
class FakePrinter:
    printed: list[Sheet] = field(default_factory=list)

    def print_sheets(self, sheets: tuple[Sheet, ...]) -> tuple[RenderedReport, ...]:
        self.printed.extend(sheets)
        return tuple(RenderedReport(f"%PDF-{sheet.title}\n{sheet.html}".encode(), 1) for sheet in sheets)


@dataclass
class FakeSigner:
    """Signs by a line at the end."""

    mark: bytes = b"\n%signed"

    def sign(self, pdf: bytes, at: datetime) -> SignedFile:
        content = pdf + self.mark
        return SignedFile(content, "CN=test", hashlib.sha256(content).hexdigest())

    def examine(self, pdf: bytes) -> Genuineness:
        if self.mark not in pdf:
            return Genuineness.FOREIGN if pdf.startswith(b"%PDF-") else Genuineness.UNREADABLE
        return Genuineness.GENUINE if pdf.endswith(self.mark) else Genuineness.ALTERED


@dataclass
class FakeDocuments:
    contents: dict[str, bytes] = field(default_factory=dict)
    published: dict[str, bytes] = field(default_factory=dict)
    attempts: dict[str, int] = field(default_factory=dict)

    def put(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self.contents[digest] = content
        return digest

    def get(self, digest: str) -> bytes:
        if digest not in self.contents:
            raise PermanentFailure("document_missing")
        return self.contents[digest]

    def remove(self, digest: str) -> bool:
        self.contents.pop(digest, None)
        return True

    def publish(self, digest: str, name: str, attempt: int) -> str:
        if attempt < self.attempts.get(name, 1):
            raise TemporaryFailure("publication_overtaken")
        self.attempts[name] = attempt
        self.published[name] = self.contents[digest]
        return name

    def reseal(self, plain_too: bool) -> Iterator[Resealing]:
        return iter(())


@dataclass
class FakeBell:
    rung: int = 0

    def wake(self) -> None:
        self.rung += 1
