"""ladder: segments of the policy, drafts, totals, quiet nights, formal notices and acts on many accounts

Steps that are there already are those of the ordinary segment.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
TABLES = (
    "ladder_policy",
    "ladder_draft",
    "ladder_segment",
    "ladder_total",
    "ladder_quiet",
    "ladder_letter",
    "ladder_bulk",
    "ladder_bulk_item",
)
OF_STEP = "uq_ladder_step_practice_id_version_position"
OF_SEGMENT = "uq_ladder_step_practice_id_version_segment_position"


def upgrade() -> None:
    with op.batch_alter_table("ladder_step") as table:
        table.add_column(
            sa.Column("segment", sa.String(length=12), nullable=False, server_default="ordinary")
        )
        table.drop_constraint(op.f(OF_STEP), type_="unique")
        table.create_unique_constraint(
            op.f(OF_SEGMENT), ["practice_id", "version", "segment", "position"]
        )
    _make_policies()
    _make_board()
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def _table(name: str, *more: sa.Column[Any] | sa.Constraint) -> None:
    op.create_table(
        name,
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f(f"fk_{name}_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f(f"pk_{name}")),
    )


def _make_policies() -> None:
    _table(
        "ladder_policy",
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.Uuid(), nullable=True),
        sa.Column("published_name", sa.String(length=80), nullable=False),
        sa.Column("why", sa.String(length=200), nullable=False),
        sa.Column("letter_days", sa.Integer(), nullable=False),
        sa.Column("warn_days", sa.Integer(), nullable=False),
        sa.UniqueConstraint(
            "practice_id", "version", name=op.f("uq_ladder_policy_practice_id_version")
        ),
    )
    _table(
        "ladder_draft",
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("saved_name", sa.String(length=80), nullable=False),
        sa.UniqueConstraint("practice_id", name=op.f("uq_ladder_draft_practice_id")),
    )
    _table(
        "ladder_segment",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("segment", sa.String(length=12), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_ladder_segment_practice_id_account_id"),
        ),
        sa.UniqueConstraint(
            "practice_id", "account_id", name=op.f("uq_ladder_segment_practice_id_account_id")
        ),
    )


def _make_board() -> None:
    _table(
        "ladder_total",
        sa.Column("about", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("segment", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("first", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.UniqueConstraint(
            "practice_id",
            "about",
            "position",
            "segment",
            "name",
            name=op.f("uq_ladder_total_practice_id_about_position_segment_name"),
        ),
    )
    _table(
        "ladder_quiet",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_name", sa.String(length=80), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_name", sa.String(length=80), nullable=True),
        sa.UniqueConstraint("practice_id", "day", name=op.f("uq_ladder_quiet_practice_id_day")),
    )
    _table(
        "ladder_letter",
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("cycle_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_name", sa.String(length=80), nullable=False),
        sa.Column("sent_on", sa.Date(), nullable=True),
        sa.Column("tracking", sa.String(length=40), nullable=True),
        sa.Column("sent_name", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_ladder_letter_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "cycle_id"],
            ["ladder_cycle.practice_id", "ladder_cycle.id"],
            name=op.f("fk_ladder_letter_practice_id_cycle_id"),
        ),
        sa.UniqueConstraint(
            "practice_id", "cycle_id", name=op.f("uq_ladder_letter_practice_id_cycle_id")
        ),
    )
    op.create_index(
        op.f("ix_ladder_letter_practice_id_status_decided_at"),
        "ladder_letter",
        ["practice_id", "status", "decided_at"],
        unique=False,
    )
    _table(
        "ladder_bulk",
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("fits", sa.JSON(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_name", sa.String(length=80), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("reached", sa.Uuid(), nullable=True),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undo_name", sa.String(length=80), nullable=True),
        sa.Column("undo_actor", sa.String(length=64), nullable=True),
        sa.Column("undone", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.UniqueConstraint("practice_id", "once", name=op.f("uq_ladder_bulk_practice_id_once")),
    )
    op.create_index(
        op.f("ix_ladder_bulk_practice_id_status_asked_at"),
        "ladder_bulk",
        ["practice_id", "status", "asked_at"],
        unique=False,
    )
    _table(
        "ladder_bulk_item",
        sa.Column("bulk_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_ladder_bulk_item_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "bulk_id"],
            ["ladder_bulk.practice_id", "ladder_bulk.id"],
            name=op.f("fk_ladder_bulk_item_practice_id_bulk_id"),
        ),
        sa.UniqueConstraint(
            "practice_id",
            "bulk_id",
            "account_id",
            name=op.f("uq_ladder_bulk_item_practice_id_bulk_id_account_id"),
        ),
    )


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.execute("DELETE FROM ladder_step WHERE segment <> 'ordinary'")
    with op.batch_alter_table("ladder_step") as table:
        table.drop_constraint(op.f(OF_SEGMENT), type_="unique")
        table.drop_column("segment")
        table.create_unique_constraint(op.f(OF_STEP), ["practice_id", "version", "position"])
