"""Planning notices, claiming them, and writing down what became of them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import SYSTEM, advance
from shared.base.ids import new_id
from shared.base.together import Part
from shared.delivery.model import Notice
from shared.delivery.rules import NOTICE

LADDER = "ladder"


NEW_LINK = "new_link"


NEWS = "news"


CODE = "code"
"""At once, and without a link: a code, or a word that a change was asked for."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A notice to be written: who, why, on which channel. ``cause_id`` and ``step`` fill one slot."""

    account_id: UUID
    purpose: str
    cause_id: UUID
    step: int
    template: str
    channel: str
    language: str
    contact_id: UUID


def as_row(
    plan: Plan, *, practice_id: int, not_before: datetime, at: datetime
) -> dict[str, object]:
    """A planned notice as a row for a bulk insert."""
    return {
        "practice_id": practice_id,
        "id": new_id(),
        "account_id": plan.account_id,
        "purpose": plan.purpose,
        "cause_id": plan.cause_id,
        "step": plan.step,
        "template": plan.template,
        "channel": plan.channel,
        "language": plan.language,
        "contact_id": plan.contact_id,
        "status": "planned",
        "planned_at": at,
        "not_before": not_before,
        "tries": 0,
    }


def channel_of(contact_kind: str) -> str:
    """The channel that reaches a kind of contact."""
    return "email" if contact_kind == "email" else "sms"


def next_planned(
    session: Session, *, practice_id: int, purposes: frozenset[str], at: datetime
) -> Notice | None:
    """The next notice to send; on PostgreSQL one that no other worker holds, of an account that nobody
    keeps locked: that one would keep all others waiting."""
    query = (
        select(Notice)
        .join(
            Account,
            and_(Account.practice_id == Notice.practice_id, Account.id == Notice.account_id),
        )
        .where(
            Notice.practice_id == practice_id,
            Notice.status == "planned",
            Notice.not_before <= at,
            Notice.purpose.in_(purposes),
        )
        .order_by(Notice.not_before, Notice.id)
        .limit(1)
        .with_for_update(of=[Notice, Account], key_share=True, skip_locked=True)
    )
    return session.scalar(query)


def withhold(session: Session, notice: Notice, *, reason: str, at: datetime) -> None:
    """The truth at the moment of sending forbids it; the slot is free again."""
    advance(
        session,
        notice,
        NOTICE,
        "withhold",
        account_id=notice.account_id,
        actor=SYSTEM,
        at=at,
        reason=reason,
        template=notice.template,
    )
    notice.outcome, notice.outcome_at = reason, at


def claim(session: Session, notice: Notice, *, link_id: UUID | None, at: datetime) -> None:
    """From here to the recorded outcome, a killed process leaves the notice in doubt."""
    advance(session, notice, NOTICE, "claim", account_id=notice.account_id, actor=SYSTEM, at=at)
    notice.claimed_at, notice.link_id = at, link_id
    notice.tries += 1


def lost_claims(session: Session, *, practice_id: int, before: datetime) -> list[Notice]:
    """Notices claimed at an instant from which whoever claimed them is gone.

    They are held until the transaction ends: a sender that was only slow may write its outcome.
    """
    query = (
        select(Notice)
        .where(
            Notice.practice_id == practice_id,
            Notice.status == "claimed",
            Notice.claimed_at <= before,
        )
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(query))


def notices_part(*, practice_id: int, account_id: UUID, limit: int = 50) -> Part[Notice]:
    """An account's notices, the latest first."""
    return Part(
        Notice,
        [Notice.practice_id == practice_id, Notice.account_id == account_id],
        [Notice.planned_at.desc(), Notice.id.desc()],
        limit=limit,
    )


def notices_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Notice]:
    """An account's notices, the latest first."""
    return notices_part(practice_id=practice_id, account_id=account_id).read(session)
