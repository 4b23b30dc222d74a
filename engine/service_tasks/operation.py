"""The two kinds of operations: those inside the house and those that leave it in three beats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from engine.platform import Platform, RetryPolicy
from engine.runtime import Definition
from engine.store.cases import Case

RequestT = TypeVar("RequestT")
ReplyT = TypeVar("ReplyT")
Results = Mapping[str, object]
Arguments = Mapping[str, object]


@dataclass(frozen=True)
class CallContext:
    """What an operation works with inside a transaction. The case row is locked.

    `key` is the idempotency key of the call; empty for operations inside the house.
    """

    session: Session
    platform: Platform
    case: Case
    definition: Definition
    decision: str | None
    now: datetime
    key: str = ""


@dataclass(frozen=True)
class InsideOperation:
    """Runs in the transaction that advances the instance: quick, only the database."""

    run: Callable[[CallContext, Arguments], Results]


@dataclass(frozen=True)
class Again:
    """The reply is kept, but it is not good enough: ask again while attempts are left."""

    code: str


@dataclass(frozen=True)
class OutsideOperation(Generic[RequestT, ReplyT]):
    """claim (transaction) - do (none) - record (transaction).

    `perform` may run more than once with the same key and must then have the same effect.
    `give_up` says how the diagram goes on after the last attempt; None makes it an incident.
    """

    lane: Callable[[Arguments], str]
    retry: Callable[[Platform], RetryPolicy]
    prepare: Callable[[CallContext, Arguments], RequestT]
    perform: Callable[[Platform, str, RequestT], ReplyT]
    record: Callable[[CallContext, Arguments, ReplyT, int], Results | Again]
    give_up: Callable[[CallContext, Arguments, str], Results] | None = None
    arguments: tuple[str, ...] = ()


AnyOutside = OutsideOperation[Any, Any]  # a table of operations with different requests and replies
