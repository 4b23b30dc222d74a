"""Plan which department is asked what about whom (发送信息查询请求), MZ/T 072-2016 6.2 a)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.domain.catalogue import Item
from engine.domain.commission import Commission
from engine.domain.household import Role
from engine.domain.query_gate import Refusal, ask_gate
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.base import append
from engine.store.queries import Query, QueryState
from engine.store.together import read_alone

# Of those who owe support but live elsewhere only who they are is asked: 法定赡养、抚养、扶养义务人基本信息.
ITEMS_OF_SUPPORTERS = ("GA01",)


@dataclass(frozen=True)
class PlannedRow:
    source: str
    person: str
    item: str
    authorisation: str
    required: bool


def run(context: CallContext, arguments: Arguments) -> Results:
    earlier = context.queries
    open_sources = {query.source for query in earlier if query.state != QueryState.ANSWERED}
    again = arguments.get("exchange_decision") == "requery"
    rows = _permitted_rows(context, _plan(arguments))
    if again:
        wanted = set(arguments.get("missing_sources") or open_sources)  # type: ignore[call-overload]
        rows = [row for row in rows if row.source in wanted]
    round_no = 1 + max((query.round for query in earlier), default=0)
    sources = list(dict.fromkeys(row.source for row in rows))
    queries = [
        _query(context, source, round_no, [row for row in rows if row.source == source]) for source in sources
    ]
    append(context.session, Query, queries)
    read_alone(context.session, context.case.id)
    context.memo.queries = None  # there are more now
    return {"sources": sources, "query_round": round_no}


def _plan(arguments: Arguments) -> dict[str, bool]:
    """Item code -> must-have, from the decision table; an item named twice is must-have if either says so.

    A re-check (6.5) asks of these only what is disputed.
    """
    plan: dict[str, bool] = {}
    rows = arguments["plan"]
    if not isinstance(rows, list | tuple):
        raise TypeError("plan")
    for row in rows:
        plan[row["item"]] = plan.get(row["item"], False) or bool(row["required"])
    disputed = arguments.get("disputed_items")
    if not isinstance(disputed, list):
        return plan
    return {item: required for item, required in plan.items() if item in disputed}


def _permitted_rows(context: CallContext, plan: Mapping[str, bool]) -> list[PlannedRow]:
    commission = context.commission
    rows, refusals = [], []
    for person, item in _pairs(commission, context, plan):
        permission = ask_gate(commission, context.case.is_open, person, item, context.now)
        if isinstance(permission, Refusal):
            refusals.append({"person": person, "item": item.code, "refusal": permission.code.value})
            continue
        rows.append(PlannedRow(item.department, person, item.code, permission.number, plan[item.code]))
    if refusals:
        facts = {"refusals": refusals}
        record_audit(context.session, context.now, "system", "query_refused", context.case.id, facts)
    return rows


def _pairs(
    commission: Commission, context: CallContext, plan: Mapping[str, bool]
) -> Iterable[tuple[str, Item]]:
    for code in sorted(plan):
        for person in commission.household.persons:
            if person.role is Role.MEMBER or code in ITEMS_OF_SUPPORTERS:
                yield person.ref, context.platform.catalogue.items[code]


def _query(context: CallContext, source: str, round_no: int, rows: list[PlannedRow]) -> dict[str, object]:
    return {
        "case_id": context.case.id,
        "source": source,
        "round": round_no,
        "batch_no": f"{context.case.case_no}-{source}-{round_no}",
        "rows": [[row.person, row.item, row.authorisation] for row in rows],
        "required_items": sorted({row.item for row in rows if row.required}),
        "state": QueryState.PLANNED,
        "planned_at": context.now,
    }


OPERATION = InsideOperation(run)
