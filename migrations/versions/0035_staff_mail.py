"""mails to staff: invitations, answers to « mot de passe oublié », words on what was changed

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op

from shared.base.database import UtcDateTime

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
WAITING = sa.text("status IN ('planned', 'claimed')")


def upgrade() -> None:
    op.create_table(
        "staff_mail",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_name", sa.String(length=80), nullable=False),
        sa.Column("made_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("not_before", UtcDateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=80), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name="fk_staff_mail_practice_id"),
        sa.PrimaryKeyConstraint("practice_id", "id", name="pk_staff_mail"),
    )
    op.create_index("uq_staff_mail_cause", "staff_mail", ["practice_id", "cause_id"], unique=True)
    op.create_index(
        "ix_staff_mail_waiting",
        "staff_mail",
        ["practice_id", "status", "not_before"],
        sqlite_where=WAITING,
        postgresql_where=WAITING,
    )
    op.create_index(
        "ix_staff_mail_practice_id_kind_made_at", "staff_mail", ["practice_id", "kind", "made_at"]
    )
    op.create_index("ix_staff_mail_user_id_made_at", "staff_mail", ["user_id", "made_at"])
    op.create_table(
        "password_request",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("network", sa.String(length=32), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", UtcDateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_password_request"),
    )
    op.create_index("ix_password_request_asked_at", "password_request", ["asked_at"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE staff_mail ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON staff_mail USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    # What was asked for at the door opens nothing that the former version knows.
    op.execute("DELETE FROM staff_link WHERE purpose = 'forgotten'")
    op.drop_table("password_request")
    op.drop_table("staff_mail")
