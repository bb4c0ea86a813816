"""a practice's own words for its messages, in versions, and which of them a message went with

Revision ID: 0033
Revises: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
UNIQUE = "uq_practice_text_practice_id_template_channel_language_version"


def upgrade() -> None:
    op.create_table(
        "practice_text",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=60), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column("saved_by", sa.Uuid(), nullable=False),
        sa.Column("saved_name", sa.String(length=80), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_practice_text_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["saved_by"], ["staff_user.id"], name=op.f("fk_practice_text_saved_by")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_practice_text")),
        sa.UniqueConstraint(
            "practice_id", "template", "channel", "language", "version", name=op.f(UNIQUE)
        ),
    )
    op.add_column("notice", sa.Column("words_version", sa.Integer(), nullable=True))
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE practice_text ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON practice_text USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    op.drop_column("notice", "words_version")
    op.drop_table("practice_text")
