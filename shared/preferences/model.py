"""Changes that patients propose and staff decide. What is proposed is sealed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class Proposal(PracticeScoped, Model):
    """A new contact or a representative. ``visit_id`` is the visit that proposed it, maybe gone.

    ``contact_id`` is the contact point that waits to be used, once the worker has written it.
    """

    __tablename__ = "proposal"

    account_id: Mapped[UUID]
    visit_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(12), default="asked")
    content: Mapped[bytes]
    contact_id: Mapped[UUID | None]
    once: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime]
    moved_at: Mapped[datetime]
    decline_reason: Mapped[str | None] = mapped_column(String(12))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text("status IN ('asked', 'confirmed')")
        return (
            reference("account_id", "account"),
            UniqueConstraint("practice_id", "account_id", "once"),
            Index(None, "practice_id", "status", "moved_at"),
            Index(
                "uq_proposal_open",
                "practice_id",
                "account_id",
                "kind",
                unique=True,
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
        )
