"""What must hold after any storm, read from the database and the logs of the outside, from nothing else."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from tests.chaos.witness import Change, changes

Row = Sequence[Any]
Entry = dict[str, Any]


@dataclass(frozen=True)
class Evidence:
    """`answers` the sender got, `questions` the departments, `wire` the unit; `receipts` it confirmed."""

    connection: Connection
    answers: list[Entry]
    questions: list[Entry]
    wire: list[Entry]
    receipts: list[Entry]
    unit: Path
    documents: Path

    def rows(self, query: str) -> list[Row]:
        return list(self.connection.execute(text(query)))

    def column(self, query: str) -> list[Any]:
        return [row[0] for row in self.rows(query)]

    def changes(self) -> list[Change]:
        return changes(self.connection)


Check = Callable[[Evidence], Iterable[str]]


def every_commission_is_one_case(evidence: Evidence) -> Iterator[str]:
    cases = defaultdict(list)
    for number, case_no in evidence.rows("SELECT commission_no, case_no FROM verification_case"):
        cases[number].append(case_no)
    answered = defaultdict(set)
    for entry in evidence.answers:
        answered[entry["number"]].add(entry["case_no"])
        if entry["status"] != 202:
            yield f"{entry['number']} was answered {entry['status']}"
    for number in cases.keys() | answered.keys():
        if len(cases[number]) != 1 or answered[number] != set(cases[number]):
            yield f"{number} has cases {cases[number]}, the answers named {answered[number]}"


def every_case_is_closed(evidence: Evidence) -> Iterator[str]:
    query = "SELECT case_no, state FROM verification_case WHERE state <> 'closed' OR closed_at IS NULL"
    for case_no, state in evidence.rows(query):
        yield f"case {case_no} rests in {state}"
    for case_no, name in evidence.rows(
        "SELECT c.case_no, t.name FROM human_task t JOIN verification_case c ON c.id = t.case_id"
    ):
        yield f"case {case_no} was given to staff: {name}"


def every_instance_has_reached_its_end(evidence: Evidence) -> Iterator[str]:
    query = """SELECT c.case_no, count(i.id), min(i.state), count(i.end_event)
               FROM verification_case c LEFT JOIN process_instance i ON i.case_id = c.id
               GROUP BY c.case_no"""
    for case_no, count, state, ends in evidence.rows(query):
        if (count, state, ends) != (1, "finished", 1):
            yield f"case {case_no} has {count} instances, {state}, {ends} with an end event"
    ended = """SELECT i.id FROM process_instance i WHERE (SELECT count(*) FROM history_event h
               WHERE h.instance_id = i.id AND h.element_id = i.end_event) <> 1"""
    for instance in evidence.column(ended):
        yield f"instance {instance} has not one history row of its end event"


def history_counts_without_gap_or_repeat(evidence: Evidence) -> Iterator[str]:
    query = """SELECT instance_id, count(*), count(DISTINCT seq), min(seq), max(seq)
               FROM history_event GROUP BY instance_id"""
    for instance, count, distinct, first, last in evidence.rows(query):
        if not (count == distinct == last and first == 1):
            yield f"instance {instance} has {count} steps numbered {first} to {last}, {distinct} distinct"


def report_numbers_are_whole(evidence: Evidence) -> Iterator[str]:
    for region, month, last in evidence.rows("SELECT region, month, last FROM report_counter"):
        query = f"SELECT serial FROM report WHERE region = '{region}' AND month = '{month}' ORDER BY serial"
        serials = evidence.column(query)
        if serials != list(range(1, last + 1)):
            yield f"month {month}: {len(serials)} serials up to {last}"
    several = "SELECT case_id, count(*) FROM report GROUP BY case_id HAVING count(*) <> 1"
    for case, count in evidence.rows(several):
        yield f"case {case} has {count} reports"


def every_report_is_delivered_under_one_id(evidence: Evidence) -> Iterator[str]:
    ids, taken = defaultdict(set), Counter[str]()
    for entry in _with_files(evidence):
        ids[entry["number"]].add(entry["id"])
        taken[entry["number"]] += entry["what"] != "refused" and entry["status"] == 204
    numbers = set(evidence.column("SELECT number FROM report"))
    for number in numbers:
        if len(ids[number]) != 1 or not taken[number]:
            yield f"{number} came under {len(ids[number])} ids, taken {taken[number]} times"
    for number in ids.keys() - numbers:
        yield f"{number} was delivered, but is no report"


def the_unit_holds_the_file_of_every_report(evidence: Evidence) -> Iterator[str]:
    digests = defaultdict(set)
    for entry in _with_files(evidence):
        digests[entry["number"]].add(entry["sha256"])
    confirmed = {entry["number"]: entry["sha256"] for entry in evidence.receipts}
    for number, digest, state in evidence.rows("SELECT number, file_digest, state FROM report"):
        if state != "received" or confirmed.get(number) != digest:
            yield f"{number} is {state}, its receipt names {confirmed.get(number)}"
        if digests[number] != {digest} or not _is_whole(evidence.unit / f"{digest}.pdf", digest):
            yield f"{number}: the unit's file is not the report"


def _with_files(evidence: Evidence) -> Iterator[Entry]:
    return (entry for entry in evidence.wire if entry["sha256"] is not None)


def every_department_was_asked_under_one_key(evidence: Evidence) -> Iterator[str]:
    keys, batches = defaultdict(set), defaultdict(set)
    for entry in evidence.questions:
        keys[entry["batch"]].add(entry["key"])
        batches[entry["key"]].add(entry["batch"])
    planned = set(evidence.column("SELECT batch_no FROM query"))
    for batch in planned ^ keys.keys():
        yield f"batch {batch} was {'planned' if batch in planned else 'asked'} only"
    for batch, found in keys.items():
        if len(found) != 1:
            yield f"batch {batch} was asked under {len(found)} keys"
    for key, found in batches.items():
        if len(found) != 1:
            yield f"key {key} was used for {len(found)} batches"
    for batch, state in evidence.rows("SELECT batch_no, state FROM query WHERE state <> 'answered'"):
        yield f"batch {batch} is {state}"


def no_work_is_left(evidence: Evidence) -> Iterator[str]:
    for row, operation, state in evidence.rows(
        "SELECT id, operation, state FROM outbox WHERE state <> 'applied'"
    ):
        yield f"work {row} ({operation}) is left {state}"
    for instance, state in evidence.rows("SELECT id, state FROM process_instance WHERE wake"):
        yield f"instance {instance} ({state}) is left awake"
    for name in evidence.column("SELECT name FROM inbound_message WHERE taken_at IS NULL"):
        yield f"a message {name} was not taken"
    for name in evidence.column("SELECT name FROM expected_message"):
        yield f"a message {name} is still expected"


def every_piece_of_work_took_effect_once(evidence: Evidence) -> Iterator[str]:
    results, applied, last_attempt = Counter[int](), Counter[int](), dict[int, int]()
    for change in evidence.changes():
        results[change.row] += change.state == "result"
        applied[change.row] += change.state == "applied"
        if change.attempt < last_attempt.get(change.row, 0):
            yield f"work {change.row} went back to attempt {change.attempt}"
        last_attempt[change.row] = change.attempt
    for row in last_attempt:
        if (results[row], applied[row]) != (1, 1):
            yield f"work {row} has {results[row]} results, applied {applied[row]} times"


def every_step_is_audited_once(evidence: Evidence) -> Iterator[str]:
    actions = (
        "commission_received",
        "application_accepted",
        "report_numbered",
        "report_rendered",
        "report_delivered",
        "receipt_confirmed",
        "case_archived",
        "case_closed",
    )
    for action in actions:
        query = f"""SELECT c.case_no, count(a.id) FROM verification_case c LEFT JOIN audit_event a
                    ON a.case_id = c.id AND a.action = '{action}'
                    GROUP BY c.case_no HAVING count(a.id) <> 1"""
        for case_no, count in evidence.rows(query):
            yield f"case {case_no}: {action} {count} times"


def every_document_is_kept(evidence: Evidence) -> Iterator[str]:
    """The store is sealed, so only the readable copies can be compared with their digest."""
    query = "SELECT case_id, kind, count(*) FROM document GROUP BY case_id, kind HAVING count(*) <> 1"
    for case, kind, count in evidence.rows(query):
        yield f"case {case} has {count} documents {kind}"
    for kind, name, digest in evidence.rows("SELECT kind, name, digest FROM document"):
        if not (evidence.documents / "store" / digest[:2] / digest).exists():
            yield f"the {kind} {name} is not in the store"
        if kind == "archive" and not _is_whole(evidence.documents / "published" / name, digest):
            yield f"the archive {name} is not published"


def _is_whole(path: Path, digest: str) -> bool:
    return path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == digest


CHECKS: tuple[Check, ...] = (
    every_commission_is_one_case,
    every_case_is_closed,
    every_instance_has_reached_its_end,
    history_counts_without_gap_or_repeat,
    report_numbers_are_whole,
    every_report_is_delivered_under_one_id,
    the_unit_holds_the_file_of_every_report,
    every_department_was_asked_under_one_key,
    no_work_is_left,
    every_piece_of_work_took_effect_once,
    every_step_is_audited_once,
    every_document_is_kept,
)


def violations(evidence: Evidence) -> dict[str, list[str]]:
    """What each check found, only those that found something."""
    found = {check.__name__: list(check(evidence)) for check in CHECKS}
    return {name: what for name, what in found.items() if what}
