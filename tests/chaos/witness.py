"""A log kept by the database itself: every change of owner, attempt or state of a row of outside work.

It is written in the same transactions as what it witnesses, so it tells exactly what was committed and when.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

INSTALL = (
    """CREATE TABLE chaos_witness (
         id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT clock_timestamp(),
         row_id bigint NOT NULL, owner text, attempts int NOT NULL, state text NOT NULL)""",
    """CREATE FUNCTION chaos_watch() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN
         INSERT INTO chaos_witness (row_id, owner, attempts, state)
         VALUES (NEW.id, NEW.owner, NEW.attempts, NEW.state);
         RETURN NULL;
       END $$""",
    "CREATE TRIGGER chaos_arrival AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION chaos_watch()",
    """CREATE TRIGGER chaos_change AFTER UPDATE ON outbox FOR EACH ROW
       WHEN ((OLD.owner, OLD.attempts, OLD.state) IS DISTINCT FROM (NEW.owner, NEW.attempts, NEW.state))
       EXECUTE FUNCTION chaos_watch()""",
)


@dataclass(frozen=True)
class Change:
    row: int
    at: float
    owner: str | None
    attempt: int
    state: str

    @property
    def pid(self) -> int | None:
        """Of the worker that holds or held the row."""
        return int(self.owner.split(":")[1]) if self.owner else None


def install(connection: Connection) -> None:
    for statement in INSTALL:
        connection.execute(text(statement))


def changes(connection: Connection) -> list[Change]:
    """In the order in which they were made."""
    wanted = (
        "SELECT row_id, extract(epoch FROM at)::float8, owner, attempts, state FROM chaos_witness ORDER BY id"
    )
    return [Change(*row) for row in connection.execute(text(wanted))]
