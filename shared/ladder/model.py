"""The ladder's policy as data, and where each account stands on it."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from shared.base.database import Model, PracticeScoped, reference


class LadderStep(PracticeScoped, Model):
    """One step of a practice's policy. Offsets are days: from issue or due date, and from the step before.

    ``position`` goes with the name, whatever steps a version leaves out, so that a running cycle keeps its
    place when a new version is published. A segment without steps of its own goes by the ordinary ones.
    """

    __tablename__ = "ladder_step"

    version: Mapped[int] = mapped_column(Integer)
    segment: Mapped[str] = mapped_column(String(12), default="ordinary")
    position: Mapped[int] = mapped_column(Integer)
    name: Mapped[str] = mapped_column(String(24))
    act: Mapped[str] = mapped_column(String(12))
    anchor: Mapped[str] = mapped_column(String(8))
    offset_days: Mapped[int] = mapped_column(Integer)
    gap_days: Mapped[int] = mapped_column(Integer)
    minimum_cents: Mapped[int] = mapped_column(BigInteger)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "version", "segment", "position"),)


class LadderCycle(PracticeScoped, Model):
    """One conversation about money with one account, from first askable invoice to zero.

    ``position`` is the last step that took place (0 for none) and ``stepped_on`` its local day;
    ``asked_position`` the last step that a human was asked to do.
    """

    __tablename__ = "ladder_cycle"

    account_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(String(12), default="open")
    opened_on: Mapped[date]
    closed_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(Integer, default=0)
    stepped_on: Mapped[date | None]
    asked_position: Mapped[int] = mapped_column(Integer, default=0)
    asked_at: Mapped[datetime | None]
    messages: Mapped[int] = mapped_column(Integer, default=0)
    withheld: Mapped[str | None] = mapped_column(String(24))
    withheld_since: Mapped[datetime | None]

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        is_open = text("status = 'open'")
        withheld = text("status = 'open' AND withheld IS NOT NULL")
        asked = text("status = 'open' AND asked_position > position")
        return (
            reference("account_id", "account"),
            Index(
                "uq_ladder_cycle_open",
                "practice_id",
                "account_id",
                unique=True,
                sqlite_where=is_open,
                postgresql_where=is_open,
            ),
            Index(None, "practice_id", "status", "position"),
            Index(
                "ix_ladder_cycle_withheld",
                "practice_id",
                "withheld",
                "account_id",
                sqlite_where=withheld,
                postgresql_where=withheld,
            ),
            Index(
                "ix_ladder_cycle_asked",
                "practice_id",
                "asked_position",
                "asked_at",
                "id",
                sqlite_where=asked,
                postgresql_where=asked,
            ),
        )


class LadderNight(Model):
    """One night's decision of one practice; a day has one, however many workers there are."""

    __tablename__ = "ladder_night"

    practice_id: Mapped[int] = mapped_column(Integer, ForeignKey("practice.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    counts: Mapped[dict[str, int]] = mapped_column(JSON)


class LadderPolicy(PracticeScoped, Model):
    """Who published a version of the policy, when and why; a version from before this was kept has no row.

    ``letter_days`` is the deadline that a formal notice sets; ``warn_days`` how many days before two years
    have passed an invoice is chased no more by letter.
    """

    __tablename__ = "ladder_policy"

    version: Mapped[int] = mapped_column(Integer)
    published_at: Mapped[datetime]
    published_by: Mapped[UUID | None]
    published_name: Mapped[str] = mapped_column(String(80))
    why: Mapped[str] = mapped_column(String(200))
    letter_days: Mapped[int] = mapped_column(Integer, default=15)
    warn_days: Mapped[int] = mapped_column(Integer, default=60)

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id", "version"),)


class LadderDraft(PracticeScoped, Model):
    """The policy that staff are preparing: one a practice. ``revision`` counts its savings, so that two who
    write at once notice; ``content`` is empty once it was published or thrown away."""

    __tablename__ = "ladder_draft"

    revision: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    saved_at: Mapped[datetime]
    saved_by: Mapped[UUID | None]
    saved_name: Mapped[str] = mapped_column(String(80))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (UniqueConstraint("practice_id"),)


class LadderSegment(PracticeScoped, Model):
    """Which variant of the policy an account goes by, as staff said; without a row the ordinary one."""

    __tablename__ = "ladder_segment"

    account_id: Mapped[UUID]
    segment: Mapped[str] = mapped_column(String(12))
    set_at: Mapped[datetime]
    set_name: Mapped[str] = mapped_column(String(80))

    @classmethod
    def more_table_args(cls) -> tuple[Any, ...]:
        return (reference("account_id", "account"), UniqueConstraint("practice_id", "account_id"))
