"""A whole platform over a real database with a scripted outside, worked step by step by the test itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from adapters.sources.catalogue import load_catalogue, load_terms
from adapters.vault.ciphers import CipherName
from adapters.vault.vault import KeyVault
from engine.configuration.units import UnitRegistration, register_unit
from engine.domain.commission import Commission
from engine.form_definitions import code_lists_of, load_forms
from engine.handling.outside_work import claim, perform, record
from engine.handling.progress import advance, woken
from engine.handling.receiving import Reception, receive_commission
from engine.paper_definitions import load_papers
from engine.platform import Organisation, Platform, RetryPolicy
from engine.runtime import load_definitions, read_package
from engine.store.units import CommissioningUnit
from tests.builders import UNIT, VERIFICATION_UNIT
from tests.employment import employ_everybody
from tests.fakes.keys import FakeNotary, MemoryKeys
from tests.fakes.outside import (
    FakeBell,
    FakeClock,
    FakeDocuments,
    FakePrinter,
    FakeRenderer,
    FakeSigner,
    FakeSource,
    FakeUnits,
)
from web.database import Database

UNIT_CODE = "320402001"
RETRY = RetryPolicy(3, timedelta(seconds=10), timedelta(minutes=5), timedelta(seconds=60))
CATALOGUE = load_catalogue()
DEFINITIONS = load_definitions(read_package("processes", "forms"))
FORMS = load_forms("forms", code_lists_of(CATALOGUE))
PAPERS = load_papers("forms")


@dataclass
class House:
    database: Database
    clock: FakeClock = field(default_factory=FakeClock)
    units: FakeUnits = field(default_factory=FakeUnits)
    renderer: FakeRenderer = field(default_factory=FakeRenderer)
    printer: FakePrinter = field(default_factory=FakePrinter)
    signer: FakeSigner = field(default_factory=FakeSigner)
    documents: FakeDocuments = field(default_factory=FakeDocuments)
    bell: FakeBell = field(default_factory=FakeBell)
    keys: MemoryKeys = field(default_factory=MemoryKeys)
    notary: FakeNotary = field(default_factory=FakeNotary)
    cipher: CipherName = CipherName.AES_256_GCM
    lane_limits: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.sources = {code: FakeSource(self.clock) for code in load_terms()}
        self.platform = Platform(
            organisation=Organisation(
                VERIFICATION_UNIT,
                "320400",
                "甲市居民家庭经济状况核对结果报告",
                "《办法》",
                "系统",
                "永久",
                "https://hedui.invalid/public/report",
            ),
            catalogue=CATALOGUE,
            definitions=DEFINITIONS,
            forms=FORMS,
            sources=self.sources,
            papers=PAPERS,
            renderer=self.renderer,
            printer=self.printer,
            signer=self.signer,
            units=self.units,
            documents=self.documents,
            vault=KeyVault(self.keys, self.cipher),
            notary=self.notary,
            wake_up=self.bell,
            clock=self.clock,
            source_retry=RETRY,
            unit_retry=RETRY,
            house_retry=RETRY,
            lane_limits=self.lane_limits,
        )
        registration = UnitRegistration(
            UNIT_CODE, UNIT, "http://unit.invalid/callbacks", "key-1", "t" * 32, "whsec_" + "c" * 32
        )
        with self.database.transaction() as session:
            register_unit(session, self.platform.vault, registration, "test", self.clock.now(), replace=True)
            employ_everybody(session, self.platform.vault, self.clock.now())

    def receive(self, commission: Commission, digest: str = "d" * 64) -> Reception:
        received = replace(commission, received_at=self.clock.now())
        with self.database.transaction() as session:
            unit = session.get_one(CommissioningUnit, UNIT_CODE)
            return receive_commission(session, self.platform, unit, received, digest)

    def work(self, rounds: int = 30, room: int = 64) -> None:
        """What a worker does, in one thread, until nothing is due at this moment of the clock."""
        for _ in range(rounds):
            if not self.advance_woken() and not self.do_outside_work(room):
                return
        raise AssertionError("work does not come to an end")

    def advance_woken(self) -> int:
        with self.database.reading() as session:
            waiting = woken(session, self.platform, 100)
        for instance_id in waiting:
            with self.database.transaction() as session:
                advance(session, self.platform, [instance_id])
        return len(waiting)

    def do_outside_work(self, room: int = 64) -> int:
        with self.database.transaction() as session:
            claimed = claim(session, self.platform, "worker-1", room)
        done = [(work, perform(self.platform, work)) for work in claimed]
        with self.database.transaction() as session:
            record(session, self.platform, done)
        return len(claimed)
