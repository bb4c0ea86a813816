"""Links, the sessions they open, requests for new ones, late forms. No secret of theirs is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class Link(PracticeScoped, Model):
    """A link that went out. Its id is derived from the link's secret, which is not here."""

    __tablename__ = "link"

    account_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="live")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    wrapped_key: Mapped[bytes]
    wrong_tries: Mapped[int] = mapped_column(Integer, default=0)
    waits_until: Mapped[datetime | None]
    first_opened_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id", "status"),
            Index(None, "practice_id", "expires_at"),
        )


class PortalSession(PracticeScoped, Model):
    """A visit after the identity check. Its id is derived from the cookie's secret."""

    __tablename__ = "portal_session"

    account_id: Mapped[UUID]
    link_id: Mapped[UUID]
    wrapped_key: Mapped[bytes]
    language: Mapped[str] = mapped_column(String(2))
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    extensions: Mapped[int] = mapped_column(Integer, default=0)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            reference("link_id", "link"),
            Index(None, "practice_id", "link_id"),
            Index(None, "ends_at"),
        )


class LinkRequest(PracticeScoped, Model):
    """Someone behind a link that no longer opens asks for a new one; the worker answers."""

    __tablename__ = "link_request"

    account_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="asked")
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (
            reference("account_id", "account"),
            Index(None, "practice_id", "account_id", "asked_at"),
            Index(None, "practice_id", "status"),
        )


class LateForm(PracticeScoped, Model):
    """A form that came too late, or a page that tells what is wrong with one. Its id is derived from a
    secret in the browser, which seals it."""

    __tablename__ = "late_form"

    owner: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes]
    kept_at: Mapped[datetime]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (Index(None, "practice_id", "kept_at"),)
