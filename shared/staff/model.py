"""Staff, their roles in each practice, and their sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped
from shared.base.ids import new_id


class StaffUser(Model):
    """A member of staff. The TOTP secret is sealed by the master key."""

    __tablename__ = "staff_user"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    status: Mapped[str] = mapped_column(String(12), default="active")
    password_hash: Mapped[str] = mapped_column(String(255))
    key_id: Mapped[str] = mapped_column(String(32))
    totp_secret: Mapped[bytes]
    totp_step: Mapped[int] = mapped_column(Integer, default=0)
    wrong_tries: Mapped[int] = mapped_column(Integer, default=0)
    waits_until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class StaffMembership(Model):
    """The role of a member of staff in one practice: one of ours, or one of its own, by slug."""

    __tablename__ = "staff_membership"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("staff_user.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(16))


class StaffRole(PracticeScoped, Model):
    """A role of a practice's own: a title and what it may do. ``slug`` is what memberships name it by.

    ``version`` counts changes, so that of two people who change it at once one is told.
    """

    __tablename__ = "staff_role"

    slug: Mapped[str] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(40))
    permissions: Mapped[list[str]] = mapped_column(JSON)
    version: Mapped[int] = mapped_column(Integer, default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[UUID]
    changed_name: Mapped[str] = mapped_column(String(80))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "slug"), UniqueConstraint("practice_id", "title"))


class StaffSession(Model):
    """A signed-in browser. The id is a digest of the cookie's secret; ``confirmed_at`` is when its
    person last showed again, for a grave act, that they are there."""

    __tablename__ = "staff_session"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("staff_user.id"), index=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


def is_role_of_membership() -> ColumnElement[bool]:
    """To join the practice's own role that a membership names; none where it names one of ours."""
    return (StaffRole.practice_id == StaffMembership.practice_id) & (
        StaffRole.slug == StaffMembership.role
    )
