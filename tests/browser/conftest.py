"""One browser and one stage for all tests of this folder in a process; every test has people of its own."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.clerk import PATIENCE_MS, Clerk, start_chromium
from tests.browser.stage import Stage, open_stage
from tests.privacy.watch import WATCH
from tests.staff import employ

Hire = Callable[..., Clerk]
expect.set_options(timeout=PATIENCE_MS)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """These first, whatever the order of the others: they take long, and no process shall wait at the end."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is None)


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = start_chromium(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with open_stage(tmp_path_factory.mktemp("stage")) as opened:
        yield opened


@pytest.fixture
def stage(open_house: Stage) -> Stage:
    """Its database and files stay open, and are searched for persons after every test all the same."""
    WATCH.databases.add(open_house.database_file)
    WATCH.folders.add(open_house.documents)
    return open_house


@pytest.fixture
def visit(chromium: Browser, stage: Stage) -> Iterator[Hire]:
    """Opens a browser of its own for anybody; at the end none of them has anything to complain about."""
    visitors: list[Clerk] = []

    def come(script: bool = True) -> Clerk:
        visitors.append(Clerk(chromium, stage, script=script))
        return visitors[-1]

    yield come
    complaints = [complaint for clerk in visitors for complaint in clerk.complaints]
    for clerk in visitors:
        clerk.leave()
    assert sorted(set(complaints)) == []


@pytest.fixture
def hire(visit: Hire, stage: Stage) -> Hire:
    """Somebody with these posts, signed in."""

    def come(name: str, *posts: str, script: bool = True, stands_for: str | None = None) -> Clerk:
        employ(stage, name, *posts, stands_for=stands_for)  # type: ignore[arg-type]  # has what it needs
        clerk = visit(script)
        clerk.bring_session(name)
        return clerk

    return come
