"""row-level security: on PostgreSQL a front door sees the practice it named and no other

The owner of the tables (worker, command line) is not bound by it; the roles that portal and
back-office connect with are, see deploy/postgresql/roles.sql. SQLite has no such thing.
"""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = (
    "account",
    "attempt_share",
    "contact_point",
    "hold",
    "identity_failure",
    "import_run",
    "invoice",
    "journal_entry",
    "journal_line",
    "ladder_cycle",
    "ladder_night",
    "ladder_step",
    "link",
    "link_request",
    "notice",
    "party",
    "payment",
    "payment_attempt",
    "payment_share",
    "portal_session",
    "processor_account",
    "receipt_counter",
    "source",
    "task",
    "timeline_event",
    "webhook_event",
)
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in TABLES:
        op.execute(f"DROP POLICY own_practice ON {table}")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
