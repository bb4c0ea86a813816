"""forms that came after their visit had ended, kept for an hour"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"


def upgrade() -> None:
    op.create_table(
        "late_form",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("owner", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_late_form_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_late_form")),
    )
    op.create_index(
        op.f("ix_late_form_practice_id_kept_at"), "late_form", ["practice_id", "kept_at"]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE late_form ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON late_form USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    op.drop_table("late_form")
