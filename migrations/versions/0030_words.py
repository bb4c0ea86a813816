"""who said that the processor mails no receipts"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

AT = sa.DateTime(timezone=True)
RECEIPTS = (
    ("receipts_by", sa.Uuid()),
    ("receipts_name", sa.String(length=80)),
    ("receipts_at", AT),
)


def upgrade() -> None:
    for name, kind in RECEIPTS:
        op.add_column("processor_account", sa.Column(name, kind, nullable=True))


def downgrade() -> None:
    # Trials of the account mean nothing to the version before.
    op.execute("DELETE FROM setup_trial WHERE kind = 'account'")
    for name, _ in RECEIPTS:
        op.drop_column("processor_account", name)
