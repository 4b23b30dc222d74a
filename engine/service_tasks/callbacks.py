"""Messages to the commissioning unit: one envelope, one id per message whatever the number of attempts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from engine.domain.json_text import canonical_json
from engine.platform import Platform
from engine.ports import Callback
from engine.service_tasks.operation import (
    AnyOutside,
    Arguments,
    CallContext,
    OutsideOperation,
    Results,
)
from engine.store.units import callback_secret_of, known_unit


@dataclass(frozen=True)
class UnitMessage:
    """A callback before it is signed. `created_at` belongs to the event and is the same at every attempt."""

    kind: str
    url: str
    secret: str = field(repr=False)
    created_at: datetime
    data: Mapping[str, object] = field(repr=False)


def unit_message(
    context: CallContext, kind: str, created_at: datetime, data: Mapping[str, object]
) -> UnitMessage:
    unit = known_unit(context.session, context.case.unit_code)
    about = {
        "case_no": context.case.case_no,
        "commission_no": context.case.commission_no,
        "service": context.case.service,
    }
    secret = callback_secret_of(context.platform.vault, unit)
    return UnitMessage(kind, unit.callback_url, secret, created_at, {**about, **data})


def send(platform: Platform, key: str, message: UnitMessage) -> int:
    """The HTTP status of the acceptance. Raises TemporaryFailure or PermanentFailure."""
    body = canonical_json(
        {"type": message.kind, "timestamp": message.created_at.isoformat(), "data": dict(message.data)}
    )
    callback = Callback(key, message.url, message.secret, body, platform.clock.now())
    return platform.units.deliver(callback)


def telling_unit(
    prepare: Callable[[CallContext, Arguments], Any],
    record: Callable[[CallContext, Arguments, Any, int], Results],
    arguments: tuple[str, ...] = (),
    perform: Callable[[Platform, str, Any], Any] = send,
) -> AnyOutside:
    """An operation that tells the unit of a case something: a lane for each unit, and a day of patience."""
    return OutsideOperation(
        lane=lambda case, arguments: f"unit:{case.unit_code}",
        retry=lambda platform: platform.unit_retry,
        prepare=prepare,
        perform=perform,
        record=record,
        arguments=arguments,
    )
