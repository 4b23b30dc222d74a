"""Wake-up inside one process: a bell the worker's coordinator waits for."""

import threading


class Bell:
    def __init__(self) -> None:
        self._event = threading.Event()

    def wake(self) -> None:
        self._event.set()

    def wait(self, seconds: float) -> None:
        """Returns when rung or after `seconds`, and is silent again."""
        self._event.wait(seconds)
        self._event.clear()
