"""Coming back to a page until it shows what the worker is doing meanwhile."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page
from playwright.sync_api import TimeoutError as NotYet

GLANCE_MS = 250
MOST_GLANCES = 80


def come_back_until(page: Page, shown: Locator, meanwhile: Callable[[], object] = lambda: None) -> Locator:
    """The page again and again, as somebody does who waits for it. Raises NotYet."""
    for _ in range(MOST_GLANCES):
        meanwhile()
        try:
            shown.first.wait_for(timeout=GLANCE_MS)
        except NotYet:
            page.reload()
        else:
            return shown
    raise NotYet(f"never shown: {shown}")
