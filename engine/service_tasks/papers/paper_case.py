"""A case as its papers and its archive see it: every table is read once, however many papers there are."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from engine.paper_definitions import PaperValues
from engine.runtime import Definition
from engine.service_tasks.operation import CallContext
from engine.service_tasks.papers.pinned import pinned_definition
from engine.service_tasks.papers.values import case_values
from engine.store import archive_reading as reading
from engine.store.instances import history_of


@dataclass(frozen=True)
class PaperCase:
    """What is asked for is read when it is first asked for, and stays as it was then."""

    context: CallContext

    @cached_property
    def instances(self) -> list[reading.KeptInstance]:
        return reading.instances_of(self.context.session, self.context.case.id)

    @cached_property
    def definitions(self) -> Mapping[int, Definition]:
        """What each instance is pinned to."""
        session = self.context.session
        return {one.id: pinned_definition(session, one.definition_digest) for one in self.instances}

    @cached_property
    def history(self) -> Sequence[Row[Any]]:
        return history_of(self.context.session, self.context.case.id)

    @cached_property
    def documents(self) -> list[reading.KeptDocument]:
        return reading.documents_of(self.context.session, self.context.case.id)

    @cached_property
    def tasks(self) -> list[reading.KeptTask]:
        return reading.tasks_of(self.context.session, self.context.case.id)

    @cached_property
    def reports(self) -> list[reading.KeptReport]:
        """Oldest first, voided ones too."""
        return reading.reports_of(self.context.session, self.context.case.id)

    @cached_property
    def work(self) -> list[reading.KeptWork]:
        return reading.work_of(self.context.session, self.context.case.id)

    def values(self, definition: Definition) -> PaperValues:
        if definition.digest not in self._values:
            self._values[definition.digest] = case_values(self.context, definition)
        return self._values[definition.digest]

    @cached_property
    def _values(self) -> dict[str, PaperValues]:
        return {}
