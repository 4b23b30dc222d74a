"""What a worker does besides its work: show that it is alive, look for what nobody is working on, tidy up."""

import logging
from datetime import datetime, timedelta

from engine.configuration.attempts import forget_attempts
from engine.handling.form_work.drafting import drop_old_drafts
from engine.platform import Platform
from engine.supervision.vital_signs import beat, forget_the_dead, leave
from engine.supervision.watchdog import Watch, watch
from web.cleaner import clean_due_cases
from web.database import Database

log = logging.getLogger(__name__)

BEAT_EVERY = timedelta(seconds=5)
WATCH_EVERY = timedelta(seconds=30)
TIDY_EVERY = timedelta(hours=1)
CLEAN_EVERY = timedelta(seconds=10)  # two cases each time: more than ten thousand a day


class Watchman:
    """Belongs to one worker and is called by its one coordinating thread, as often as it likes."""

    def __init__(self, database: Database, platform: Platform, owner: str) -> None:
        self._database = database
        self._platform = platform
        self._owner = owner
        self._beat_due: datetime | None = None
        self._watch_due: datetime | None = None
        self._tidy_due: datetime | None = None
        self._clean_due: datetime | None = None

    def tend(self) -> Watch:
        """Beats and looks when it is time. The next time is set first: a look that fails spoils one round."""
        now = self._platform.clock.now()
        if self._beat_due is None or now >= self._beat_due:
            self._beat_due = now + BEAT_EVERY
            with self._database.transaction() as session:
                beat(session, self._owner, now)
        if self._tidy_due is None or now >= self._tidy_due:
            self._tidy_due = now + TIDY_EVERY
            with self._database.transaction() as session:
                drop_old_drafts(session, now)
                forget_attempts(session, now)
        if self._clean_due is None or now >= self._clean_due:
            self._clean_due = now + CLEAN_EVERY
            clean_due_cases(self._database, self._platform)
        if self._watch_due is None or now >= self._watch_due:
            self._watch_due = now + WATCH_EVERY
            return self._look(now)
        return Watch()

    def leave(self) -> None:
        """The worker stops in order: nobody is to miss it."""
        with self._database.transaction() as session:
            leave(session, self._owner)
        self._beat_due = None

    def _look(self, now: datetime) -> Watch:
        with self._database.transaction() as session:
            forget_the_dead(session, now)
            seen = watch(session, now)
        if seen != Watch():
            log.warning("watch woken=%s raised=%s settled=%s", seen.woken, seen.raised, seen.settled)
        return seen
