"""The invented world: 100,000 households, each computed when asked for, and people found by their number."""

from datetime import date
from functools import lru_cache

from web.sandbox.commissions import Json, Occasion, Parties, compose_commission
from web.sandbox.numbers import HOUSEHOLDS, household_of
from web.sandbox.people import Resident, SandboxHousehold
from web.sandbox.settling import settle


class World:
    """The same seed makes the same world; `irregular_percent` of the households drawn are wrong."""

    def __init__(self, seed: str | int = "hedui", irregular_percent: int = 4) -> None:
        self._household = lru_cache(maxsize=4096)(
            lambda number: settle(str(seed), number, irregular_percent),
        )

    def household(self, number: int) -> SandboxHousehold:
        """Raises IndexError outside 0..99,999."""
        if not 0 <= number < HOUSEHOLDS:
            raise IndexError(number)
        return self._household(number)

    def find(self, id_no: str) -> tuple[SandboxHousehold, Resident] | None:
        """The person with this number and the household it belongs to, at the cost of one household."""
        number = household_of(id_no)
        if number is None:
            return None
        household = self.household(number)
        resident = household.resident(id_no)
        return (household, resident) if resident else None

    def commission(
        self,
        number: int,
        service: str,
        day: date,
        commission_no: str | None = None,
        parties: Parties | None = None,
    ) -> Json:
        """What a unit sends on that day; the period is the twelve full months before."""
        commission_no = commission_no or f"WT-{day:%Y%m%d}-{number:05d}-{service}"
        occasion = Occasion(commission_no, service, day, parties or Parties())
        return compose_commission(self.household(number), occasion)
