"""Give the report its number (MZ/T 072-2016 附录B), in the transaction that makes the report's row."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain.errors import SerialExhausted
from engine.domain.report_number import LAST_SERIAL, compose_number, parse_number, serial_month
from engine.ports import Clock
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.reports import (
    LockedCounter,
    ReportState,
    add_report,
    lock_counter,
    report_of_case,
    take_serial,
)

FIRST = "f"  # what every case but a re-check begins with


def run(context: CallContext, arguments: Arguments) -> Results:
    """A case has one report of each nature (性质标识符); asking again returns the same."""
    nature = str(arguments.get("nature", FIRST))
    report = report_of_case(context.session, context.case.id)
    if report is None or parse_number(report.number).nature != nature:
        return {"report_id": _issue(context, nature)}
    return {"report_id": report.id}


def _issue(context: CallContext, nature: str) -> int:
    organisation = context.platform.organisation
    counter, issued_at = lock_month(context.session, organisation.region, context.platform.clock)
    if counter.last >= LAST_SERIAL:
        raise SerialExhausted(region=organisation.region, month=counter.month)
    serial = take_serial(context.session, counter)
    number = compose_number(organisation.region, issued_at, serial, context.case.service, nature, copy=1)
    facts = {"number": str(number)}
    record_audit(context.session, context.now, "system", "report_numbered", context.case.id, facts)
    report = {
        "case_id": context.case.id,
        "number": str(number),
        "region": number.region,
        "month": counter.month,
        "serial": number.serial,
        "nature": number.nature,
        "copy": number.copy,
        "handler": organisation.handler,
        "state": ReportState.NUMBERED,
        "issued_at": issued_at,
    }
    return add_report(context.session, report)


def lock_month(session: Session, region: str, clock: Clock) -> tuple[LockedCounter, datetime]:
    """The locked counter and the time of issue, taken after the lock: the wait may outlast the month."""
    while True:
        month = serial_month(clock.now())
        counter = lock_counter(session, region, month)
        issued_at = clock.now()
        if serial_month(issued_at) == month:
            return counter, issued_at


OPERATION = InsideOperation(run)
