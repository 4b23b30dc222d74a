"""`python -m tests.upgrade.fill`: keep a database of the newest revision, once, before its release.

It holds a case at every kind of place: suspended, closed, issued, with people, half answered, in an incident.
"""

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from sqlalchemy import create_engine

from adapters.vault.key_file import KeyRing
from engine.handling.outside_work import claim
from engine.ports import PermanentFailure
from tests.builders import a_commission, a_household, an_id_no
from tests.engine.handling.test_automatic_case import confirm
from tests.engine.house import House
from tests.fakes.keys import MemoryKeys
from tests.upgrade.rows import Rows, take_rows, write_rows
from web.database import MIGRATIONS, Database

FILLED = Path(__file__).parent / "filled"
DOCUMENTS = "documents"  # beside the tables: what lies in the folder of files
# Not secret: the keys of a house that exists in tests only.
SEALING, SIGNING = "00000000000000a1", "00000000000000b1"
RING = KeyRing(SEALING, {SEALING: bytes(32)}, bytes(32), "sha-256", SIGNING, {SIGNING: bytes(32)})


def main() -> int:
    path = FILLED / f"{(MIGRATIONS / '.head').read_text().strip()}.json.gz"
    if path.exists():
        sys.stderr.write(f"{path.name} is kept already and stays as it is\n")
        return 1
    with tempfile.TemporaryDirectory() as folder:
        database = Database(create_engine(f"sqlite:///{folder}/filled.db"))
        database.migrate()
        write_rows(path, filled(House(database, keys=MemoryKeys(RING))))
        database.engine.dispose()
    return 0


def filled(house: House) -> Rows:
    live_in(house)
    with house.database.engine.connect() as connection:
        rows = take_rows(connection)
    files = house.documents.contents.items()
    rows[DOCUMENTS] = [{"digest": digest, "content": content} for digest, content in files]
    return rows


def live_in(house: House) -> None:
    _suspend(house, "WT-1")
    _receive(house, "WT-2")
    house.work()
    confirm(house, "第32040020261100001aaf1号")
    _receive(house, "WT-3")
    house.work()
    house.sources["GA"].failures = [PermanentFailure("http_403")]
    _receive(house, "WT-4")
    house.work()
    house.units.failures = [PermanentFailure("http_410")]
    _receive(house, "WT-5")
    house.work()
    _receive(house, "WT-6")
    house.advance_woken()
    house.do_outside_work(room=7)
    _die_in_the_middle(house)


def _receive(house: House, number: str) -> None:
    house.receive(replace(a_commission(a_household(members=1)), number=number))


def _suspend(house: House, number: str) -> None:
    """A marriage nobody has declared."""
    head = a_household().persons[0]
    house.sources["MZ"].records["p1", "MZ02"] = [
        {
            "husband_name": head.name,
            "wife_name": "韩某",
            "registration_date": "2015-05-20",
            "husband_id_no": head.id_no,
            "wife_id_no": an_id_no(20),
            "registration_type": "marriage",
            "registration_office": "甲区民政局",
        }
    ]
    _receive(house, number)
    house.work()
    house.sources["MZ"].records.clear()


def _die_in_the_middle(house: House) -> None:
    """Claimed by a worker that is never heard of again."""
    with house.database.transaction() as session:
        claim(session, house.platform, "worker-0:1:gone", 3)


if __name__ == "__main__":
    sys.exit(main())
