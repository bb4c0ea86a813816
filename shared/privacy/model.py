"""Who opened the lines of an invoice. Kept apart from the timeline, since the patient reads it."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class DetailAccess(PracticeScoped, Model):
    """One opening. ``by`` is patient (through a link) or staff; ``role`` the staff member's role."""

    __tablename__ = "detail_access"

    account_id: Mapped[UUID]
    invoice_id: Mapped[UUID]
    by: Mapped[str] = mapped_column(String(8))
    role: Mapped[str] = mapped_column(String(16), default="")
    at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("invoice_id", "invoice"),
            Index(None, "practice_id", "account_id", "at"),
        )
