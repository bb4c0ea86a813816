"""imports in the back-office: lists on their way in, what they changed, columns that were chosen

Imports from before keep a line in the history; what they changed was not kept, so they can't be undone.
"""

import sqlalchemy as sa
from alembic import op
from alembic.util import CommandError

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("import_job", "import_file", "import_row", "import_touch", "import_mapping")
OWN = "practice_id = nullif(current_setting('ardoise.practice', true), '')::integer"
OPEN = "status IN ('received', 'preview', 'trial', 'tried', 'asked', 'undoing')"
AT = sa.DateTime(timezone=True)
FROM_BEFORE = """
    insert into import_job (
        practice_id, id, source_name, status, via, media, size_bytes, "full", as_of, leave_out, once,
        asked_name, asked_at, moved_name, moved_at, saved_mapping, counts, mark, rows_done, tries,
        run_id, traced
    )
    select
        run.practice_id, run.id, source.name, 'kept', 'command', '', 0, run."full", run.as_of, false,
        replace(cast(run.id as text), '-', ''), '', run.at, '', run.at, false, run.counts, '', 0, 0,
        run.id, false
    from import_run as run
    join source on source.practice_id = run.practice_id and source.id = run.source_id
"""


def _own(table: str) -> tuple[sa.Column, sa.Column, sa.ForeignKeyConstraint]:
    return (
        sa.Column("practice_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["practice_id"], ["practice.id"], name=op.f(f"fk_{table}_practice_id")
        ),
    )


def _key(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("practice_id", "id", name=op.f(f"pk_{table}"))


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["practice_id", column],
        [f"{other}.practice_id", f"{other}.id"],
        name=op.f(f"fk_{table}_practice_id_{column}"),
    )


def _jobs() -> None:
    op.create_table(
        "import_job",
        *_own("import_job"),
        sa.Column("source_name", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("via", sa.String(length=8), nullable=False),
        sa.Column("media", sa.String(length=4), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("full", sa.Boolean(), nullable=False),
        sa.Column("as_of", AT, nullable=False),
        sa.Column("leave_out", sa.Boolean(), nullable=False),
        sa.Column("once", sa.String(length=32), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=True),
        sa.Column("asked_name", sa.String(length=80), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("moved_name", sa.String(length=80), nullable=False),
        sa.Column("moved_at", AT, nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=True),
        sa.Column("mapping", sa.LargeBinary(), nullable=True),
        sa.Column("saved_mapping", sa.Boolean(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("differs", sa.JSON(), nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Uuid(), nullable=True),
        sa.Column("traced", sa.Boolean(), nullable=False),
        sa.Column("why", sa.String(length=24), nullable=True),
        _to("import_job", "run_id", "import_run"),
        _key("import_job"),
        sa.UniqueConstraint("practice_id", "once", name=op.f("uq_import_job_practice_id_once")),
    )
    op.create_index(
        op.f("ix_import_job_practice_id_asked_at_id"),
        "import_job",
        ["practice_id", "asked_at", "id"],
    )
    op.create_index(
        "uq_import_job_open",
        "import_job",
        ["practice_id", "source_name"],
        unique=True,
        sqlite_where=sa.text(OPEN),
        postgresql_where=sa.text(OPEN),
    )


def _parts() -> None:
    op.create_table(
        "import_file",
        *_own("import_file"),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        _to("import_file", "id", "import_job"),
        _key("import_file"),
    )
    op.create_table(
        "import_row",
        *_own("import_row"),
        sa.Column("job_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("before_cents", sa.BigInteger(), nullable=False),
        sa.Column("after_cents", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.LargeBinary(), nullable=True),
        _to("import_row", "job_id", "import_job"),
        _key("import_row"),
    )
    op.create_index(
        op.f("ix_import_row_practice_id_job_id_kind_position"),
        "import_row",
        ["practice_id", "job_id", "kind", "position"],
        unique=True,
    )
    op.create_table(
        "import_touch",
        *_own("import_touch"),
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("made", sa.Boolean(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        _to("import_touch", "run_id", "import_run"),
        _key("import_touch"),
        sa.UniqueConstraint(
            "practice_id",
            "run_id",
            "kind",
            "subject_id",
            name=op.f("uq_import_touch_practice_id_run_id_kind_subject_id"),
        ),
    )
    op.create_table(
        "import_mapping",
        *_own("import_mapping"),
        sa.Column("source_name", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("headings_index", sa.LargeBinary(), nullable=False),
        sa.Column("mapping", sa.LargeBinary(), nullable=False),
        sa.Column("saved_by", sa.String(length=80), nullable=False),
        sa.Column("saved_at", AT, nullable=False),
        _key("import_mapping"),
        sa.UniqueConstraint(
            "practice_id",
            "source_name",
            "headings_index",
            name=op.f("uq_import_mapping_practice_id_source_name_headings_index"),
        ),
    )


def upgrade() -> None:
    op.add_column("import_run", sa.Column("undone_at", AT, nullable=True))
    op.add_column(
        "account",
        sa.Column("status", sa.String(length=12), nullable=False, server_default="open"),
    )
    _jobs()
    _parts()
    op.execute(FROM_BEFORE)
    if op.get_bind().dialect.name == "postgresql":
        for table in TABLES:
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY own_practice ON {table} USING ({OWN}) WITH CHECK ({OWN})")


def downgrade() -> None:
    invoice, account = (sa.table(name, sa.column("status")) for name in ("invoice", "account"))
    for table in (invoice, account):
        gone = sa.exists().select_from(table).where(table.c.status == "withdrawn")
        if op.get_bind().scalar(sa.select(gone)):
            raise CommandError(
                "an import was taken back: without these columns what it withdrew would be shown again, "
                "so that they may not go"
            )
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("account", "status")
    op.drop_column("import_run", "undone_at")
