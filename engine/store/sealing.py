"""A sealed column: which natural key its values are bound to, and how they are sealed and opened."""

from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Column, Table

from engine.ports import Place, Vault
from engine.store.base import Base


@dataclass(frozen=True)
class SealedColumn:
    """Explicit instead of a column type: a column type does not know the row its value belongs to."""

    table: type[Base]
    column: str
    key: tuple[str, ...]

    def place(self, row: Base) -> Place:
        return self.place_of(*(getattr(row, name) for name in self.key))

    def place_of(self, *key: str | int) -> Place:
        """Of the row with this natural key, when only some columns were read."""
        return Place(self.table.__tablename__, self.column, key)

    def seal(self, vault: Vault, row: Base, plain: bytes) -> None:
        """The key columns of the row must have their values."""
        setattr(row, self.column, vault.seal(self.place(row), plain))

    def open(self, vault: Vault, row: Base) -> bytes:
        """Raises SealBroken."""
        return vault.open(self.place(row), getattr(row, self.column))

    @property
    def rows(self) -> Table:
        return cast(Table, self.table.__table__)

    @property
    def identity(self) -> Column[Any]:
        """The column rows are gone through by."""
        (identity,) = self.rows.primary_key.columns
        return identity
