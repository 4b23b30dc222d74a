"""Seal personal data, chain the audit log.

Columns that hold personal data or secrets become bytes. What stood in them is marked as plain (a first byte
0) and is refused until the key of the house has sealed it: `hedui keys reseal --plain`, once. The tables of
the audit log take new rows only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
PLAIN = b"\x00"
BATCH = 500
AUDIT_TABLES = ("audit_event", "audit_link", "audit_anchor")

# Table, primary key, columns of bytes that stay, columns that become bytes and may they be empty?
TABLES = (
    ("commission_revision", "id", ("body",), (), False),
    ("answer", "id", ("body", "understood"), (), False),
    ("evaluation", "id", ("body",), (), False),
    ("human_task", "id", (), ("result",), True),
    ("report", "id", (), ("receipt",), True),
    ("commissioning_unit", "code", (), ("token_secret", "callback_secret"), False),
)


def upgrade() -> None:
    for table, key, kept, changed, nullable in TABLES:
        for column in kept:
            _mark(table, key, column, column)
        for column in changed:
            _replace(table, key, column, nullable)
    _person_index()
    _audit_link()
    _audit_anchor()
    _refuse_changes()


def _replace(table: str, key: str, column: str, nullable: bool) -> None:
    """A new column beside the old one, filled, then put in its place: no table is built anew, which foreign
    keys would not allow on SQLite. A column that may not be empty needs a default there: a mark and nothing.
    """
    fresh = f"{column}_sealed"
    default = None if nullable else sa.text("X'00'" if _is_sqlite() else "'\\x00'::bytea")
    op.add_column(table, sa.Column(fresh, sa.LargeBinary(), nullable=nullable, server_default=default))
    _mark(table, key, column, fresh)
    op.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
    op.execute(f"ALTER TABLE {table} RENAME COLUMN {fresh} TO {column}")
    if default is not None and not _is_sqlite():
        op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")


def _is_sqlite() -> bool:
    return op.get_bind().dialect.name == "sqlite"


def _mark(table: str, key: str, column: str, target: str) -> None:
    """Rows are read as what the driver gives: text or bytes."""
    rows = sa.table(table, sa.column(key), sa.column(column), sa.column(target))
    connection = op.get_bind()
    wanted = sa.select(rows.c[key], sa.cast(rows.c[column], sa.Text) if column != target else rows.c[column])
    found = connection.execute(wanted).all()
    values = [
        {"row": identity, "value": PLAIN + (value.encode() if isinstance(value, str) else bytes(value))}
        for identity, value in found
        if value is not None and value != "null"
    ]
    change = sa.update(rows).where(rows.c[key] == sa.bindparam("row")).values({target: sa.bindparam("value")})
    for start in range(0, len(values), BATCH):
        connection.execute(change, values[start : start + BATCH])


def _person_index() -> None:
    """Filled for older cases by `hedui keys reseal --plain` too."""
    op.create_table(
        "person_index",
        sa.Column("case_id", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("ref", sa.String(length=20), nullable=False),
        sa.Column("id_index", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_person_index_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("case_id", "ref", "id_index", name="pk_person_index"),
    )
    op.create_index("ix_person_index_id_index", "person_index", ["id_index"])


def _audit_link() -> None:
    op.create_table(
        "audit_link",
        sa.Column("seq", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("event_id", IDENTIFIER, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name="fk_audit_link_event_id_audit_event"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_link"),
        sa.UniqueConstraint("event_id", name="uq_audit_link_event_id"),
    )


def _audit_anchor() -> None:
    op.create_table(
        "audit_anchor",
        sa.Column("seq", IDENTIFIER, autoincrement=False, nullable=False),
        sa.Column("chain", sa.LargeBinary(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("signature", sa.LargeBinary(length=128), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_anchor"),
    )


def _refuse_changes() -> None:
    """Who may still change rows is the owner of the tables, by dropping these; the chain shows it then."""
    if not _is_sqlite():
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        )
        for table in AUDIT_TABLES:
            op.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
                " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
            )
        return
    for table in AUDIT_TABLES:
        for change in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change} BEFORE {change.upper()} ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
