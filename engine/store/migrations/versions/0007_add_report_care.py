"""Add check codes, signatures, voiding and the register of copies to reports, and the cleaning of cases."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _reports()
    op.create_index("ix_verification_case_received_at", "verification_case", ["received_at"])
    op.create_table(
        "report_release",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("report_id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("who", sa.String(length=80), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("reason", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["report.id"], name="fk_report_release_report_id_report"),
        sa.PrimaryKeyConstraint("id", name="pk_report_release"),
        sa.UniqueConstraint("token", name="uq_report_release_token"),
        sa.CheckConstraint("copies >= 1", name="ck_report_release_copies"),
    )
    op.create_index("ix_report_release_report_id", "report_release", ["report_id"])
    op.create_table(
        "case_cleaning",
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("removed", sa.JSON(), nullable=True),
        sa.Column("failure_code", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_case_cleaning_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("case_id", name="pk_case_cleaning"),
    )
    undone = sa.text("done_at IS NULL")
    op.create_index(
        "ix_case_cleaning_due", "case_cleaning", ["due_at"], postgresql_where=undone, sqlite_where=undone
    )


def _reports() -> None:
    """A voided report keeps its number and makes room for another of the same nature and copy."""
    with op.batch_alter_table("report") as report:
        report.add_column(sa.Column("check_code", sa.String(length=16), nullable=True))
        report.add_column(sa.Column("signer", sa.String(length=200), nullable=True))
        report.add_column(sa.Column("sm3", sa.String(length=64), nullable=True))
        report.add_column(sa.Column("detached", sa.LargeBinary(), nullable=True))
        report.add_column(sa.Column("voided_at", MOMENT, nullable=True))
        report.add_column(sa.Column("voided_by", sa.String(length=80), nullable=True))
        report.add_column(sa.Column("void_reason", sa.LargeBinary(), nullable=True))
        report.drop_constraint("uq_report_case_id_nature_copy", type_="unique")
    op.create_index("ix_report_file_digest", "report", ["file_digest"])
    holding = sa.text("state <> 'voided'")
    op.create_index(
        "ix_report_holding",
        "report",
        ["case_id", "nature", "copy"],
        unique=True,
        postgresql_where=holding,
        sqlite_where=holding,
    )
