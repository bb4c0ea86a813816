"""Staff, their roles in each practice, what they sign in with, and their sessions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped
from shared.base.ids import new_id


class StaffUser(Model):
    """A member of staff. The TOTP secret is sealed by the master key; empty, there is no authenticator."""

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
    """The role of a member of staff in one practice: one of ours, or one of its own, by slug. Suspended,
    they do not come in there; ``seen_at`` is when they last signed in."""

    __tablename__ = "staff_membership"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("staff_user.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(12), default="active", server_default="active")
    seen_at: Mapped[datetime | None]


class StaffPasskey(Model):
    """A passkey of a member of staff, id and public key in base64url. ``asked_at`` is when the challenge of
    its last use was drawn: an answer to that one, or to an older one, opens nothing any more."""

    __tablename__ = "staff_passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("staff_user.id"), index=True)
    name: Mapped[str] = mapped_column(String(40))
    credential_id: Mapped[str] = mapped_column(String(1400), unique=True)
    public_key: Mapped[str] = mapped_column(Text)
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0)
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """A code for when the second factor is not at hand: its keyed fingerprint alone. It opens once."""

    __tablename__ = "recovery_code"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("staff_user.id"), index=True)
    code_index: Mapped[bytes]
    drawn_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class StaffLink(PracticeScoped, Model):
    """A link that is used once: to join a practice, to choose a new password, to enrol a second factor.

    The id is a digest of the link's secret. Of whoever is invited and not known yet, ``user_id`` is the
    id that they will have.
    """

    __tablename__ = "staff_link"

    purpose: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(12), default="open")
    user_id: Mapped[UUID]
    email: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str | None] = mapped_column(String(16))
    made_by: Mapped[UUID | None]
    made_name: Mapped[str] = mapped_column(String(80))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    moved_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (Index(None, "practice_id", "status", "made_at"),)


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
