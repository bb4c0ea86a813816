"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "practice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=40), nullable=False),
        sa.Column("sms_sender", sa.String(length=11), nullable=False),
        sa.Column("phone", sa.String(length=24), nullable=False),
        sa.Column("opening_hours", sa.JSON(), nullable=False),
        sa.Column("postal_address", sa.String(length=200), nullable=False),
        sa.Column("siren", sa.String(length=14), nullable=False),
        sa.Column("vat_mention", sa.String(length=120), nullable=False),
        sa.Column("timezone", sa.String(length=40), nullable=False),
        sa.Column("asks_more", sa.Boolean(), nullable=False),
        sa.Column("keeps_lines", sa.Boolean(), nullable=False),
        sa.Column("link_days", sa.Integer(), nullable=False),
        sa.Column("payment_days", sa.Integer(), nullable=False),
        sa.Column("minimum_payment_cents", sa.BigInteger(), nullable=False),
        sa.Column("source_fresh_days", sa.Integer(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_practice")),
    )
    op.create_table(
        "staff_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary(), nullable=False),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_user")),
        sa.UniqueConstraint("email", name=op.f("uq_staff_user_email")),
    )
    op.create_table(
        "account",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=12), nullable=False),
        sa.Column("external_key", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("balance_cents", sa.BigInteger(), nullable=False),
        sa.Column("protection", sa.LargeBinary(), nullable=True),
        sa.Column("checkable", sa.Boolean(), nullable=False),
        sa.Column("door_closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_account_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "practice_id", "external_key", name=op.f("uq_account_practice_id_external_key")
        ),
        sa.UniqueConstraint("practice_id", "number", name=op.f("uq_account_practice_id_number")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_account_practice_id_balance_cents_id"),
            ["practice_id", "balance_cents", "id"],
            unique=False,
        )

    op.create_table(
        "journal_entry",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("cause", sa.String(length=96), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_journal_entry_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_journal_entry")),
        sa.UniqueConstraint(
            "practice_id", "cause", name=op.f("uq_journal_entry_practice_id_cause")
        ),
    )
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_entry_practice_id_booked_on"),
            ["practice_id", "booked_on"],
            unique=False,
        )

    op.create_table(
        "ladder_night",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_ladder_night_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "day", name=op.f("pk_ladder_night")),
    )
    op.create_table(
        "ladder_step",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("act", sa.String(length=12), nullable=False),
        sa.Column("anchor", sa.String(length=8), nullable=False),
        sa.Column("offset_days", sa.Integer(), nullable=False),
        sa.Column("gap_days", sa.Integer(), nullable=False),
        sa.Column("minimum_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_ladder_step_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_ladder_step")),
        sa.UniqueConstraint(
            "practice_id",
            "version",
            "position",
            name=op.f("uq_ladder_step_practice_id_version_position"),
        ),
    )
    op.create_table(
        "processor_account",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("livemode", sa.Boolean(), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("secret_key", sa.LargeBinary(), nullable=False),
        sa.Column("webhook_secrets", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_processor_account_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_processor_account")),
        sa.UniqueConstraint("practice_id", name=op.f("uq_processor_account_practice_id")),
    )
    op.create_table(
        "receipt_counter",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_receipt_counter_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "year", name=op.f("pk_receipt_counter")),
    )
    op.create_table(
        "source",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_source_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_source")),
        sa.UniqueConstraint("practice_id", "name", name=op.f("uq_source_practice_id_name")),
    )
    op.create_table(
        "staff_membership",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_staff_membership_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_staff_membership_user_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "user_id", name=op.f("pk_staff_membership")),
    )
    with op.batch_alter_table("staff_membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_membership_user_id"), ["user_id"], unique=False)

    op.create_table(
        "staff_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_staff_session_practice_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["staff_user.id"], name=op.f("fk_staff_session_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_session")),
    )
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_staff_session_user_id"), ["user_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_task_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_task_practice_id_account_id"),
            ["practice_id", "account_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_task_practice_id_status_due_on"),
            ["practice_id", "status", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            "uq_task_open",
            ["practice_id", "kind", "key"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "timeline_event",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=48), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_timeline_event_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_timeline_event")),
    )
    with op.batch_alter_table("timeline_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_timeline_event_practice_id_account_id_at"),
            ["practice_id", "account_id", "at"],
            unique=False,
        )

    op.create_table(
        "webhook_event",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("object_id", sa.String(length=255), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_webhook_event_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_webhook_event")),
        sa.UniqueConstraint(
            "practice_id", "event_id", name=op.f("uq_webhook_event_practice_id_event_id")
        ),
    )
    with op.batch_alter_table("webhook_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_webhook_event_status_received_at"),
            ["status", "received_at"],
            unique=False,
        )

    op.create_table(
        "contact_point",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_contact_point_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_contact_point_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_contact_point")),
    )
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contact_point_practice_id_account_id"),
            ["practice_id", "account_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_contact_point_practice_id_value_index"),
            ["practice_id", "value_index"],
            unique=False,
        )

    op.create_table(
        "hold",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_by", sa.String(length=64), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.String(length=64), nullable=True),
        sa.Column("release_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_hold_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_hold_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_hold")),
    )
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_hold_practice_id_account_id_status"),
            ["practice_id", "account_id", "status"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_hold_practice_id_invoice_id"),
            ["practice_id", "invoice_id"],
            unique=False,
        )
        batch_op.create_index(
            "uq_hold_active_account",
            ["practice_id", "account_id", "kind"],
            unique=True,
            sqlite_where=sa.text("status = 'active' AND invoice_id IS NULL"),
            postgresql_where=sa.text("status = 'active' AND invoice_id IS NULL"),
        )
        batch_op.create_index(
            "uq_hold_active_invoice",
            ["practice_id", "invoice_id", "kind"],
            unique=True,
            sqlite_where=sa.text("status = 'active' AND invoice_id IS NOT NULL"),
            postgresql_where=sa.text("status = 'active' AND invoice_id IS NOT NULL"),
        )

    op.create_table(
        "identity_failure",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_identity_failure_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_identity_failure_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_identity_failure")),
    )
    with op.batch_alter_table("identity_failure", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_identity_failure_practice_id_account_id_at"),
            ["practice_id", "account_id", "at"],
            unique=False,
        )

    op.create_table(
        "import_run",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "source_id"],
            ["source.practice_id", "source.id"],
            name=op.f("fk_import_run_practice_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_import_run_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_import_run")),
    )
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_import_run_practice_id_at"), ["practice_id", "at"], unique=False
        )

    op.create_table(
        "ladder_cycle",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stepped_on", sa.Date(), nullable=True),
        sa.Column("asked_position", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("messages", sa.Integer(), nullable=False),
        sa.Column("withheld", sa.String(length=24), nullable=True),
        sa.Column("withheld_since", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_ladder_cycle_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_ladder_cycle_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_ladder_cycle")),
    )
    with op.batch_alter_table("ladder_cycle", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_ladder_cycle_practice_id_status_position"),
            ["practice_id", "status", "position"],
            unique=False,
        )
        batch_op.create_index(
            "uq_ladder_cycle_open",
            ["practice_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )

    op.create_table(
        "link",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("wrong_tries", sa.Integer(), nullable=False),
        sa.Column("waits_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_link_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name=op.f("fk_link_practice_id")),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_link")),
    )
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_link_practice_id_account_id_status"),
            ["practice_id", "account_id", "status"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_link_practice_id_expires_at"),
            ["practice_id", "expires_at"],
            unique=False,
        )

    op.create_table(
        "link_request",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_link_request_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_link_request_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_link_request")),
    )
    with op.batch_alter_table("link_request", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_link_request_practice_id_account_id_asked_at"),
            ["practice_id", "account_id", "asked_at"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_link_request_practice_id_status"),
            ["practice_id", "status"],
            unique=False,
        )

    op.create_table(
        "party",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("external_ref", sa.String(length=64), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("birth_date", sa.LargeBinary(), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("surname_index", sa.LargeBinary(), nullable=False),
        sa.Column("surname3_index", sa.LargeBinary(), nullable=False),
        sa.Column("given_index", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_party_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_party_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_party")),
    )
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_party_practice_id_account_id"),
            ["practice_id", "account_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_party_practice_id_given_index"),
            ["practice_id", "given_index"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_party_practice_id_surname3_index"),
            ["practice_id", "surname3_index"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_party_practice_id_surname_index"),
            ["practice_id", "surname_index"],
            unique=False,
        )

    op.create_table(
        "payment_attempt",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("choice", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("idempotency_key", sa.String(length=64), nullable=False),
        sa.Column("processor_session", sa.String(length=255), nullable=True),
        sa.Column("processor_intent", sa.String(length=255), nullable=True),
        sa.Column("redirect_url", sa.String(length=2048), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checks", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_payment_attempt_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_payment_attempt_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_payment_attempt")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_payment_attempt_idempotency_key")),
        sa.UniqueConstraint(
            "practice_id",
            "processor_intent",
            name=op.f("uq_payment_attempt_practice_id_processor_intent"),
        ),
        sa.UniqueConstraint(
            "practice_id",
            "processor_session",
            name=op.f("uq_payment_attempt_practice_id_processor_session"),
        ),
    )
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_attempt_practice_id_account_id_status"),
            ["practice_id", "account_id", "status"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_payment_attempt_status_checked_at"),
            ["status", "checked_at"],
            unique=False,
        )
        batch_op.create_index(
            "uq_payment_attempt_open",
            ["practice_id", "account_id"],
            unique=True,
            sqlite_where=sa.text("status IN ('created', 'redirected')"),
            postgresql_where=sa.text("status IN ('created', 'redirected')"),
        )

    op.create_table(
        "invoice",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("amo_cents", sa.BigInteger(), nullable=False),
        sa.Column("amc_cents", sa.BigInteger(), nullable=False),
        sa.Column("patient_cents", sa.BigInteger(), nullable=False),
        sa.Column("open_cents", sa.BigInteger(), nullable=False),
        sa.Column("source_left_cents", sa.BigInteger(), nullable=False),
        sa.Column("unacknowledged_cents", sa.BigInteger(), nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_invoice_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["party.practice_id", "party.id"],
            name=op.f("fk_invoice_practice_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "source_id"],
            ["source.practice_id", "source.id"],
            name=op.f("fk_invoice_practice_id_source_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_invoice_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_invoice")),
        sa.UniqueConstraint(
            "practice_id",
            "source_id",
            "number",
            name=op.f("uq_invoice_practice_id_source_id_number"),
        ),
    )
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_invoice_practice_id_account_id_status_due_on"),
            ["practice_id", "account_id", "status", "due_on"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_invoice_practice_id_status_due_on"),
            ["practice_id", "status", "due_on"],
            unique=False,
        )

    op.create_table(
        "notice",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("cause_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("template", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=80), nullable=True),
        sa.Column("link_id", sa.Uuid(), nullable=True),
        sa.Column("message_ref", sa.String(length=120), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_notice_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "contact_id"],
            ["contact_point.practice_id", "contact_point.id"],
            name=op.f("fk_notice_practice_id_contact_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_notice_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_notice_practice_id_account_id_planned_at"),
            ["practice_id", "account_id", "planned_at"],
            unique=False,
        )
        batch_op.create_index(
            "ix_notice_waiting",
            ["practice_id", "status", "not_before"],
            unique=False,
            sqlite_where=sa.text("status IN ('planned', 'claimed')"),
            postgresql_where=sa.text("status IN ('planned', 'claimed')"),
        )
        batch_op.create_index(
            "uq_notice_slot",
            ["practice_id", "account_id", "cause_id", "step"],
            unique=True,
            sqlite_where=sa.text("status NOT IN ('withheld', 'failed', 'bounced')"),
            postgresql_where=sa.text("status NOT IN ('withheld', 'failed', 'bounced')"),
        )

    op.create_table(
        "payment",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.String(length=12), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("credit_cents", sa.BigInteger(), nullable=False),
        sa.Column("left_cents", sa.BigInteger(), nullable=False),
        sa.Column("processor_ref", sa.String(length=255), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_payment_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "attempt_id"],
            ["payment_attempt.practice_id", "payment_attempt.id"],
            name=op.f("fk_payment_practice_id_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_payment_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_payment")),
        sa.UniqueConstraint(
            "practice_id", "attempt_id", name=op.f("uq_payment_practice_id_attempt_id")
        ),
        sa.UniqueConstraint("practice_id", "number", name=op.f("uq_payment_practice_id_number")),
        sa.UniqueConstraint(
            "practice_id", "processor_ref", name=op.f("uq_payment_practice_id_processor_ref")
        ),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_practice_id_account_id"),
            ["practice_id", "account_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_payment_practice_id_booked_on"),
            ["practice_id", "booked_on"],
            unique=False,
        )

    op.create_table(
        "portal_session",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_portal_session_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "link_id"],
            ["link.practice_id", "link.id"],
            name=op.f("fk_portal_session_practice_id_link_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_portal_session_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_portal_session")),
    )
    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_portal_session_ends_at"), ["ends_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_portal_session_practice_id_link_id"),
            ["practice_id", "link_id"],
            unique=False,
        )

    op.create_table(
        "attempt_share",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("attempt_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "attempt_id"],
            ["payment_attempt.practice_id", "payment_attempt.id"],
            name=op.f("fk_attempt_share_practice_id_attempt_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoice.practice_id", "invoice.id"],
            name=op.f("fk_attempt_share_practice_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_attempt_share_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_attempt_share")),
        sa.UniqueConstraint(
            "practice_id",
            "attempt_id",
            "invoice_id",
            name=op.f("uq_attempt_share_practice_id_attempt_id_invoice_id"),
        ),
    )
    with op.batch_alter_table("attempt_share", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_attempt_share_practice_id_invoice_id"),
            ["practice_id", "invoice_id"],
            unique=False,
        )

    op.create_table(
        "journal_line",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("ledger_account", sa.String(length=24), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("invoice_id", sa.Uuid(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "account_id"],
            ["account.practice_id", "account.id"],
            name=op.f("fk_journal_line_practice_id_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "entry_id"],
            ["journal_entry.practice_id", "journal_entry.id"],
            name=op.f("fk_journal_line_practice_id_entry_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoice.practice_id", "invoice.id"],
            name=op.f("fk_journal_line_practice_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_journal_line_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_journal_line")),
    )
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_journal_line_practice_id_account_id"),
            ["practice_id", "account_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_journal_line_practice_id_entry_id"),
            ["practice_id", "entry_id"],
            unique=False,
        )
        batch_op.create_index(
            batch_op.f("ix_journal_line_practice_id_invoice_id"),
            ["practice_id", "invoice_id"],
            unique=False,
        )

    op.create_table(
        "payment_share",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("payment_id", sa.Uuid(), nullable=False),
        sa.Column("invoice_id", sa.Uuid(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id", "invoice_id"],
            ["invoice.practice_id", "invoice.id"],
            name=op.f("fk_payment_share_practice_id_invoice_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id", "payment_id"],
            ["payment.practice_id", "payment.id"],
            name=op.f("fk_payment_share_practice_id_payment_id"),
        ),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f("fk_payment_share_practice_id")
        ),
        sa.PrimaryKeyConstraint("practice_id", "id", name=op.f("pk_payment_share")),
        sa.UniqueConstraint(
            "practice_id",
            "payment_id",
            "invoice_id",
            name=op.f("uq_payment_share_practice_id_payment_id_invoice_id"),
        ),
    )
    with op.batch_alter_table("payment_share", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_payment_share_practice_id_invoice_id"),
            ["practice_id", "invoice_id"],
            unique=False,
        )


def downgrade() -> None:
    with op.batch_alter_table("payment_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_share_practice_id_invoice_id"))

    op.drop_table("payment_share")
    with op.batch_alter_table("journal_line", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_line_practice_id_invoice_id"))
        batch_op.drop_index(batch_op.f("ix_journal_line_practice_id_entry_id"))
        batch_op.drop_index(batch_op.f("ix_journal_line_practice_id_account_id"))

    op.drop_table("journal_line")
    with op.batch_alter_table("attempt_share", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attempt_share_practice_id_invoice_id"))

    op.drop_table("attempt_share")
    with op.batch_alter_table("portal_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_portal_session_practice_id_link_id"))
        batch_op.drop_index(batch_op.f("ix_portal_session_ends_at"))

    op.drop_table("portal_session")
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_payment_practice_id_booked_on"))
        batch_op.drop_index(batch_op.f("ix_payment_practice_id_account_id"))

    op.drop_table("payment")
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_notice_slot",
            sqlite_where=sa.text("status NOT IN ('withheld', 'failed', 'bounced')"),
            postgresql_where=sa.text("status NOT IN ('withheld', 'failed', 'bounced')"),
        )
        batch_op.drop_index(
            "ix_notice_waiting",
            sqlite_where=sa.text("status IN ('planned', 'claimed')"),
            postgresql_where=sa.text("status IN ('planned', 'claimed')"),
        )
        batch_op.drop_index(batch_op.f("ix_notice_practice_id_account_id_planned_at"))

    op.drop_table("notice")
    with op.batch_alter_table("invoice", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invoice_practice_id_status_due_on"))
        batch_op.drop_index(batch_op.f("ix_invoice_practice_id_account_id_status_due_on"))

    op.drop_table("invoice")
    with op.batch_alter_table("payment_attempt", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_payment_attempt_open",
            sqlite_where=sa.text("status IN ('created', 'redirected')"),
            postgresql_where=sa.text("status IN ('created', 'redirected')"),
        )
        batch_op.drop_index(batch_op.f("ix_payment_attempt_status_checked_at"))
        batch_op.drop_index(batch_op.f("ix_payment_attempt_practice_id_account_id_status"))

    op.drop_table("payment_attempt")
    with op.batch_alter_table("party", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_party_practice_id_surname_index"))
        batch_op.drop_index(batch_op.f("ix_party_practice_id_surname3_index"))
        batch_op.drop_index(batch_op.f("ix_party_practice_id_given_index"))
        batch_op.drop_index(batch_op.f("ix_party_practice_id_account_id"))

    op.drop_table("party")
    with op.batch_alter_table("link_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_request_practice_id_status"))
        batch_op.drop_index(batch_op.f("ix_link_request_practice_id_account_id_asked_at"))

    op.drop_table("link_request")
    with op.batch_alter_table("link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_practice_id_expires_at"))
        batch_op.drop_index(batch_op.f("ix_link_practice_id_account_id_status"))

    op.drop_table("link")
    with op.batch_alter_table("ladder_cycle", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_ladder_cycle_open",
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_ladder_cycle_practice_id_status_position"))

    op.drop_table("ladder_cycle")
    with op.batch_alter_table("import_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_import_run_practice_id_at"))

    op.drop_table("import_run")
    with op.batch_alter_table("identity_failure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_identity_failure_practice_id_account_id_at"))

    op.drop_table("identity_failure")
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_hold_active_invoice",
            sqlite_where=sa.text("status = 'active' AND invoice_id IS NOT NULL"),
            postgresql_where=sa.text("status = 'active' AND invoice_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_hold_active_account",
            sqlite_where=sa.text("status = 'active' AND invoice_id IS NULL"),
            postgresql_where=sa.text("status = 'active' AND invoice_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_hold_practice_id_invoice_id"))
        batch_op.drop_index(batch_op.f("ix_hold_practice_id_account_id_status"))

    op.drop_table("hold")
    with op.batch_alter_table("contact_point", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_point_practice_id_value_index"))
        batch_op.drop_index(batch_op.f("ix_contact_point_practice_id_account_id"))

    op.drop_table("contact_point")
    with op.batch_alter_table("webhook_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_webhook_event_status_received_at"))

    op.drop_table("webhook_event")
    with op.batch_alter_table("timeline_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_timeline_event_practice_id_account_id_at"))

    op.drop_table("timeline_event")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_task_open",
            sqlite_where=sa.text("status = 'open'"),
            postgresql_where=sa.text("status = 'open'"),
        )
        batch_op.drop_index(batch_op.f("ix_task_practice_id_status_due_on"))
        batch_op.drop_index(batch_op.f("ix_task_practice_id_account_id"))

    op.drop_table("task")
    with op.batch_alter_table("staff_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_session_user_id"))

    op.drop_table("staff_session")
    with op.batch_alter_table("staff_membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_staff_membership_user_id"))

    op.drop_table("staff_membership")
    op.drop_table("source")
    op.drop_table("receipt_counter")
    op.drop_table("processor_account")
    op.drop_table("ladder_step")
    op.drop_table("ladder_night")
    with op.batch_alter_table("journal_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_journal_entry_practice_id_booked_on"))

    op.drop_table("journal_entry")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_practice_id_balance_cents_id"))

    op.drop_table("account")
    op.drop_table("staff_user")
    op.drop_table("practice")
