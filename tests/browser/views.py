"""Every page in every state: how a visitor comes to see it."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.browser.clerk import WIDE, Clerk
from tests.browser.stage import Stage


@dataclass(frozen=True)
class Scene:
    """What a view needs to be reached: `visit` opens a browser, `hire` signs somebody in."""

    stage: Stage
    visit: Callable[..., Clerk]
    hire: Callable[..., Clerk]


@dataclass(frozen=True)
class View:
    endpoint: str
    state: str
    reach: Callable[[Scene], Clerk]
    wide: int = WIDE

    @property
    def name(self) -> str:
        return f"{self.endpoint}-{self.state}"
