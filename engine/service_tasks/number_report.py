"""Give the report its number (MZ/T 072-2016 附录B), in the transaction that makes the report's row."""

import secrets
from datetime import datetime

from sqlalchemy.orm import Session

from engine.domain.errors import SerialExhausted
from engine.domain.report_check import ALPHABET, LENGTH
from engine.domain.report_number import LAST_SERIAL, compose_number, serial_month
from engine.ports import Clock
from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.store.audit import record_audit
from engine.store.reports import (
    LockedCounter,
    ReportState,
    add_report,
    lock_counter,
    report_in_place,
    take_serial,
)

FIRST = "f"  # what every case but a re-check begins with
ORIGINAL = 1


def run(context: CallContext, arguments: Arguments) -> Results:
    """A case has one report of each nature and copy (性质、份数标识符) that is not voided; asking again
    returns the same."""
    nature, copy = str(arguments.get("nature", FIRST)), int(str(arguments.get("copy", ORIGINAL)))
    report = report_in_place(context.session, context.case.id, nature, copy)
    return {"report_id": take_number(context, nature, copy) if report is None else report.id}


def take_number(context: CallContext, nature: str, copy: int) -> int:
    """The id of a report with the next number. Raises SerialExhausted; then nothing has been taken."""
    organisation = context.platform.organisation
    counter, issued_at = lock_month(context.session, organisation.region, context.platform.clock)
    if counter.last >= LAST_SERIAL:
        raise SerialExhausted(region=organisation.region, month=counter.month)
    serial = take_serial(context.session, counter)
    number = compose_number(organisation.region, issued_at, serial, context.case.service, nature, copy)
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
        "check_code": "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)),
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
