"""Add incidents and heartbeats of workers."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
IS_PENDING = sa.text("state IN ('open', 'returned')")


def upgrade() -> None:
    _incident()
    _worker_heartbeat()
    op.create_index("ix_verification_case_closed_at", "verification_case", ["closed_at"])


def _incident() -> None:
    op.create_table(
        "incident",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject_id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("instance_id", IDENTIFIER, nullable=True),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_incident_case_id_verification_case"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_incident_instance_id_process_instance"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_incident"),
    )
    op.create_index(
        "uq_incident_pending",
        "incident",
        ["kind", "subject_id"],
        unique=True,
        postgresql_where=IS_PENDING,
        sqlite_where=IS_PENDING,
    )
    op.create_index("ix_incident_state", "incident", ["state", "kind"])
    op.create_index("ix_incident_case_id", "incident", ["case_id"])


def _worker_heartbeat() -> None:
    op.create_table(
        "worker_heartbeat",
        sa.Column("owner", sa.String(length=80), nullable=False),
        sa.Column("host", sa.String(length=60), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=40), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("owner", name="pk_worker_heartbeat"),
    )
    op.create_index("ix_worker_heartbeat_seen_at", "worker_heartbeat", ["seen_at"])
