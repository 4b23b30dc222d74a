"""Report a passed time limit to the supervisor (督办), DB32/T 3319-2017 6.2.2, 4.3."""

from engine.service_tasks.operation import Arguments, CallContext, InsideOperation, Results
from engine.service_tasks.warn_deadline import look_at_clock


def run(context: CallContext, arguments: Arguments) -> Results:
    return look_at_clock(context, arguments, "limit_days", "deadline_passed")


OPERATION = InsideOperation(run)
