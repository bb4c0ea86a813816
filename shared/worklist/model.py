"""Tasks: work that needs a human, found by a query and never lost with a process."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped


def _promised(context: Any) -> date:
    day: date = context.get_current_parameters()["due_on"]
    return day


class Task(PracticeScoped, Model):
    """One piece of work; ``key`` makes asking twice for the same thing harmless.

    ``due_on`` is the promised day and never moves. ``comes_on`` is the day at which it stands on the
    list: the promised one, or a later one to which ``later_by`` put it off at ``later_at``.
    """

    __tablename__ = "task"

    account_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(16), default="open")
    due_on: Mapped[date]
    comes_on: Mapped[date] = mapped_column(default=_promised)
    later_by: Mapped[str | None] = mapped_column(String(80))
    later_reason: Mapped[str | None] = mapped_column(String(16))
    later_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(64))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text("status = 'open'")
        homeless = text("status = 'open' AND account_id IS NULL")
        return (
            Index(
                "uq_task_open",
                "practice_id",
                "kind",
                "key",
                unique=True,
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
            Index(None, "practice_id", "status", "due_on"),
            Index(
                "ix_task_list",
                "practice_id",
                "comes_on",
                "id",
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
            Index(
                "ix_task_homeless",
                "practice_id",
                "due_on",
                "id",
                sqlite_where=homeless,
                postgresql_where=homeless,
            ),
            Index(None, "practice_id", "closed_at"),
            Index(None, "practice_id", "account_id"),
            Index(None, "practice_id", "kind", "key"),
        )
