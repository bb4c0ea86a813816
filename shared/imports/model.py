"""Imports as staff see them: what was sent, what it would do, what it did, and what it changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference
from shared.imports.rules import OPEN


class ImportJob(PracticeScoped, Model):
    """One list on its way in. What it says of people is sealed under the practice's own key: ``head``
    (titles and first rows), ``mapping`` (title by field) and ``said`` (a sentence that may name titles).

    ``via`` is office or command. ``mark`` tells one outcome of a trial from another; ``differs`` holds the
    figures that were confirmed, where the data had changed until the booking. ``traced`` says that what it
    changed is kept, so that it can be undone. Of ``size_bytes`` and ``media`` a neutral label is made: the
    file's own name, which may be a person's, is not kept.
    """

    __tablename__ = "import_job"

    source_name: Mapped[str] = mapped_column(String(40))
    status: Mapped[str] = mapped_column(String(12), default="received")
    via: Mapped[str] = mapped_column(String(8))
    media: Mapped[str] = mapped_column(String(4))
    size_bytes: Mapped[int] = mapped_column(Integer)
    full: Mapped[bool]
    as_of: Mapped[datetime]
    leave_out: Mapped[bool] = mapped_column(default=False)
    once: Mapped[str] = mapped_column(String(32))
    asked_by: Mapped[UUID | None]
    asked_name: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    moved_name: Mapped[str] = mapped_column(String(80))
    moved_at: Mapped[datetime]
    head: Mapped[bytes | None]
    mapping: Mapped[bytes | None]
    saved_mapping: Mapped[bool] = mapped_column(default=False)
    said: Mapped[bytes | None]
    counts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    differs: Mapped[dict[str, int] | None] = mapped_column(JSON)
    mark: Mapped[str] = mapped_column(String(64), default="")
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    run_id: Mapped[UUID | None]
    traced: Mapped[bool] = mapped_column(default=False)
    why: Mapped[str | None] = mapped_column(String(24))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text(f"status IN ({', '.join(repr(s) for s in OPEN)})")
        return (
            reference("run_id", "import_run"),
            UniqueConstraint("practice_id", "once"),
            Index(None, "practice_id", "asked_at", "id"),
            Index(
                "uq_import_job_open",
                "practice_id",
                "source_name",
                unique=True,
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
        )


class ImportFile(PracticeScoped, Model):
    """The bytes of a list, sealed under the practice's key, under its job's id; gone once it is over."""

    __tablename__ = "import_file"

    content: Mapped[bytes]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (reference("id", "import_job"),)


class ImportRow(PracticeScoped, Model):
    """One line of what an import does, refuses, or can't undo. ``row`` is the spreadsheet's, 0 for none;
    ``said`` holds, sealed, the column and the reason."""

    __tablename__ = "import_row"

    job_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(12))
    position: Mapped[int] = mapped_column(Integer)
    row: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(40), default="")
    before_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    after_cents: Mapped[int] = mapped_column(BigInteger, default=0)
    said: Mapped[bytes | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("job_id", "import_job"),
            Index(None, "practice_id", "job_id", "kind", "position", unique=True),
        )


class ImportTouch(PracticeScoped, Model):
    """One row of another table that an import made or changed: its columns ``before`` and ``after``, the
    sealed ones as sealed as they stood."""

    __tablename__ = "import_touch"

    run_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))
    subject_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    made: Mapped[bool]
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    after: Mapped[dict[str, Any]] = mapped_column(JSON)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("run_id", "import_run"),
            UniqueConstraint("practice_id", "run_id", "kind", "subject_id"),
        )


class ImportMapping(PracticeScoped, Model):
    """What the columns of a source mean, for lists with the same ``headings_index`` (a keyed fingerprint)."""

    __tablename__ = "import_mapping"

    source_name: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(60))
    headings_index: Mapped[bytes]
    mapping: Mapped[bytes]
    saved_by: Mapped[str] = mapped_column(String(80))
    saved_at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "source_name", "headings_index"),)
