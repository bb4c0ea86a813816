"""Holds: what stops an account's clock, and until when."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts.model import Account, Hold
from shared.accounts.rules import HOLD
from shared.audit import Actor, advance, record
from shared.base.errors import NotAllowedError
from shared.base.together import Part
from shared.base.vault import Vault


def place_hold(
    session: Session,
    *,
    account: Account,
    kind: str,
    actor: Actor,
    at: datetime,
    review_on: date,
    invoice_id: UUID | None = None,
    note: str | None = None,
    vault: Vault | None = None,
) -> Hold:
    """Stop the clock for a reason; asking twice for the same hold gives the one that is there.

    Raises NotAllowedError when a note is given without the vault that seals it.
    """
    known = session.scalar(
        select(Hold).where(
            Hold.practice_id == account.practice_id,
            Hold.account_id == account.id,
            Hold.kind == kind,
            Hold.status == "active",
            Hold.invoice_id == invoice_id if invoice_id is not None else Hold.invoice_id.is_(None),
        )
    )
    if known is not None:
        return known
    hold = Hold(
        practice_id=account.practice_id,
        account_id=account.id,
        invoice_id=invoice_id,
        kind=kind,
        status="active",
        placed_at=at,
        placed_by=actor.name,
        review_on=review_on,
    )
    session.add(hold)
    session.flush()
    if note:
        if vault is None:
            raise NotAllowedError("Une note de pause doit être scellée.")
        hold.note = vault.seal(note, table="hold", row=hold.id, column="note")
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="hold.placed",
        actor=actor,
        at=at,
        hold=kind,
        review_on=review_on.isoformat(),
    )
    return hold


def release_hold(session: Session, hold: Hold, *, actor: Actor, at: datetime, reason: str) -> None:
    """End a hold. ``reason`` is one of the plain words of the release form. Raises NotAllowedError."""
    advance(
        session,
        hold,
        HOLD,
        "release",
        account_id=hold.account_id,
        actor=actor,
        at=at,
        hold=hold.kind,
        reason=reason,
    )
    hold.released_at = at
    hold.released_by = actor.name
    hold.release_reason = reason


def release_kind(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    kind: str,
    actor: Actor,
    at: datetime,
    reason: str,
    placed_by: Collection[str] = (),
) -> None:
    """End the account's hold of a kind, if there is one; with ``placed_by``, only one of theirs.

    A hold on one invoice is left: it has its own end.
    """
    query = select(Hold).where(
        Hold.practice_id == practice_id,
        Hold.account_id == account_id,
        Hold.kind == kind,
        Hold.status == "active",
        Hold.invoice_id.is_(None),
    )
    if placed_by:
        query = query.where(Hold.placed_by.in_(placed_by))
    for hold in session.scalars(query):
        release_hold(session, hold, actor=actor, at=at, reason=reason)


def active_holds(session: Session, *, practice_id: int, account_id: UUID) -> list[Hold]:
    """What stops the clock on an account now, oldest first."""
    query = (
        select(Hold)
        .where(
            Hold.practice_id == practice_id,
            Hold.account_id == account_id,
            Hold.status == "active",
        )
        .order_by(Hold.placed_at, Hold.id)
    )
    return list(session.scalars(query))


def holds_part(*, practice_id: int, account_id: UUID) -> Part[Hold]:
    """All holds of an account, also those that ended, the latest first."""
    return Part(
        Hold,
        [Hold.practice_id == practice_id, Hold.account_id == account_id],
        [Hold.placed_at.desc(), Hold.id.desc()],
    )
