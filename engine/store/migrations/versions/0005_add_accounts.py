"""Add accounts of staff, their sessions and posts, the owners of human tasks, and what was unmasked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
# DB32/T 3319-2017 4.3 over the posts of MZ/T 072-2016 4.2; adjusted afterwards by `hedui account lanes`.
LANES = (
    ("前台服务岗", "受理岗"),
    ("后台服务岗", "信息交换岗"),
    ("后台服务岗", "核证岗"),
    ("后台服务岗", "核对报告岗"),
    ("后台服务岗", "机要岗"),
)


def upgrade() -> None:
    _account()
    _sessions()
    _grants()
    _unmasking()
    _human_task()


def _account() -> None:
    op.create_table(
        "account",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("code_digest", sa.LargeBinary(length=32)),
        sa.Column("code_until", MOMENT),
        sa.Column("password_hash", sa.String(length=200)),
        sa.Column("totp_secret", sa.LargeBinary()),
        sa.Column("totp_since", MOMENT),
        sa.Column("totp_step", IDENTIFIER, nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("name", name="uq_account_name"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_at", MOMENT),
        _to_account("recovery_code", "account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_code"),
        sa.UniqueConstraint("account_id", "digest", name="uq_recovery_code_account_id_digest"),
    )


def _to_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["account.id"], name=f"fk_{table}_{column}_account")


def _sessions() -> None:
    op.create_table(
        "staff_session",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("is_half", sa.Boolean(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
        _to_account("staff_session", "account_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_staff_session"),
    )
    op.create_index("ix_staff_session_account_id", "staff_session", ["account_id"])
    op.create_table(
        "known_device",
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        _to_account("known_device", "account_id"),
        sa.PrimaryKeyConstraint("digest", name="pk_known_device"),
    )
    op.create_index("ix_known_device_account_id", "known_device", ["account_id"])
    op.create_table(
        "sign_in_failure",
        sa.Column("subject", sa.LargeBinary(length=32), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=False),
        sa.Column("last_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_sign_in_failure"),
    )
    op.create_index("ix_sign_in_failure_last_at", "sign_in_failure", ["last_at"])


def _grants() -> None:
    op.create_table(
        "post_grant",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("account_id", IDENTIFIER, nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("stands_for_id", IDENTIFIER),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("proposed_by", sa.String(length=80), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("decided_by", sa.String(length=80)),
        sa.Column("decided_at", MOMENT),
        sa.Column("ended_by", sa.String(length=80)),
        _to_account("post_grant", "account_id"),
        _to_account("post_grant", "stands_for_id"),
        sa.PrimaryKeyConstraint("id", name="pk_post_grant"),
    )
    op.create_index("ix_post_grant_account_id", "post_grant", ["account_id", "state"])
    lanes = op.create_table(
        "post_lane",
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("lane", sa.String(length=60), nullable=False),
        sa.PrimaryKeyConstraint("post", "lane", name="pk_post_lane"),
    )
    op.bulk_insert(lanes, [{"post": post, "lane": lane} for post, lane in LANES])


def _unmasking() -> None:
    op.create_table(
        "unmasking",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("account", sa.String(length=80), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_unmasking_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unmasking"),
        sa.UniqueConstraint("token", name="uq_unmasking_token"),
    )
    op.create_index("ix_unmasking_case_id", "unmasking", ["case_id"])


def _human_task() -> None:
    """What older programs write has no owner and is not suspended."""
    for column in (
        sa.Column("owner", sa.String(length=80)),
        sa.Column("claimed_at", MOMENT),
        sa.Column("in_place_of", sa.String(length=80)),
        sa.Column("transferred_from", sa.String(length=80)),
        sa.Column("due_at", MOMENT),
        sa.Column("suspended", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("human_task", column)
    op.create_index("ix_human_task_owner", "human_task", ["state", "owner", "created_at"])
