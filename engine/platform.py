"""Everything the engine works with, put together once at the start: ports, definitions, settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from engine.domain.catalogue import Catalogue
from engine.form_definitions import FormDefinition
from engine.paper_definitions import PaperDefinition
from engine.ports import (
    Clock,
    DataSource,
    DocumentStore,
    Notary,
    PaperPrinter,
    ReportRenderer,
    Signer,
    UnitClient,
    Vault,
    WakeUp,
)
from engine.runtime import Definition


@dataclass(frozen=True)
class Organisation:
    """The verification unit (核对机构) that runs this platform."""

    name: str
    region: str  # GB/T 2260, six digits
    report_title: str
    legal_basis: str
    handler: str  # 经办人 of automatically issued reports
    retention: str  # of the archive, e.g. 永久
    check_page: str  # where anybody may check a report, https://…/public/report


@dataclass(frozen=True)
class RetryPolicy:
    """Capped exponential back-off. After `attempts` the work becomes an incident, or a failed query."""

    attempts: int
    first_delay: timedelta
    longest_delay: timedelta
    lease: timedelta

    def delay(self, attempt: int, spread: float) -> timedelta:
        """`spread` in [0, 1) keeps retries of many rows from arriving together."""
        full = min(self.first_delay * (1 << min(attempt - 1, 20)), self.longest_delay)
        return full * (0.5 + spread / 2)


@dataclass(frozen=True)
class Platform:
    organisation: Organisation
    catalogue: Catalogue
    definitions: Mapping[str, Definition]
    forms: Mapping[str, FormDefinition]
    sources: Mapping[str, DataSource]
    papers: Mapping[str, PaperDefinition]
    renderer: ReportRenderer
    printer: PaperPrinter
    signer: Signer
    units: UnitClient
    documents: DocumentStore
    vault: Vault
    notary: Notary
    wake_up: WakeUp
    clock: Clock
    source_retry: RetryPolicy
    unit_retry: RetryPolicy
    house_retry: RetryPolicy
    lane_limits: Mapping[str, int]  # "source:JR" -> concurrent calls
    anchor_every: timedelta = timedelta(hours=1)  # at the latest after this time the audit log is signed
    download_life: timedelta = timedelta(days=30)  # how long a unit may fetch a report after its issue
    cleaning_after: timedelta = timedelta(days=180)  # from closing a case to cleaning its working copies
