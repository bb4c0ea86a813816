"""the inbox: whose a thread is, waiting for the patient, promises, notes, merging, ready-made answers"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
TABLES = ("thread_note", "thread_promise", "thread_seen", "thread_presence", "canned_answer")
COLUMNS = (
    ("assigned_to", sa.Uuid()),
    ("assigned_name", sa.String(length=80)),
    ("assigned_by", sa.String(length=80)),
    ("assigned_at", sa.DateTime(timezone=True)),
    ("awaits_until", sa.Date()),
    ("broken_for", sa.Date()),
    ("merged_into", sa.Uuid()),
)
PARTIAL = (
    ("ix_thread_waiting", ["practice_id", "answer_by", "id"], "status = 'waiting'"),
    ("ix_thread_awaited", ["practice_id", "awaits_until", "id"], "awaits_until IS NOT NULL"),
    ("ix_thread_merged", ["practice_id", "merged_into"], "merged_into IS NOT NULL"),
)
WHOLE = (
    ("ix_thread_practice_id_status_moved_at", ["practice_id", "status", "moved_at"]),
    ("ix_thread_practice_id_subject_moved_at", ["practice_id", "subject", "moved_at"]),
)


def _of_practice(table: str) -> list[sa.schema.SchemaItem]:
    """The key of every table of a practice."""
    return [
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f(f"fk_{table}_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f(f"pk_{table}")),
    ]


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", column],
        [f"{other}.practice_id", f"{other}.id"],
        name=op.f(f"fk_{table}_practice_id_{column}"),
    )


def _person(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["staff_user.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    for name, kind in COLUMNS:
        op.add_column("thread", sa.Column(name, kind, nullable=True))
    for name, columns in WHOLE:
        op.create_index(op.f(name), "thread", columns)
    for name, columns, where in PARTIAL:
        rows = sa.text(where)
        op.create_index(name, "thread", columns, sqlite_where=rows, postgresql_where=rows)
    op.create_table(
        "thread_note",
        *_of_practice("thread_note"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("author", sa.String(length=80), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _of("thread_note", "account_id", "account"),
        _of("thread_note", "thread_id", "thread"),
        sa.UniqueConstraint(
            "practice_id",
            "account_id",
            "once",
            name=op.f("uq_thread_note_practice_id_account_id_once"),
        ),
    )
    op.create_index(
        op.f("ix_thread_note_practice_id_thread_id"), "thread_note", ["practice_id", "thread_id"]
    )
    op.create_table(
        "thread_promise",
        *_of_practice("thread_promise"),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("kept", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        _of("thread_promise", "account_id", "account"),
        _of("thread_promise", "thread_id", "thread"),
    )
    op.create_index(
        op.f("ix_thread_promise_practice_id_ended_at_kept"),
        "thread_promise",
        ["practice_id", "ended_at", "kept"],
    )
    op.create_table(
        "thread_seen",
        *_of_practice("thread_seen"),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _of("thread_seen", "thread_id", "thread"),
        _person("thread_seen", "user_id"),
        sa.UniqueConstraint(
            "practice_id",
            "user_id",
            "thread_id",
            name=op.f("uq_thread_seen_practice_id_user_id_thread_id"),
        ),
    )
    op.create_table(
        "thread_presence",
        *_of_practice("thread_presence"),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("thread_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        _of("thread_presence", "thread_id", "thread"),
        _person("thread_presence", "user_id"),
        sa.UniqueConstraint(
            "practice_id", "user_id", name=op.f("uq_thread_presence_practice_id_user_id")
        ),
    )
    op.create_index(
        op.f("ix_thread_presence_practice_id_thread_id"),
        "thread_presence",
        ["practice_id", "thread_id"],
    )
    op.create_table(
        "canned_answer",
        *_of_practice("canned_answer"),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=True),
        sa.Column("changed_name", sa.String(length=80), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        _person("canned_answer", "changed_by"),
    )
    op.create_index(
        op.f("ix_canned_answer_practice_id_title"), "canned_answer", ["practice_id", "title"]
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    """What was merged is closed: without its other half it can't be told that it lives on there."""
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("UPDATE thread SET status = 'closed' WHERE status = 'merged'")
    for name, _, _ in PARTIAL:
        op.drop_index(name, table_name="thread")
    for name, _ in WHOLE:
        op.drop_index(op.f(name), table_name="thread")
    for name, _ in reversed(COLUMNS):
        op.drop_column("thread", name)
