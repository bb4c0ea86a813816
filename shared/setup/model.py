"""Trials: what a practice that is being set up wants to see work."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped


class SetupTrial(PracticeScoped, Model):
    """One trial that staff ask for and the worker does.

    ``target`` is sealed by the practice's own key: the address or number that a message goes to, or the
    selector that the mail vendor signs under. ``findings`` are plain words and names of ours, as the rules
    make them; nobody's address is among them.
    """

    __tablename__ = "setup_trial"

    kind: Mapped[str] = mapped_column(String(8))
    status: Mapped[str] = mapped_column(String(12))
    target: Mapped[bytes | None]
    asked_by: Mapped[UUID]
    asked_name: Mapped[str] = mapped_column(String(80))
    asked_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    findings: Mapped[dict[str, Any]] = mapped_column(JSON)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        waiting = text("status = 'asked'")
        return (
            Index(None, "practice_id", "kind", "asked_at"),
            Index(
                "uq_setup_trial_asked",
                "practice_id",
                "kind",
                unique=True,
                sqlite_where=waiting,
                postgresql_where=waiting,
            ),
        )
