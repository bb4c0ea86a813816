"""Mails to staff, and requests for a new password. No token and no text of a mail is among them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped
from shared.base.ids import new_id


class StaffMail(PracticeScoped, Model):
    """One mail to a member of staff, or to whoever is invited (then ``user_id`` is the id they will have).

    ``email`` is where an invitation goes; any other mail goes to the address that its person signs in with
    when it leaves. ``cause_id`` is the event or the request that it tells of: a cause brings one mail.
    ``link_id`` is the link that it carried last; ``times`` counts how often it was handed over.
    """

    __tablename__ = "staff_mail"

    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(12), default="planned")
    user_id: Mapped[UUID]
    cause_id: Mapped[UUID | None]
    email: Mapped[str | None] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str | None] = mapped_column(String(16))
    made_by: Mapped[UUID | None]
    made_name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    not_before: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    outcome_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(80))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    times: Mapped[int] = mapped_column(Integer, default=0)
    link_id: Mapped[UUID | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        waiting = text("status IN ('planned', 'claimed')")
        return (
            Index("uq_staff_mail_cause", "practice_id", "cause_id", unique=True),
            Index(
                "ix_staff_mail_waiting",
                "practice_id",
                "status",
                "not_before",
                sqlite_where=waiting,
                postgresql_where=waiting,
            ),
            Index(None, "practice_id", "kind", "made_at"),
            Index(None, "user_id", "made_at"),
        )


class PasswordRequest(Model):
    """Somebody said at the door that they forgot their password. Of no practice: nobody is known yet.

    ``email_index`` is a keyed fingerprint of what they typed, ``network`` one of where they are: whose
    address it is, and whether it is anybody's, the worker alone finds out.
    """

    __tablename__ = "password_request"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email_index: Mapped[bytes]
    network: Mapped[str] = mapped_column(String(32))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    answered_at: Mapped[datetime | None]
