"""The basis of a report's evaluation out of an archive package, without any database."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from engine.domain.catalogue import Catalogue
from engine.domain.commission import Commission
from engine.domain.parameters import LocalParameters
from engine.domain.plain import from_plain
from engine.handling.replaying.basis import Basis, NotReplayable, Part, Replay, Strange, replay
from engine.handling.replaying.material import Material, checked_commission
from engine.runtime import Definition, DiagramRefused, Source, digest_of
from engine.service_tasks.archiving.data_files import CASE
from engine.service_tasks.evaluate_household import day_of_application
from engine.store.queries import KnownQuery, OpenedAnswer

Files = Mapping[str, bytes]
Row = Mapping[str, str]


# Whatever reading and computing raise over texts somebody has made up.
UNFIT = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, RecursionError)


def replay_package(catalogue: Catalogue, files: Files, number: str) -> Replay:
    """`files` as for basis_in_package. Raises NotReplayable."""
    basis = basis_in_package(catalogue, files, number)
    try:
        return replay(basis)
    except UNFIT as error:
        raise NotReplayable(report=number) from error


def basis_in_package(catalogue: Catalogue, files: Files, number: str) -> Basis:
    """`files` by path, whole ones and damaged ones alike. Raises NotReplayable."""
    try:
        return _Reader(catalogue, files, number).basis()
    except UNFIT as error:
        raise NotReplayable(report=number) from error


class _Reader:
    def __init__(self, catalogue: Catalogue, files: Files, number: str) -> None:
        self._catalogue = catalogue
        self._files = files
        self._number = number
        self._case: Mapping[str, list[Row]] = json.loads(files[CASE])

    def basis(self) -> Basis:
        row = self._evaluation()
        made = datetime.fromisoformat(row["computed_at"])
        revision = [one for one in self._case["revisions"] if _moment(one, "recorded_at") <= made][-1]
        body = self._files[revision["path"]]
        commission = from_plain(Commission, json.loads(body))
        material = Material(
            self._catalogue,
            commission,
            [_query(one) for one in self._case["queries"]],
            [self._answer(one) for one in self._case["answers"]],
            made,
        )
        definition, strange = self._definition(row["definition_digest"])
        limits = json.loads(self._files[row["limits"]])
        return Basis(
            number=self._number,
            commission=commission,
            findings=material.findings(),
            definition=definition,
            day=day_of_application(_moment(self._case["case"][0], "received_at")),
            body=self._files[row["path"]],
            digest=row["digest"],
            inputs_digest=row["inputs_digest"],
            parameters_version=row["parameters_version"],
            limits=None if limits is None else from_plain(LocalParameters, limits),
            strange=(*checked_commission(body, revision["digest"]), *material.strange(), *strange),
        )

    def _evaluation(self) -> Row:
        (report,) = (one for one in self._case["reports"] if one["number"] == self._number)
        issued = _moment(report, "issued_at")
        return [one for one in self._case["evaluations"] if _moment(one, "computed_at") <= issued][-1]

    def _answer(self, one: Row) -> OpenedAnswer:
        understood = json.loads(self._files[f"{one['path']}.json"])["understood"]
        return OpenedAnswer(
            query_id=int(one["query_id"]),
            source=one["source"],
            attempt=int(one["attempt"]),
            content_type=one["content_type"],
            received_at=_moment(one, "received_at"),
            digest=one["sha256"],
            body=self._files[f"{one['path']}.received"],
            understood=understood,
        )

    def _definition(self, digest: str) -> tuple[Definition | None, tuple[Strange, ...]]:
        """Also one that has been changed is used: what it changes in the result is told then."""
        (row,) = (one for one in self._case["definitions"] if one["digest"] == digest)
        sources = tuple(_sources(row, self._files))
        found = digest_of(row["process_id"], sources)
        changed = (Strange(Part.DEFINITION, "流程图和决策表", digest, found),) if found != digest else ()
        try:
            return Definition(row["process_id"], found, sources), changed
        except DiagramRefused as error:
            return None, (*changed, Strange(Part.DEFINITION, "流程图和决策表", digest, str(error)))


def _sources(row: Mapping[str, object], files: Files) -> Iterator[Source]:
    paths = row["sources"]
    if not isinstance(paths, dict):
        raise TypeError("sources")
    for name, path in paths.items():
        yield Source(name, files[path])


def _query(row: Mapping[str, Any]) -> KnownQuery:
    answered = row["answered_at"]
    return KnownQuery(
        id=row["id"],
        case_id=row["case_id"],
        source=row["source"],
        round=row["round"],
        batch_no=row["batch_no"],
        state=row["state"],
        rows=[[str(part) for part in one] for one in row["rows"]],
        required_items=list(row["required_items"]),
        planned_at=_moment(row, "planned_at"),
        answered_at=None if answered is None else datetime.fromisoformat(answered),
        failure_code=row["failure_code"],
    )


def _moment(row: Row, name: str) -> datetime:
    return datetime.fromisoformat(row[name])
