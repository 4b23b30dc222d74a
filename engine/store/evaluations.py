"""The evaluations reports rest on: sealed results, each with the digests it can be computed again from."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from functools import lru_cache
from typing import cast

from sqlalchemy import ForeignKey, LargeBinary, String, Table
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.domain.json_text import read_json
from engine.domain.plain import digest_of, from_plain
from engine.domain.result import Evaluation
from engine.ports import Vault
from engine.store.base import Base, Identifier, UtcDateTime, append_at_end
from engine.store.sealing import SealedColumn
from engine.store.together import rows_of, select_of_cases


class EvaluationRecord(Base):
    """A computed result, sealed, with the digests it can be computed again from. Append-only."""

    __tablename__ = "evaluation"

    id: Mapped[int] = mapped_column(Identifier, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("verification_case.id"), index=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(64))
    parameters_version: Mapped[str] = mapped_column(String(80))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    definition_digest: Mapped[str] = mapped_column(String(64))
    computed_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class KnownEvaluation:
    case_id: int
    digest: str
    body: bytes = field(repr=False)


# Bound to what it says: the same evaluation twice in a case is the same value twice.
EVALUATION = SealedColumn(EvaluationRecord, "body", ("case_id", "digest"))

EVALUATIONS = cast(Table, EvaluationRecord.__table__)
OF_CASES = select_of_cases(
    EVALUATIONS.c.case_id, (EVALUATIONS.c[column.name] for column in fields(KnownEvaluation))
).order_by(EVALUATIONS.c.id)


def add_evaluation(session: Session, vault: Vault, body: bytes, values: Mapping[str, object]) -> str:
    """Its digest. `values` are the other columns."""
    case_id, digest = cast(int, values["case_id"]), digest_of(body)
    sealed = vault.seal(EVALUATION.place_of(case_id, digest), body)
    append_at_end(session, EvaluationRecord, [{**values, "digest": digest, "body": sealed}])
    return digest


def latest_evaluation(session: Session, case_id: int) -> KnownEvaluation | None:
    rows = rows_of(session, OF_CASES, case_id)
    return KnownEvaluation(*rows[-1]) if rows else None


def evaluation_body(vault: Vault, evaluation: KnownEvaluation) -> bytes:
    """Its canonical JSON, as archives hold it."""
    return vault.open(EVALUATION.place_of(evaluation.case_id, evaluation.digest), evaluation.body)


def evaluation_of(vault: Vault, evaluation: KnownEvaluation) -> Evaluation:
    return read_evaluation(evaluation_body(vault, evaluation))


@lru_cache(maxsize=64)  # report and package of a case follow each other; what these bytes say never changes
def read_evaluation(body: bytes) -> Evaluation:
    """Of its canonical JSON."""
    return from_plain(Evaluation, read_json(body))
