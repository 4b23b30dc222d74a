"""What a re-check has found, item by item: what the sources said before and say now, MZ/T 072-2016 6.5."""

from collections.abc import Iterator, Sequence

from engine.domain.catalogue import Catalogue, Item
from engine.domain.findings import Findings, ItemAnswer, MatchStatus, Record
from engine.domain.report_text import NOTHING, print_value
from engine.paper_definitions.values import ComparedValues
from engine.service_tasks.compare_recheck import findings_up_to
from engine.service_tasks.operation import CallContext

NOT_FOUND, NO_ANSWER = "查无记录", "信息共享单位未反馈"


def compared_values(
    context: CallContext, items: Sequence[str], before: int, after: int
) -> tuple[ComparedValues, ...]:
    """`before`, `after`: the last round of queries that counts."""
    then, now = findings_up_to(context, before), findings_up_to(context, after)
    return tuple(row for item in items for row in _of_item(context, item, then, now))


def _of_item(context: CallContext, code: str, then: Findings, now: Findings) -> Iterator[ComparedValues]:
    catalogue = context.platform.catalogue
    item = catalogue.items.get(code)
    for person in context.commission.household.persons:
        old, new = then.answer(person.ref, code), now.answer(person.ref, code)
        if item is not None and (old is not None or new is not None):
            has_changed = _said(old) != _said(new)
            yield ComparedValues(
                item=item.name,
                person=person.name,
                before=_words(catalogue, item, old, new),
                after=_words(catalogue, item, new, old),
                has_changed=has_changed,
            )


def _said(answer: ItemAnswer | None) -> object:
    return None if answer is None else (answer.status, sorted(map(repr, answer.records)))


def _words(catalogue: Catalogue, item: Item, answer: ItemAnswer | None, other: ItemAnswer | None) -> str:
    """What is the same on both sides is counted, what differs is said."""
    if answer is None or not answer.status.is_complete:
        return NO_ANSWER
    if answer.status is MatchStatus.NOT_FOUND or not answer.records:
        return NOT_FOUND
    shared = [] if other is None else [repr(record) for record in other.records]
    own = [record for record in answer.records if repr(record) not in shared]
    counted = f"共 {len(answer.records)} 条记录"
    if not own:
        return counted
    return f"{counted}，其中：" + "；".join(_record(catalogue, item, record) for record in own)


def _record(catalogue: Catalogue, item: Item, record: Record) -> str:
    known = [field for field in item.fields if field.name in record.values]
    cells = [(field.label, print_value(record.values[field.name], field, catalogue)) for field in known]
    return "，".join(f"{label} {text}" for label, text in cells if text != NOTHING)
