"""Cleaning of working copies in its beats: read, examine, write down, remove files, done."""

import logging

from engine.platform import Platform
from engine.supervision.cleaning import (
    Cleaning,
    Unusable,
    due_cleanings,
    finish,
    look_into,
    put_off,
    refuse,
    remove_files,
    take_out,
)
from web.database import Database

log = logging.getLogger(__name__)


def clean_due_cases(database: Database, platform: Platform) -> int:
    """How many are done. Stopped at any point it begins anew the next time, and ends the same."""
    with database.reading() as session:
        due = due_cleanings(session, platform.clock.now())
    return sum(_clean(database, platform, cleaning) for cleaning in due)


def _clean(database: Database, platform: Platform, cleaning: Cleaning) -> bool:
    inside = look_into(platform, cleaning)
    if isinstance(inside, Unusable):
        with database.transaction() as session:
            refuse(session, cleaning, inside, platform.clock.now())
        log.warning("cleaning_refused case=%s code=%s", cleaning.case_id, inside.code)
        return False
    with database.transaction() as session:
        files = take_out(session, platform, cleaning, inside)
    if files is None:
        return False
    are_gone = remove_files(platform, files)
    with database.transaction() as session:
        if are_gone:
            return finish(session, cleaning, platform.clock.now())
        put_off(session, cleaning, platform.clock.now())
    return False
