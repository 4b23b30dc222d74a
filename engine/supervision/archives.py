"""Examine an archive package: is it whole, is it the one that was registered, are its signatures sound?"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import IO

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.archive import Examined, PackageUnreadable, examine
from engine.domain.archive.audit_proof import Proved, check_proof
from engine.domain.archive.manifest import Listed
from engine.domain.archive.reading import CHUNK, content_of, opened_zip
from engine.ports import Genuineness, Notary, Signer
from engine.store.cases import Case
from engine.store.documents import Document

ARCHIVE = "archive"
CLOSING, CASE, AUDIT = "closing_report.json", "case.json", "audit.json"
LARGEST_READ = 256 * 1024 * 1024


@dataclass(frozen=True)
class SignatureFound:
    """`is_expected`: the register says that this file has been signed."""

    path: str
    genuineness: Genuineness
    is_expected: bool

    @property
    def is_bad(self) -> bool:
        if self.genuineness is Genuineness.ALTERED:
            return True
        return self.is_expected and self.genuineness is not Genuineness.GENUINE


@dataclass(frozen=True)
class ArchiveVerdict:
    """What the package itself says. `missing` are files it says it never had."""

    examined: Examined
    digest: str
    case_no: str
    missing: tuple[str, ...]
    signatures: tuple[SignatureFound, ...]
    proof: Proved | None
    forged_anchors: int

    @property
    def is_whole(self) -> bool:
        proof_broken = self.proof is not None and self.proof.fault is not None
        bad = proof_broken or self.forged_anchors or any(one.is_bad for one in self.signatures)
        return self.examined.is_whole and not bad


class Registration(StrEnum):
    CURRENT = "current"
    SUPERSEDED = "superseded"  # the case has a newer package, this one is kept
    UNKNOWN = "unknown"


def examine_archive(package: IO[bytes], signer: Signer | None, notary: Notary | None) -> ArchiveVerdict:
    """Never raises for whatever the bytes are. Without signer or notary signatures are left alone."""
    digest = _digest(package)
    examined = examine(package)
    files = {file.path: file for file in examined.files}
    reader = _Reader(package, files)
    closing = reader.plain(CLOSING)
    proof = check_proof(reader.bytes(AUDIT)) if AUDIT in files else None
    anchors = proof.anchors if proof is not None else ()
    forged = (
        0
        if notary is None
        else sum(not notary.is_genuine(a.key_id, a.statement, a.signature) for a in anchors)
    )
    signatures = () if signer is None else tuple(_signatures(reader, signer))
    missing = closing.get("missing")
    return ArchiveVerdict(
        examined=examined,
        digest=digest,
        case_no=str(closing.get("case_no", "")),
        missing=tuple(map(str, missing)) if isinstance(missing, list) else (),
        signatures=signatures,
        proof=proof,
        forged_anchors=forged,
    )


def registration_of(session: Session, digest: str) -> Registration:
    """As the database knows it."""
    found = session.scalars(
        select(Document).where(Document.kind == ARCHIVE, Document.digest == digest)
    ).first()
    if found is None:
        return Registration.UNKNOWN
    newer = select(Document.id).where(
        Document.case_id == found.case_id, Document.kind == ARCHIVE, Document.id > found.id
    )
    is_newest = session.scalars(newer.limit(1)).one_or_none() is None
    return Registration.CURRENT if is_newest else Registration.SUPERSEDED


def case_of_archive(session: Session, digest: str) -> str | None:
    wanted = select(Case.case_no).join(Document, Document.case_id == Case.id)
    return session.scalars(wanted.where(Document.kind == ARCHIVE, Document.digest == digest)).first()


def _digest(package: IO[bytes]) -> str:
    package.seek(0)
    digest = hashlib.sha256()
    while part := package.read(CHUNK):
        digest.update(part)
    return digest.hexdigest()


@dataclass(frozen=True)
class _Reader:
    """Only of files that have been found whole."""

    package: IO[bytes]
    files: dict[str, Listed]

    def bytes(self, path: str) -> bytes:
        """Empty when the file is not there, not whole, or larger than is read."""
        if path not in self.files or self.files[path].size > LARGEST_READ:
            return b""
        try:
            with opened_zip(self.package) as archive:
                return content_of(archive, path, LARGEST_READ)
        except PackageUnreadable:
            return b""

    def plain(self, path: str) -> dict[str, object]:
        try:
            found = json.load(io.BytesIO(self.bytes(path)))
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


def _signatures(reader: _Reader, signer: Signer) -> Iterator[SignatureFound]:
    reports = reader.plain(CASE).get("reports")
    rows = [row for row in reports if isinstance(row, dict)] if isinstance(reports, list) else []
    signed = {f"report/{row.get('number')}.pdf" for row in rows if row.get("signer")}
    for path in sorted(reader.files):
        if path.endswith(".pdf") and not path.startswith("documents/"):
            found = signer.examine(reader.bytes(path))
            if path.startswith("report/") or found is not Genuineness.FOREIGN:
                yield SignatureFound(path, found, path in signed)
