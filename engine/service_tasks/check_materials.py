"""Check the material of the commission (审核), MZ/T 072-2016 6.1 b)."""

from engine.domain.materials import Defect, Examination, find_defects
from engine.domain.report_number import SHANGHAI
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.units import known_unit


def defects_of(context: CallContext) -> tuple[Defect, ...]:
    unit = known_unit(context.session, context.case.unit_code)
    day = context.commission.received_at.astimezone(SHANGHAI).date()  # of mended material: when that came
    services = frozenset(context.platform.catalogue.services)
    examination = Examination(context.platform.organisation.name, unit.name, day, services)
    return find_defects(context.commission, examination)


def run(context: CallContext, arguments: Arguments) -> Results:
    defects = defects_of(context)
    facts = {"defects": sorted({defect.code for defect in defects})}
    record_audit(context.session, context.now, "system", "materials_checked", context.case.id, facts)
    return {"materials_complete": not defects}


OPERATION = InsideOperation(run)
