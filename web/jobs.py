"""What RQ calls: one job that does whatever is due."""

import os
from functools import cache

from web.app import create_app
from web.serving import leave, open_hall
from web.settings import read_settings
from web.worker import Worker, hire


@cache
def _worker() -> Worker:
    """Once per process: fonts and diagrams are read only once."""
    room = open_hall(create_app(read_settings(os.environ)))
    return hire(room.database, room.platform, room.settings.worker_threads)


def drain() -> int:
    """Work until nothing is due. The rows say what there is to do, so the job carries nothing."""
    return _worker().drain()


def stop_draining() -> None:
    """The drain under way takes nothing new and ends; later ones do nothing."""
    _worker().stop()


def leave_draining() -> None:
    """At the end of the process: its leases end and its heartbeat goes, also when nothing was draining."""
    worker = _worker()
    worker.drain()
    leave(worker)
