"""staff: passkeys, recovery codes, links to join and to begin anew, access by practice"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column(
        "staff_membership",
        sa.Column("status", sa.String(length=12), nullable=False, server_default="active"),
    )
    op.add_column("staff_membership", sa.Column("seen_at", WHEN, nullable=True))
    op.create_table(
        "staff_passkey",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("added_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN, nullable=True),
        sa.Column("asked_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_staff_passkey_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_staff_passkey_credential_id")),
    )
    op.create_index(op.f("ix_staff_passkey_user_id"), "staff_passkey", ["user_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_index", sa.LargeBinary(), nullable=False),
        sa.Column("drawn_at", WHEN, nullable=False),
        sa.Column("used_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_recovery_code_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"])
    op.create_table(
        "staff_link",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=True),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_name", sa.String(length=80), nullable=False),
        sa.Column("made_at", WHEN, nullable=False),
        sa.Column("ends_at", WHEN, nullable=False),
        sa.Column("moved_at", WHEN, nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_staff_link_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_staff_link")),
    )
    op.create_index(
        op.f("ix_staff_link_practice_id_status_made_at"),
        "staff_link",
        ["practice_id", "status", "made_at"],
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE staff_link ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON staff_link USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    # The version before knows one state, that of the person: whoever is suspended somewhere stays out.
    op.execute(
        "UPDATE staff_user SET status = 'suspended' WHERE id IN"
        " (SELECT user_id FROM staff_membership WHERE status = 'suspended')"
    )
    op.execute(
        "DELETE FROM staff_session WHERE user_id IN"
        " (SELECT id FROM staff_user WHERE status = 'suspended')"
    )
    op.drop_table("staff_link")
    op.drop_table("recovery_code")
    op.drop_table("staff_passkey")
    op.drop_column("staff_membership", "seen_at")
    op.drop_column("staff_membership", "status")
