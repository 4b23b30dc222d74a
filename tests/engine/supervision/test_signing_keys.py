"""The log stays whole while the key that signs its anchors is replaced, on each kind of database."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.vault.key_file import KeyFile
from adapters.vault.notary import FileNotary
from engine.platform import Platform
from engine.store.audit import AuditAnchor, record_audit
from engine.supervision.audit_log import copy_anchors, examine_audit, read_anchors, seal_audit
from tests.engine.house import House


@pytest.fixture
def keys(tmp_path: Path) -> KeyFile:
    file = KeyFile(tmp_path / "keys.json")
    file.make_if_missing("sha-256")
    return file


@pytest.fixture
def platform(any_house: House, keys: KeyFile, tmp_path: Path) -> Platform:
    """That of the house, with anchors signed by a key in a file."""
    return replace(any_house.platform, notary=FileNotary(keys, tmp_path / "anchors"))


def hour_passes(house: House, platform: Platform) -> None:
    """With something to sign."""
    house.clock.pass_time(hours=1)
    with house.database.transaction() as session:
        record_audit(session, house.clock.now(), "test", "tested", None)
    with house.database.transaction() as session:
        seal_audit(session, platform, 100)
    with house.database.reading() as session:
        copy_anchors(session, platform)


def test_anchors_of_every_key_are_genuine_and_so_are_their_copies(
    any_house: House, platform: Platform, keys: KeyFile
) -> None:
    for _ in range(2):
        hour_passes(any_house, platform)
        keys.rotate_signing()
    hour_passes(any_house, platform)

    with any_house.database.reading() as session:
        signers = list(session.scalars(select(AuditAnchor.key_id).order_by(AuditAnchor.seq)))
        copies = read_anchors(platform.notary.copies())
        examined = examine_audit(session, platform.notary, copies)
    assert len(set(signers)) == len(signers) == len(copies) == 3
    assert examined.finding is None
