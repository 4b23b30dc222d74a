"""What the papers of a re-check (复核) print: the form as it was filled in, and what was found."""

import json
from collections.abc import Mapping
from datetime import date

from sqlalchemy import select

from engine.paper_definitions.values import ComparedValues, DisputedValues, RecheckValues
from engine.service_tasks.operation import CallContext
from engine.service_tasks.papers.comparing import compared_values
from engine.service_tasks.papers.paper_case import PaperCase
from engine.store.archive_reading import open_result
from engine.store.audit import AuditEvent

FORM = "recheck_application"
COMPARED = "recheck_compared"


def recheck_values(case: PaperCase, instance_id: int, ordinal: int) -> RecheckValues | None:
    """`ordinal`: which of the comparisons of the case. None for an instance that is no re-check."""
    form = _form(case, instance_id)
    if form is None:
        return None
    context = case.context
    rows = tuple(_disputed(context, row) for row in _rows(form.get("rows")))
    return RecheckValues(
        unit_name=str(form.get("unit_name", "")),
        contact_person=str(form.get("contact_person", "")),
        contact_phone=str(form.get("contact_phone", "")),
        contact_id_no=str(form.get("contact_id_no", "")),
        email=str(form.get("email", "")),
        postcode=str(form.get("postcode", "")),
        address=str(form.get("address", "")),
        rows=rows,
        handler=str(form.get("handler", "")),
        applied_on=date.fromisoformat(str(form["applied_on"])),
        original_report=rows[0].report_no if rows else "",
        compared=_compared(context, ordinal),
    )


def _form(case: PaperCase, instance_id: int) -> Mapping[str, object] | None:
    mine = (task for task in case.tasks if task.instance_id == instance_id and task.form == FORM)
    task = next(mine, None)
    opened = None if task is None else open_result(case.context.platform.vault, task)
    filled: Mapping[str, object] | None = None if opened is None else json.loads(opened)
    return filled


def _rows(rows: object) -> list[Mapping[str, object]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _disputed(context: CallContext, row: Mapping[str, object]) -> DisputedValues:
    code = str(row.get("item", ""))
    item = context.platform.catalogue.items.get(code)
    name = item.name if item is not None else code
    return DisputedValues(str(row.get("report_no", "")), name, str(row.get("reason", "")))


def _compared(context: CallContext, ordinal: int) -> tuple[ComparedValues, ...]:
    """By what was written down when it was compared: which items, and which rounds of queries counted."""
    mine = (AuditEvent.case_id == context.case.id, AuditEvent.action == COMPARED)
    events = context.session.scalars(select(AuditEvent.facts).where(*mine).order_by(AuditEvent.id)).all()
    facts = events[ordinal - 1] if len(events) >= ordinal else {}
    items = facts.get("disputed_items")
    if not isinstance(items, list) or "rounds_before" not in facts:
        return ()
    rounds = (int(str(facts[name])) for name in ("rounds_before", "rounds_after"))
    return compared_values(context, [str(item) for item in items], *rounds)
