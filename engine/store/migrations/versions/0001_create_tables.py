"""Create tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

IDENTIFIER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _commissioning_unit()
    _process_definition()
    _report_counter()
    _verification_case()
    _audit_event()
    _commission_revision()
    _document()
    _evaluation()
    _inbound_message()
    _process_instance()
    _query()
    _report()
    _answer()
    _expected_message()
    _history_event()
    _human_task()
    _outbox()


def _commissioning_unit() -> None:
    op.create_table(
        "commissioning_unit",
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("callback_url", sa.String(length=500), nullable=False),
        sa.Column("key_id", sa.String(length=64), nullable=False),
        sa.Column("token_secret", sa.String(length=200), nullable=False),
        sa.Column("callback_secret", sa.String(length=200), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_commissioning_unit"),
        sa.UniqueConstraint("key_id", name="uq_commissioning_unit_key_id"),
    )


def _process_definition() -> None:
    op.create_table(
        "process_definition",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("process_id", sa.String(length=100), nullable=False),
        sa.Column("sources", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_process_definition"),
    )


def _report_counter() -> None:
    op.create_table(
        "report_counter",
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("month", sa.String(length=6), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0 AND last <= 99999", name="ck_report_counter_serial_range"),
        sa.PrimaryKeyConstraint("region", "month", name="pk_report_counter"),
    )


def _verification_case() -> None:
    op.create_table(
        "verification_case",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_no", sa.String(length=40), nullable=True),
        sa.Column("unit_code", sa.String(length=40), nullable=False),
        sa.Column("commission_no", sa.String(length=64), nullable=False),
        sa.Column("request_digest", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("accepted_at", MOMENT, nullable=True),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["unit_code"],
            ["commissioning_unit.code"],
            name="fk_verification_case_unit_code_commissioning_unit",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verification_case"),
        sa.UniqueConstraint("case_no", name="uq_verification_case_case_no"),
        sa.UniqueConstraint(
            "unit_code", "commission_no", name="uq_verification_case_unit_code_commission_no"
        ),
    )
    op.create_index("ix_verification_case_state", "verification_case", ["state"])


def _audit_event() -> None:
    op.create_table(
        "audit_event",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_audit_event_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_action", "audit_event", ["action"])
    op.create_index("ix_audit_event_case_id", "audit_event", ["case_id"])


def _commission_revision() -> None:
    op.create_table(
        "commission_revision",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_commission_revision_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_commission_revision"),
        sa.UniqueConstraint("case_id", "revision", name="uq_commission_revision_case_id_revision"),
    )


def _document() -> None:
    op.create_table(
        "document",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_document_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("case_id", "kind", "digest", name="uq_document_case_id_kind_digest"),
    )
    op.create_index("ix_document_case_id", "document", ["case_id"])


def _evaluation() -> None:
    op.create_table(
        "evaluation",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("parameters_version", sa.String(length=80), nullable=False),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("definition_digest", sa.String(length=64), nullable=False),
        sa.Column("computed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_evaluation_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evaluation"),
    )
    op.create_index("ix_evaluation_case_id", "evaluation", ["case_id"])


def _inbound_message() -> None:
    op.create_table(
        "inbound_message",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("taken_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_inbound_message_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_inbound_message"),
    )
    op.create_index("ix_inbound_message_case_id", "inbound_message", ["case_id"])


def _process_instance() -> None:
    op.create_table(
        "process_instance",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("process_id", sa.String(length=100), nullable=False),
        sa.Column("definition_digest", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("wake", sa.Boolean(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failure_code", sa.String(length=80), nullable=True),
        sa.Column("end_event", sa.String(length=100), nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_process_instance_case_id_verification_case"
        ),
        sa.ForeignKeyConstraint(
            ["definition_digest"],
            ["process_definition.digest"],
            name="fk_process_instance_definition_digest_process_definition",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_process_instance"),
    )
    op.create_index("ix_process_instance_case_id", "process_instance", ["case_id"])
    op.create_index("ix_process_instance_work", "process_instance", ["wake", "state", "due_at"])


def _query() -> None:
    op.create_table(
        "query",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("batch_no", sa.String(length=80), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("required_items", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("planned_at", MOMENT, nullable=False),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("failure_code", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_query_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_query"),
        sa.UniqueConstraint("batch_no", name="uq_query_batch_no"),
        sa.UniqueConstraint("case_id", "source", "round", name="uq_query_case_id_source_round"),
    )


def _report() -> None:
    op.create_table(
        "report",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("region", sa.String(length=6), nullable=False),
        sa.Column("month", sa.String(length=6), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("nature", sa.String(length=1), nullable=False),
        sa.Column("copy", sa.Integer(), nullable=False),
        sa.Column("handler", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("issued_at", MOMENT, nullable=False),
        sa.Column("pages", sa.Integer(), nullable=True),
        sa.Column("file_digest", sa.String(length=64), nullable=True),
        sa.Column("receipt_at", MOMENT, nullable=True),
        sa.Column("receipt", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_report_case_id_verification_case"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_report"),
        sa.UniqueConstraint("case_id", "nature", "copy", name="uq_report_case_id_nature_copy"),
        sa.UniqueConstraint("number", name="uq_report_number"),
        sa.UniqueConstraint("region", "month", "serial", name="uq_report_region_month_serial"),
    )


def _answer() -> None:
    op.create_table(
        "answer",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("query_id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content_type", sa.String(length=100), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("understood", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_answer_case_id_verification_case"
        ),
        sa.ForeignKeyConstraint(["query_id"], ["query.id"], name="fk_answer_query_id_query"),
        sa.PrimaryKeyConstraint("id", name="pk_answer"),
        sa.UniqueConstraint("query_id", "attempt", name="uq_answer_query_id_attempt"),
    )
    op.create_index("ix_answer_case_id", "answer", ["case_id"])


def _expected_message() -> None:
    op.create_table(
        "expected_message",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("instance_id", IDENTIFIER, nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_expected_message_case_id_verification_case"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_expected_message_instance_id_process_instance"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_expected_message"),
        sa.UniqueConstraint("case_id", "name", "task_id", name="uq_expected_message_case_id_name_task_id"),
    )
    op.create_index("ix_expected_message_instance_id", "expected_message", ["instance_id"])


def _history_event() -> None:
    op.create_table(
        "history_event",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("instance_id", IDENTIFIER, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("process_id", sa.String(length=100), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("lane", sa.String(length=60), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_history_event_instance_id_process_instance"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_history_event"),
        sa.UniqueConstraint("instance_id", "seq", name="uq_history_event_instance_id_seq"),
    )


def _human_task() -> None:
    op.create_table(
        "human_task",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("instance_id", IDENTIFIER, nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("element_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("post", sa.String(length=60), nullable=False),
        sa.Column("form", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("completed_at", MOMENT, nullable=True),
        sa.Column("completed_by", sa.String(length=80), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_human_task_case_id_verification_case"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_human_task_instance_id_process_instance"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_human_task"),
        sa.UniqueConstraint("instance_id", "task_id", name="uq_human_task_instance_id_task_id"),
    )
    op.create_index("ix_human_task_case_id", "human_task", ["case_id"])
    op.create_index("ix_human_task_post", "human_task", ["state", "post", "created_at"])


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", IDENTIFIER, nullable=False),
        sa.Column("instance_id", IDENTIFIER, nullable=False),
        sa.Column("case_id", IDENTIFIER, nullable=False),
        sa.Column("task_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("operation", sa.String(length=60), nullable=False),
        sa.Column("lane", sa.String(length=60), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("owner", sa.String(length=80), nullable=True),
        sa.Column("leased_until", MOMENT, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("forgiven", sa.Integer(), nullable=False),
        sa.Column("failure_code", sa.String(length=80), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["verification_case.id"], name="fk_outbox_case_id_verification_case"
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["process_instance.id"], name="fk_outbox_instance_id_process_instance"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("key", name="uq_outbox_key"),
    )
    op.create_index("ix_outbox_case_id", "outbox", ["case_id"])
    op.create_index("ix_outbox_instance_id_state", "outbox", ["instance_id", "state"])
    op.create_index("ix_outbox_work", "outbox", ["state", "due_at"])
