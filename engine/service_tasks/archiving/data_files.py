"""The files of a package that programs read as well as people: JSON in UTF-8."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import orjson

from engine.domain.archive.audit_proof import write_proof
from engine.domain.json_text import canonical_json
from engine.domain.plain import to_plain
from engine.domain.zip_file import Packed, pack
from engine.form_definitions import FormDefinition
from engine.runtime import Definition, Source
from engine.service_tasks.archiving.record import CaseRecord, OpenedAnswer
from engine.store.instances import HistoryEvent

CASE = "case.json"
SEALED = frozenset({"receipt", "void_reason", "reason", "body", "result", "detached", "token"})
HISTORY = tuple(column.name for column in HistoryEvent.__table__.columns)
Files = dict[str, bytes | Packed]
Row = Mapping[str, object]


def data_files(record: CaseRecord, forms: Mapping[str, FormDefinition]) -> Files:
    """All but the reports, papers and scans, which lie in the document store."""
    return {
        CASE: _case(record),
        "history.json": _listing({"steps": [dict(zip(HISTORY, row, strict=True)) for row in record.history]}),
        "tasks.json": _listing({"tasks": [{**_open(one.row), "result": one.result} for one in record.tasks]}),
        "comments.json": _listing(
            {"comments": [{**_open(one.row), "words": one.words} for one in record.comments]}
        ),
        "messages.json": _listing({"messages": map(_open, record.messages)}),
        "work.json": _listing({"work": [{**_open(one), "result": one.result} for one in record.work]}),
        "releases.json": _listing(
            {"releases": [{**_open(one.row), "reason": one.reason} for one in record.releases]}
        ),
        "audit.json": write_proof(record.audit.events, record.audit.strips, record.audit.newest),
        **dict(_commissions(record)),
        **dict(_answers(record)),
        **dict(_evaluations(record)),
        **dict(_receipts(record)),
        **dict(_definitions(record)),
        **dict(_forms(record, forms)),
    }


def _case(record: CaseRecord) -> bytes:
    """What holds the other files together."""
    return _listing(
        {
            "case": [record.head],
            "revisions": [
                {**_open(one.row), "path": commission_path(one.row.revision)} for one in record.revisions
            ],
            "queries": map(vars, record.queries),
            "answers": [{**_answer(one), "path": answer_stem(one)} for one in record.answers],
            "evaluations": [
                {**_open(one.row), "path": evaluation_path(number), "limits": limits_path(number)}
                for number, one in enumerate(record.evaluations, start=1)
            ],
            "reports": [{**_open(one.row), "void_reason": one.void_reason} for one in record.reports],
            "documents": map(_open, record.documents),
            "instances": map(_open, record.instances),
            "definitions": [
                {"process_id": one.process_id, "digest": one.digest, "sources": paths}
                for one, paths in definition_paths(record.definitions)
            ],
        }
    )


def commission_path(revision: int) -> str:
    return f"commission/{revision}.json"


def answer_stem(answer: OpenedAnswer) -> str:
    row = answer.row
    return f"answers/{row.source}-{row.query_id}-{row.attempt}"


def evaluation_path(number: int) -> str:
    return f"evaluations/{number}.json"


def limits_path(number: int) -> str:
    return f"evaluations/{number}-limits.json"


def receipt_path(number: str) -> str:
    return f"report/{number}-receipt.json"


def definition_paths(definitions: Iterable[Definition]) -> Iterator[tuple[Definition, dict[str, str]]]:
    """Where the sources of each lie: most are the same in all, what differs has a folder of its own."""
    taken: dict[str, Source] = {}
    for definition in definitions:
        paths: dict[str, str] = {}
        for source in definition.sources:
            plain, own = f"diagrams/{source.name}", f"diagrams/{definition.digest[:12]}/{source.name}"
            paths[source.name] = plain if taken.setdefault(plain, source) == source else own
        yield definition, paths


def _commissions(record: CaseRecord) -> Iterator[tuple[str, bytes]]:
    for one in record.revisions:
        yield commission_path(one.row.revision), one.body


def _answers(record: CaseRecord) -> Iterator[tuple[str, bytes]]:
    """`.received` is what came over the wire, untouched; `.json` ends with our reading as it is stored."""
    for one in record.answers:
        yield f"{answer_stem(one)}.received", one.received
        head = canonical_json(_answer(one)).removesuffix(b"}")
        yield f"{answer_stem(one)}.json", head + b',"understood":' + one.understood + b"}"


def _answer(one: OpenedAnswer) -> Row:
    row = one.row
    return {
        "query_id": row.query_id,
        "source": row.source,
        "attempt": row.attempt,
        "received_at": row.received_at.isoformat(),
        "content_type": row.content_type,
        "sha256": row.digest,
    }


def _evaluations(record: CaseRecord) -> Iterator[tuple[str, bytes]]:
    for number, one in enumerate(record.evaluations, start=1):
        yield evaluation_path(number), one.body
        yield limits_path(number), canonical_json(to_plain(one.limits))


def _receipts(record: CaseRecord) -> Iterator[tuple[str, bytes]]:
    for one in record.reports:
        if one.receipt is not None:
            yield receipt_path(one.row.number), one.receipt
        if one.row.detached is not None:
            yield f"report/{one.row.number}.pdf.sig", one.row.detached


def _definitions(record: CaseRecord) -> Iterator[tuple[str, Packed]]:
    for definition, paths in definition_paths(record.definitions):
        for source in definition.sources:
            yield paths[source.name], _packed(source)


def _forms(record: CaseRecord, forms: Mapping[str, FormDefinition]) -> Iterator[tuple[str, Packed]]:
    """Those people have filled in, as the platform has them."""
    for key in sorted({task.row.form for task in record.tasks} & forms.keys()):
        yield f"forms/{key}.form", _packed(Source(f"{key}.form", forms[key].source))


@lru_cache(maxsize=256)  # the files of some definitions: they are most of every archive and never change
def _packed(source: Source) -> Packed:
    return pack(source.content)


def _open(row: object) -> Row:
    """What is not sealed; sealed columns are added once they are open."""
    return {name: value for name, value in vars(row).items() if name not in SEALED}


def _listing(groups: Mapping[str, Iterable[object]]) -> bytes:
    """A line for each group."""
    parts = (b'"%b":%b' % (name.encode(), _rows(list(rows))) for name, rows in groups.items())
    return b"{" + b",\n".join(parts) + b"}\n"


def _rows(rows: list[object]) -> bytes:
    """The quick library refuses whole numbers beyond 64 bits: the standard one writes them."""
    try:
        return orjson.dumps(rows, default=to_plain)
    except TypeError:
        return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), default=to_plain).encode()
