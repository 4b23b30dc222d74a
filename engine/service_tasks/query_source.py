"""Ask one department all questions of a case and keep its answer as received, MZ/T 072-2016 6.2 a) b)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from engine.domain.answers import read_answer
from engine.domain.commission import Commission
from engine.domain.findings import MatchStatus
from engine.domain.household import Person
from engine.domain.query_gate import Refusal, ask_gate
from engine.platform import Platform
from engine.ports import PermanentFailure, SourceReply, SourceRequest, SourceRow
from engine.service_tasks.operation import Again, Arguments, CallContext, OutsideOperation, Results
from engine.store.audit import record_audit
from engine.store.queries import KnownQuery, QueryHead, add_answer, mark_answered, mark_failed

QueryT = TypeVar("QueryT", bound=QueryHead)
ASK_AGAIN = (MatchStatus.ERROR, MatchStatus.TIMEOUT)


@dataclass(frozen=True)
class Question:
    """None: nothing may be asked any more (case closed, authorisation ended)."""

    request: SourceRequest | None


def _chosen(queries: Iterable[QueryT], arguments: Arguments) -> QueryT:
    wanted = (arguments["source"], arguments["query_round"])
    return next(query for query in queries if (query.source, query.round) == wanted)


def prepare(context: CallContext, arguments: Arguments) -> Question:
    """The gate is asked again at the moment of leaving: an authorisation may have ended since the plan."""
    query = _chosen(context.queries, arguments)
    commission = context.commission
    request = _request(context, query, commission)
    return Question(request if request.rows else None)


def _request(context: CallContext, query: KnownQuery, commission: Commission) -> SourceRequest:
    letter = commission.letter
    if letter is None:
        raise PermanentFailure("letter_missing")
    refused = []
    rows = []
    for number, (ref, item, _) in enumerate(query.rows, start=1):
        asked = context.platform.catalogue.items[item]
        permission = ask_gate(commission, context.case.is_open, ref, asked, context.now)
        if isinstance(permission, Refusal):
            refused.append({"person": ref, "item": item})
            continue
        rows.append(_row(number, commission.household.person(ref), item, permission.number))
    if refused:
        facts = {"batch": query.batch_no, "refusals": refused}
        record_audit(context.session, context.now, "system", "query_refused", context.case.id, facts)
    return SourceRequest(
        query.batch_no,
        context.case.case_no or "",
        query.source,
        letter.period.start,
        letter.period.end,
        letter.property_as_of,
        tuple(rows),
    )


def _row(number: int, person: Person, item: str, authorisation: str) -> SourceRow:
    return SourceRow(number, person.ref, person.name, person.id_type, person.id_no, item, authorisation)


def perform(platform: Platform, key: str, question: Question) -> tuple[SourceRequest, SourceReply]:
    if question.request is None:
        raise PermanentFailure("query_refused")
    source = platform.sources.get(question.request.department)
    if source is None:
        raise PermanentFailure("source_unknown")
    return question.request, source.ask(question.request, key)


def record(
    context: CallContext, arguments: Arguments, reply: tuple[SourceRequest, SourceReply], attempt: int
) -> Results | Again:
    request, received = reply
    query = _chosen(context.query_heads, arguments)
    understood = read_answer(context.platform.catalogue, request, received.body, received.received_at)
    add_answer(context.session, context.platform.vault, query, attempt, received, understood.answers)
    mark_answered(context.session, query, received.received_at)
    if any(answer.status in ASK_AGAIN for answer in understood.answers):
        return Again("answer_incomplete")
    return {"outcome": "answered"}


def give_up(context: CallContext, arguments: Arguments, code: str) -> Results:
    query = _chosen(context.query_heads, arguments)
    mark_failed(context.session, query, context.now, code)
    facts = {"batch": query.batch_no, "code": code}
    record_audit(context.session, context.now, "system", "query_failed", context.case.id, facts)
    return {"outcome": "failed"}


OPERATION = OutsideOperation(
    lane=lambda case, arguments: f"source:{arguments['source']}",
    retry=lambda platform: platform.source_retry,
    prepare=prepare,
    perform=perform,
    record=record,
    give_up=give_up,
    arguments=("source", "query_round"),
)
