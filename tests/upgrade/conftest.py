"""A platform over a real database, as the tests of the engine's doors have it."""

from tests.engine.conftest import any_house, house

__all__ = ["any_house", "house"]
