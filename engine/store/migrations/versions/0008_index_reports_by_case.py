"""Find the reports of a case again: the unique constraint that 0007 dropped had been their index."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_index("ix_report_case_id", "report", ["case_id"])
