"""a practice's own roles, how long its pauses usually are, and trials while it is set up"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

TABLE, TRIALS = "staff_role", "setup_trial"
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
BY_SETTINGS = "ix_timeline_event_settings"
PAUSES = (("pause_days", "14"), ("granted_pause_days", "31"))


def upgrade() -> None:
    op.create_table(
        TABLE,
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=40), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_name", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_staff_role_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_staff_role")),
        sa.UniqueConstraint("practice_id", "slug", name=op.f("uq_staff_role_practice_id_slug")),
        sa.UniqueConstraint("practice_id", "title", name=op.f("uq_staff_role_practice_id_title")),
    )
    op.create_table(
        TRIALS,
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("target", sa.LargeBinary(), nullable=True),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_name", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_setup_trial_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_setup_trial")),
    )
    op.create_index(
        op.f("ix_setup_trial_practice_id_kind_asked_at"),
        TRIALS,
        ["practice_id", "kind", "asked_at"],
    )
    waiting = sa.text("status = 'asked'")
    op.create_index(
        "uq_setup_trial_asked",
        TRIALS,
        ["practice_id", "kind"],
        unique=True,
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    for column, days in PAUSES:
        op.add_column(
            "practice",
            sa.Column(column, sa.Integer(), nullable=False, server_default=sa.text(days)),
        )
    of_settings = sa.text("kind = 'practice.settings'")
    op.create_index(
        BY_SETTINGS,
        "timeline_event",
        ["practice_id", "at"],
        sqlite_where=of_settings,
        postgresql_where=of_settings,
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in (TABLE, TRIALS):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    # Whoever has a role of the practice's own keeps none that the version before would know: no rights.
    op.drop_index(BY_SETTINGS, table_name="timeline_event")
    for column, _ in PAUSES:
        op.drop_column("practice", column)
    op.drop_table(TRIALS)
    op.drop_table(TABLE)
