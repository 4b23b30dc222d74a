"""Add drafts of forms, comments on cases, and what the views of the inbox are read by."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "form_draft",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_form_draft"),
        sa.UniqueConstraint("account", "subject", name="uq_form_draft_account_subject"),
    )
    op.create_index("ix_form_draft_saved_at", "form_draft", ["saved_at"])
    op.create_table(
        "case_comment",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("documents", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_case_comment_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_case_comment"),
        sa.UniqueConstraint("token", name="uq_case_comment_token"),
    )
    op.create_index("ix_case_comment_case_id", "case_comment", ["case_id"])
    _views()


def _views() -> None:
    """Partial where only few rows count: finished tasks are many and are looked for by who did them."""
    free = sa.text("state = 'open' AND owner IS NULL")
    limited = sa.text("state = 'open' AND due_at IS NOT NULL")
    for name, columns, only in (
        ("ix_human_task_free", ["post", "due_at", "created_at", "id"], free),
        ("ix_human_task_due", ["post", "due_at", "id"], limited),
    ):
        op.create_index(name, "human_task", columns, postgresql_where=only, sqlite_where=only)
    op.create_index("ix_human_task_done", "human_task", ["completed_by", "completed_at"])
