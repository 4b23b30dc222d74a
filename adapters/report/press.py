"""The printing press: pages that wait at the same time are printed by one run of the program."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from engine.ports import OutsideFailure

MOST = 25  # pages of one run: none of them waits for more than a few seconds
Run = Callable[[list[str]], list[bytes]]


@dataclass(eq=False)
class _Order:
    page: str = field(repr=False)
    printed: bytes | OutsideFailure | None = field(default=None, repr=False)
    is_given_up: bool = False  # nobody waits for it any more


class Press:
    """`run` prints pages in one go and raises OutsideFailure when one of them cannot be printed.

    Who comes alone is printed at once. Who comes while it runs waits for its end, and the first of those
    prints for all of them. A run that fails is repeated page by page: a bad page harms only itself.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._waiting: deque[_Order] = deque()
        self._running = Lock()

    def print(self, page: str) -> bytes:
        return self.print_all([page])[0]

    def print_all(self, pages: list[str]) -> list[bytes]:
        """Raises the failure of the first page that cannot be printed."""
        orders = [_Order(page) for page in pages]
        self._waiting.extend(orders)
        try:
            for order in orders:
                while order.printed is None:
                    with self._running:
                        if order.printed is None:
                            self._print_some()
        finally:
            for order in orders:
                order.is_given_up = True
        return [_taken(order) for order in orders]

    def _print_some(self) -> None:
        taken = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        orders = [order for order in taken if not order.is_given_up]
        try:
            self._settle(orders)
        finally:  # after an error nobody expected whoever waits for them tries for themselves
            self._waiting.extendleft(order for order in reversed(orders) if order.printed is None)

    def _settle(self, orders: list[_Order]) -> None:
        try:
            printed = self._run([order.page for order in orders])
        except OutsideFailure as failure:
            if len(orders) == 1:
                orders[0].printed = failure
                return
            for order in orders:
                self._settle([order])
        else:
            for order, pdf in zip(orders, printed, strict=True):
                order.printed = pdf


def _taken(order: _Order) -> bytes:
    if isinstance(order.printed, OutsideFailure):
        raise order.printed
    if order.printed is None:
        raise AssertionError("nobody has printed the page")
    return order.printed
