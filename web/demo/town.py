"""Everything the demo needs, in one process: departments, a unit, the platform with its worker."""

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from engine.configuration.units import UnitRegistration, register_unit
from web.app import create_app
from web.demo.unit_client import UnitClient
from web.hall import Hall
from web.sandbox.app import create_sandbox
from web.sandbox.commissions import Parties
from web.sandbox.server import serving
from web.sandbox.unit import UnitInbox, create_unit
from web.sandbox.world import World
from web.serving import open_hall, running_worker
from web.settings import read_settings
from web.wiring import catalogue_of

UNIT_CODE = "320402001"
UNIT_NAME = "示例市天宁区民政局"
SEED = "hedui"
SOURCES_TOKEN = "demo"  # noqa: S105 - between two parts of one demo on loopback


@dataclass(frozen=True)
class Surroundings:
    """The outside of the platform: the simulated departments and the sample unit."""

    world: World
    inbox: UnitInbox
    sources_url: str
    registration: UnitRegistration


@dataclass(frozen=True)
class Town:
    surroundings: Surroundings
    hall: Hall
    client: UnitClient

    @property
    def parties(self) -> Parties:
        return Parties(UNIT_NAME, self.hall.settings.organisation_name)


def demo_environment(folder: Path, sources_url: str) -> dict[str, str]:
    """Settings of the demo; the variables of the caller come first."""
    return {
        "HEDUI_DATA_DIR": str(folder / "data"),
        "HEDUI_SOURCES_URL": sources_url,
        "HEDUI_SOURCES_TOKEN": SOURCES_TOKEN,
        "HEDUI_RETRY_FIRST_SECONDS": "1",
        "HEDUI_RETRY_LONGEST_SECONDS": "5",
        "HEDUI_LEASE_SECONDS": "15",
        **{name: value for name, value in os.environ.items() if name.startswith("HEDUI_")},
    }


@contextmanager
def open_surroundings(folder: Path) -> Iterator[Surroundings]:
    """Departments and unit, served on loopback; the unit keeps its keys and its mail in the folder."""
    world = World(SEED)
    registration = _registration(folder / "unit" / "registration.json")
    inbox = UnitInbox(folder / "unit")
    sandbox = create_sandbox(catalogue_of(), world, token=SOURCES_TOKEN)
    unit = create_unit(inbox, [registration.callback_secret])
    with serving(sandbox) as sources_url, serving(unit) as unit_url:
        reachable = replace(registration, callback_url=f"{unit_url}/callbacks")
        yield Surroundings(world, inbox, sources_url, reachable)


@contextmanager
def open_town(folder: Path) -> Iterator[Town]:
    with ExitStack() as stack:
        surroundings = stack.enter_context(open_surroundings(folder))
        app = create_app(read_settings(demo_environment(folder, surroundings.sources_url)))
        hall = open_hall(app)
        register(hall, surroundings)
        stack.enter_context(running_worker(hall))
        url = stack.enter_context(serving(app))
        client = stack.enter_context(closing(UnitClient(url, surroundings.registration)))
        yield Town(surroundings, hall, client)


def register(hall: Hall, surroundings: Surroundings) -> None:
    with hall.database.transaction() as session:
        vault, now = hall.platform.vault, hall.platform.clock.now()
        register_unit(session, vault, surroundings.registration, "demo", now, replace=True)


def _registration(path: Path) -> UnitRegistration:
    """The keys of the unit, made at the first start."""
    if path.exists():
        return UnitRegistration(**json.loads(path.read_text()))
    registration = UnitRegistration.with_new_secrets(UNIT_CODE, UNIT_NAME, "http://127.0.0.1/callbacks")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(registration)))
    fresh.chmod(0o600)
    fresh.replace(path)
    return registration
