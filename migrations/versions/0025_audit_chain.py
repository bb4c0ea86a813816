"""the record of what happened is sealed in batches, and the database refuses to change it

An event may be written, and once it may be told in which batch it was sealed; nothing else. It goes only
with a whole batch that was marked as removed for its age. Whoever connects, the owner of the tables
included. Going back drops the seals: the events stay, and are sealed anew after the way forth.
"""

import sqlalchemy as sa
from alembic import op

from shared.base.database import UtcDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
EVENT_REFUSAL = "What happened is never changed or deleted."
LINK_REFUSAL = "A seal of what happened is never changed or deleted."
COLUMNS = ("practice_id", "id", "account_id", "at", "actor_kind", "actor", "kind", "facts")
LINK_COLUMNS = ("practice_id", "seq", "at", "count", "digest", "prev_mac", "mac", "key_id")
REMOVED = (
    "EXISTS (SELECT 1 FROM audit_link AS link WHERE link.practice_id = OLD.practice_id "
    "AND link.seq = OLD.link_seq AND link.elided_at IS NOT NULL)"
)
INDEXES = (
    ("ix_timeline_event_practice_id_link_seq_id", ["practice_id", "link_seq", "id"]),
    ("ix_timeline_event_practice_id_at_id", ["practice_id", "at", "id"]),
    ("ix_timeline_event_practice_id_kind_at_id", ["practice_id", "kind", "at", "id"]),
    ("ix_timeline_event_practice_id_actor_at_id", ["practice_id", "actor", "at", "id"]),
)


def upgrade() -> None:
    op.create_table(
        "audit_link",
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("prev_mac", sa.LargeBinary(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("elided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("elided_mac", sa.LargeBinary(), nullable=True),
        sa.Column("elided_key_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["practice_id"], ["practice.id"], name="fk_audit_link_practice_id"),
        sa.PrimaryKeyConstraint("practice_id", "seq", name="pk_audit_link"),
    )
    op.add_column("timeline_event", sa.Column("link_seq", sa.Integer(), nullable=True))
    for name, columns in INDEXES:
        op.create_index(name, "timeline_event", columns)
    if op.get_bind().dialect.name == "postgresql":
        _protect_postgresql()
    else:
        _protect_sqlite()


def _protect_postgresql() -> None:
    op.execute("ALTER TABLE audit_link ENABLE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY own_practice ON audit_link USING ({OWN}) WITH CHECK ({OWN})")
    same = _same_row(COLUMNS, "{}::text")
    op.execute(
        "CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'INSERT' AND NEW.link_seq IS NULL THEN RETURN NEW; END IF; "
        "IF TG_OP = 'UPDATE' AND OLD.link_seq IS NULL AND NEW.link_seq IS NOT NULL "
        f"AND {same} THEN RETURN NEW; END IF; "
        f"IF TG_OP = 'DELETE' AND {REMOVED} THEN RETURN OLD; END IF; "
        f"RAISE EXCEPTION '{EVENT_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    same_link = _same_row(LINK_COLUMNS, "{}")
    op.execute(
        "CREATE FUNCTION refuse_link_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "IF TG_OP = 'UPDATE' AND OLD.elided_at IS NULL AND NEW.elided_at IS NOT NULL "
        f"AND {same_link} THEN RETURN NEW; END IF; "
        f"RAISE EXCEPTION '{LINK_REFUSAL}' USING ERRCODE = 'restrict_violation'; END $$"
    )
    for table, acts, function in (
        ("timeline_event", "INSERT OR UPDATE OR DELETE", "refuse_event_change"),
        ("audit_link", "UPDATE OR DELETE", "refuse_link_change"),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_change BEFORE {acts} ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {function}()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {function}()"
        )


def _same_row(columns: tuple[str, ...], written: str) -> str:
    new = ", ".join(written.format(f"NEW.{name}") for name in columns)
    old = ", ".join(written.format(f"OLD.{name}") for name in columns)
    return f"({new}) IS NOT DISTINCT FROM ({old})"


def _protect_sqlite() -> None:
    same = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in COLUMNS)
    same_link = " AND ".join(f"NEW.{name} IS OLD.{name}" for name in LINK_COLUMNS)
    sealing = f"OLD.link_seq IS NULL AND NEW.link_seq IS NOT NULL AND {same}"
    eliding = f"OLD.elided_at IS NULL AND NEW.elided_at IS NOT NULL AND {same_link}"
    for table, act, unless, refusal in (
        ("timeline_event", "INSERT", "NEW.link_seq IS NULL", EVENT_REFUSAL),
        ("timeline_event", "UPDATE", sealing, EVENT_REFUSAL),
        ("timeline_event", "DELETE", REMOVED, EVENT_REFUSAL),
        ("audit_link", "UPDATE", eliding, LINK_REFUSAL),
        ("audit_link", "DELETE", "0", LINK_REFUSAL),
    ):
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
            f"WHEN NOT ({unless}) BEGIN SELECT RAISE(ABORT, '{refusal}'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in ("timeline_event", "audit_link"):
            op.execute(f"DROP TRIGGER {table}_refuses_change ON {table}")
            op.execute(f"DROP TRIGGER {table}_refuses_truncate ON {table}")
        op.execute("DROP FUNCTION refuse_event_change()")
        op.execute("DROP FUNCTION refuse_link_change()")
    else:
        for act in ("insert", "update", "delete"):
            op.execute(f"DROP TRIGGER timeline_event_refuses_{act}")
        for act in ("update", "delete"):
            op.execute(f"DROP TRIGGER audit_link_refuses_{act}")
    for name, _ in INDEXES:
        op.drop_index(name, "timeline_event")
    op.drop_column("timeline_event", "link_seq")
    op.drop_table("audit_link")
