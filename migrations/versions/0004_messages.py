"""messages, documents and requests for help, and the promise of an answer"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("thread", "aid_request", "message", "document")
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"


def upgrade() -> None:
    # SQLite adds a column without null only with a default; practices that are there already get it.
    op.add_column(
        "practice", sa.Column("answer_days", sa.Integer(), nullable=False, server_default="2")
    )
    op.create_table(
        "thread",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("subject", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer_id", sa.Uuid(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("patient_unread", sa.Boolean(), nullable=False),
        sa.Column("keeps_hold", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_thread_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_thread_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_thread")),
    )
    op.create_index(
        op.f("ix_thread_practice_id_account_id_moved_at"),
        "thread",
        ["practice_id", "account_id", "moved_at"],
    )
    op.create_index(
        "ix_thread_unread",
        "thread",
        ["practice_id", "account_id"],
        sqlite_where=sa.text("patient_unread"),
        postgresql_where=sa.text("patient_unread"),
    )
    op.create_table(
        "aid_request",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=True),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_aid_request_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "thread_id"],
            ["thread.practice_id", "thread.id"],
            name=op.f("fk_aid_request_practice_id_thread_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_aid_request_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_aid_request")),
        sa.UniqueConstraint(
            "practice_id",
            "account_id",
            "once",
            name=op.f("uq_aid_request_practice_id_account_id_once"),
        ),
        sa.UniqueConstraint(
            "practice_id", "thread_id", name=op.f("uq_aid_request_practice_id_thread_id")
        ),
    )
    op.create_index(
        op.f("ix_aid_request_practice_id_asked_at"), "aid_request", ["practice_id", "asked_at"]
    )
    op.create_index(
        "uq_aid_request_open",
        "aid_request",
        ["practice_id", "account_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('asked', 'documents')"),
        postgresql_where=sa.text("status IN ('asked', 'documents')"),
    )
    op.create_table(
        "message",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("side", sa.String(length=8), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_message_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "thread_id"],
            ["thread.practice_id", "thread.id"],
            name=op.f("fk_message_practice_id_thread_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_message_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_message")),
        sa.UniqueConstraint(
            "practice_id", "account_id", "once", name=op.f("uq_message_practice_id_account_id_once")
        ),
    )
    op.create_index(
        op.f("ix_message_practice_id_account_id_at"), "message", ["practice_id", "account_id", "at"]
    )
    op.create_index(
        op.f("ix_message_practice_id_thread_id"), "message", ["practice_id", "thread_id"]
    )
    op.create_table(
        "document",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("media", sa.String(length=8), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_document_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "message_id"],
            ["message.practice_id", "message.id"],
            name=op.f("fk_document_practice_id_message_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_document_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_document")),
    )
    op.create_index(
        op.f("ix_document_practice_id_account_id"), "document", ["practice_id", "account_id"]
    )
    op.create_index(
        op.f("ix_document_practice_id_message_id"), "document", ["practice_id", "message_id"]
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("practice", "answer_days")
