"""A house with a long history: copies of one closed case, made inside PostgreSQL, as many as asked for."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from web.database import Database

# Each table with what tells its copies apart; `n` counts the copies. Parents come before their children.
# Sealed bodies are cut short: they would only fill the disk, no step reads those of another case.
_CASE = "(SELECT min(id) FROM verification_case) + n"
_INSTANCE = "(SELECT min(id) FROM process_instance) + n"
_QUERY = '(SELECT min(id) FROM "query") + n'
_EVENT = "(SELECT min(id) FROM audit_event) + n"
_BEHIND = 1000  # more than a single case has rows in any table
_COPIED: Mapping[str, Mapping[str, str]] = {
    "verification_case": {"case_no": "'C' || n", "commission_no": "'C' || n"},
    "commission_revision": {"case_id": _CASE, "body": "'short'"},
    "process_instance": {"case_id": _CASE, "body": "'short'"},
    "outbox": {"instance_id": _INSTANCE, "case_id": _CASE, "key": "'C' || n"},
    "history_event": {"instance_id": _INSTANCE},
    "query": {"case_id": _CASE, "batch_no": "'C' || n"},
    "answer": {"case_id": _CASE, "query_id": _QUERY, "body": "'short'", "understood": "'short'"},
    "audit_event": {"case_id": _CASE},
    "audit_link": {"event_id": _EVENT},
    "evaluation": {"case_id": _CASE, "body": "'short'"},
    "report": {"case_id": _CASE, "number": "'C' || n", "serial": "serial + n"},
}


def add_closed_cases(database: Database, count: int) -> None:
    """Copies of the first case, which must be closed: one row of each kind for every copy."""
    with database.engine.begin() as connection:
        # Copies of rows that were right are right: foreign keys are not checked again, nothing is audited.
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        for table, changes in _COPIED.items():
            _copy(connection, table, changes, count)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _copy(connection: Connection, table: str, changes: Mapping[str, str], count: int) -> None:
    """New rows get ids behind those there are, and the table goes on counting behind them."""
    columns = connection.scalars(
        text("SELECT column_name FROM information_schema.columns WHERE table_name = :table"), {"table": table}
    ).all()
    key = "id" if "id" in columns else "seq"
    values = {name: f'"{name}"' for name in columns} | {key: f"{key} + n"} | changes
    names = ", ".join(f'"{name}"' for name in values)
    connection.execute(
        text(
            f'INSERT INTO "{table}" ({names}) SELECT {", ".join(values.values())} '
            f'FROM (SELECT * FROM "{table}" ORDER BY {key} LIMIT 1) AS first, '
            f"generate_series({_BEHIND}, {_BEHIND} + :count - 1) AS n"
        ),
        {"count": count},
    )
    if key == "id":
        sequence = f"pg_get_serial_sequence('\"{table}\"', 'id')"
        connection.execute(text(f'SELECT setval({sequence}, (SELECT max(id) FROM "{table}"))'))
