"""Rights of the database role the application works as: it can add to the audit log, never change it."""

import re

from sqlalchemy import inspect, text
from sqlalchemy.orm import Session

from engine.domain.errors import RuleViolation
from engine.store.audit import AuditAnchor, AuditEvent, AuditLink

AUDIT_TABLES = tuple(table.__tablename__ for table in (AuditEvent, AuditLink, AuditAnchor))
VERSION_TABLE = "alembic_version"  # of the migrations: they are for the owner to run
ROLE = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class RoleNotPossible(RuleViolation):
    """数据库不支持角色授权（需要 PostgreSQL），或者角色名称不符合要求"""


def grant_application(session: Session, role: str) -> None:
    """To be called as the owner of the tables, again after each migration. Raises RoleNotPossible."""
    if session.get_bind().dialect.name != "postgresql" or not ROLE.fullmatch(role):
        raise RoleNotPossible(role=role)
    tables = set(inspect(session.connection()).get_table_names()) - {*AUDIT_TABLES, VERSION_TABLE}
    for statement in _grants(role, ", ".join(sorted(tables))):
        session.execute(text(statement))


def _grants(role: str, others: str) -> list[str]:
    audit = ", ".join(AUDIT_TABLES)
    return [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        f"GRANT SELECT ON {VERSION_TABLE} TO {role}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON {others} TO {role}",
        f"REVOKE ALL ON {audit} FROM {role}, PUBLIC",
        f"GRANT SELECT, INSERT ON {audit} TO {role}",
    ]
