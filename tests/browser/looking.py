"""What is asked of every page in every state: no violation, no scrolling sideways, a picture to look at."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.clerk import HEIGHT, NARROW, PICTURES, WIDE, Clerk

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
OPTIONS = {"runOnly": list(TAGS), "resultTypes": ["violations"]}

# A bar that stays in sight would lie across the picture of the whole page.
BARS = "position => document.querySelectorAll('.hd-form__bar').forEach(bar => bar.style.position = position)"


def violations(page: Page) -> list[str]:
    """Of WCAG 2.2 A and AA and of the best practices of axe: rule, place and element."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [f"{one['id']} {node['target']} {node['html'][:200]}" for one in found for node in one["nodes"]]


def width_needed(page: Page) -> int:
    width: int = page.evaluate("document.documentElement.scrollWidth")
    return width


def take_picture(clerk: Clerk, name: str) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    clerk.page.evaluate(BARS, "static")
    clerk.page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    clerk.page.evaluate(BARS, "")


def look(clerk: Clerk, name: str, wide: int = WIDE) -> list[str]:
    """Everything that is wrong with the page that stands there, wide and narrow."""
    problems = []
    for width in (NARROW, wide):
        clerk.page.set_viewport_size({"width": width, "height": HEIGHT})
        problems += [f"{width}: {one}" for one in violations(clerk.page)]
        needed = width_needed(clerk.page)
        if needed > width:
            problems.append(f"{width}: needs {needed}")
        take_picture(clerk, f"{name}-{width}")
    clerk.look_at_title()
    return problems + clerk.complaints
