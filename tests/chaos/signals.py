"""Waiting for the end in a process that serves from a thread."""

import signal
import threading


def until_told_to_stop() -> None:
    told = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: told.set())
    told.wait()
