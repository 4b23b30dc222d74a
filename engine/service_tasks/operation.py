"""The two kinds of operations: those inside the house and those that leave it in three beats."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from engine.domain.commission import Commission
from engine.domain.findings import Findings
from engine.platform import Platform, RetryPolicy
from engine.runtime import Definition
from engine.store.cases import AnyCase, commission_of
from engine.store.queries import KnownQuery, QueryHead, findings_of, queries_of, query_heads

RequestT = TypeVar("RequestT")
ReplyT = TypeVar("ReplyT")
Results = Mapping[str, object]
Arguments = Mapping[str, object]


@dataclass
class CaseMemo:
    """What has been read of a case in this transaction, once however many of its calls share it."""

    commission: Commission | None = None
    findings: Findings | None = None
    queries: tuple[KnownQuery, ...] | None = None
    heads: tuple[QueryHead, ...] | None = None


@dataclass(frozen=True)
class CallContext:
    """What an operation has inside a transaction. The case is locked, except while requests are made."""

    session: Session
    platform: Platform
    case: AnyCase
    definition: Definition
    decision: str | None
    now: datetime
    attempt: int = 1  # of the work that is being prepared
    memo: CaseMemo = field(default_factory=CaseMemo)

    @property
    def commission(self) -> Commission:
        """The latest revision."""
        if self.memo.commission is None:
            self.memo.commission = commission_of(self.session, self.platform.vault, self.case.id)
        return self.memo.commission

    @property
    def findings(self) -> Findings:
        """What all sources have said."""
        if self.memo.findings is None:
            vault, queries = self.platform.vault, self.queries
            self.memo.findings = findings_of(self.session, vault, self.case.id, queries)
        return self.memo.findings

    @property
    def queries(self) -> tuple[KnownQuery, ...]:
        """All rounds, as they stood when first asked for."""
        if self.memo.queries is None:
            self.memo.queries = tuple(queries_of(self.session, self.case.id))
        return self.memo.queries

    @property
    def query_heads(self) -> tuple[QueryHead, ...]:
        """The same without the questions, for when only answers are written."""
        if self.memo.heads is None:
            self.memo.heads = tuple(query_heads(self.session, self.case.id))
        return self.memo.heads


@dataclass(frozen=True)
class InsideOperation:
    """Runs in the transaction that advances the instance: quick, only the database."""

    run: Callable[[CallContext, Arguments], Results]


@dataclass(frozen=True)
class Again:
    """The reply is kept, but it is not good enough: ask again while attempts are left."""

    code: str


@dataclass(frozen=True)
class Word:
    """What a person has decided about work that has stopped, and why."""

    who: str
    reason: str = field(repr=False)


@dataclass(frozen=True)
class OutsideOperation(Generic[RequestT, ReplyT]):
    """claim (transaction) - do (none) - record (transaction).

    `perform` may run more than once with the same key and must then have the same effect.
    `give_up` says how the diagram goes on after the last attempt; None makes it an incident.
    `begin_anew` drops what the attempts were made for, on the word of a person, and gives the arguments the
    same step begins anew with.
    """

    lane: Callable[[AnyCase, Arguments], str]
    retry: Callable[[Platform], RetryPolicy]
    prepare: Callable[[CallContext, Arguments], RequestT]
    perform: Callable[[Platform, str, RequestT], ReplyT]
    record: Callable[[CallContext, Arguments, ReplyT, int], Results | Again]
    give_up: Callable[[CallContext, Arguments, str], Results] | None = None
    begin_anew: Callable[[CallContext, Arguments, Word], Arguments] | None = None
    arguments: tuple[str, ...] = ()


AnyOutside = OutsideOperation[Any, Any]  # a table of operations with different requests and replies
