"""A release that does not exist yet: one state format and one operation more than this one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from adapters.documents.files import FileStore
from adapters.vault.ciphers import CipherName
from adapters.vault.key_file import KeyRing
from adapters.vault.vault import KeyVault
from engine.handling import outside_work
from engine.handling.status import status_of
from engine.runtime import STATE_VERSION, state
from engine.service_tasks.operation import InsideOperation, OutsideOperation
from engine.service_tasks.registry import OPERATIONS
from tests.engine.house import UNIT_CODE, House
from tests.fakes.keys import MemoryKeys
from web.database import Database
from web.worker import Worker

SEND_NOTICE = OutsideOperation(
    lane=lambda case, arguments: "notice",
    retry=lambda platform: platform.house_retry,
    prepare=lambda context, arguments: "notice",
    perform=lambda platform, key, request: "sent",
    record=lambda context, arguments, reply, attempt: {"notice": reply},
)
NOTE_DOWN = InsideOperation(run=lambda context, arguments: {"noted": True})
MOST_DRAINS = 1_000


@contextmanager
def newer_release(number: int = STATE_VERSION + 1) -> Iterator[None]:
    """Inside, this program is that release. It keeps the number of the format if it is told to."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(state, "STATE_VERSION", number)
        patch.setitem(state.UPGRADES, STATE_VERSION, lambda record: None)
        patch.setitem(OPERATIONS, "note_down", NOTE_DOWN)
        for known in (OPERATIONS, outside_work.OUTSIDE):
            patch.setitem(known, "send_notice", SEND_NOTICE)  # type: ignore[arg-type]  # each a dict of them
        yield


def house_of(database: Database, ring: KeyRing, folder: Path) -> House:
    """Several such houses share database, keys and files, as the machines of a site do."""
    keys = MemoryKeys(ring)
    files = FileStore(folder, KeyVault(keys, CipherName.AES_256_GCM))
    return House(database, keys=keys, documents=files)  # type: ignore[arg-type]  # the real one


def are_issued(house: House, numbers: Sequence[str]) -> bool:
    with house.database.reading() as session:
        return {status_of(session, UNIT_CODE, number).state for number in numbers} == {"issued"}


def work_as_newer_release(url: str, ring: KeyRing, folder: Path, numbers: Sequence[str]) -> None:
    """A process of its own: works until these commissions are issued."""
    engine = create_engine(url)
    house = house_of(Database(engine), ring, folder)
    worker = Worker(house.database, house.platform, threads=4)
    with newer_release():
        for _ in range(MOST_DRAINS):
            worker.drain()
            if are_issued(house, numbers):
                break
        else:
            raise AssertionError("the cases do not come to their reports")
    engine.dispose()
