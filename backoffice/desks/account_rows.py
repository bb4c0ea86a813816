"""Rows of account lists, whichever way the accounts were found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backoffice.desks.people import names_of
from backoffice.desks.words import NOTICE_OUTCOMES, NOTICE_TITLES, title
from shared.accounts import HOLD_TITLES, Account, Hold
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.billing import Invoice
from shared.delivery import Notice
from shared.ladder import STEP_TITLES, WITHHELD_TITLES, Step


@dataclass(frozen=True, slots=True)
class LastNotice:
    """The latest message of an account."""

    title: str
    outcome: str
    tone: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One account of the list; ``name`` is empty for roles that see no names, ``erased_at`` is since when
    the data of its persons are gone."""

    number: str
    name: str
    balance_cents: Cents
    oldest_due: date | None
    step: str
    why: str
    last_notice: LastNotice | None
    erased_at: datetime | None = None


def rows_of(
    session: Session,
    found: Sequence[tuple[Account, int | None, str | None]],
    *,
    practice_id: int,
    steps: Sequence[Step],
    keys: KeyRing | None,
) -> tuple[Row, ...]:
    """Rows for accounts with (last step, why withheld), in their order; four statements at most."""
    accounts = [account for account, _, _ in found]
    ids = [account.id for account in accounts]
    if not ids:
        return ()
    names = names_of(session, accounts, practice_id=practice_id, keys=keys) if keys else {}
    oldest = _oldest_due(session, practice_id, ids)
    notices = _last_notices(session, practice_id, ids)
    holds = _holds(session, practice_id, ids)
    by_position = {step.position: STEP_TITLES[step.name] for step in steps}
    return tuple(
        Row(
            number=account.number,
            name=names[account.id].full if account.id in names else "",
            balance_cents=account.balance_cents,
            oldest_due=oldest.get(account.id),
            step=by_position.get(position or 0, ""),
            why=_why(account, withheld, holds.get(account.id, "")),
            last_notice=notices.get(account.id),
            erased_at=account.erased_at,
        )
        for account, position, withheld in found
    )


def _why(account: Account, withheld: str | None, hold: str) -> str:
    """What the last night said; else the pause or the closed door that it has not met yet."""
    if withheld:
        return title(WITHHELD_TITLES, withheld)
    return hold or (WITHHELD_TITLES["door_closed"] if account.door_closed_at else "")


def _oldest_due(session: Session, practice_id: int, ids: Sequence[UUID]) -> dict[UUID, date]:
    query = (
        select(Invoice.account_id, func.min(Invoice.due_on))
        .where(
            Invoice.practice_id == practice_id,
            Invoice.account_id.in_(ids),
            Invoice.status == "issued",
        )
        .group_by(Invoice.account_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _last_notices(
    session: Session, practice_id: int, ids: Sequence[UUID]
) -> dict[UUID, LastNotice]:
    newest_first = func.row_number().over(
        partition_by=Notice.account_id, order_by=(Notice.planned_at.desc(), Notice.id.desc())
    )
    ranked = (
        select(
            Notice.account_id,
            Notice.template,
            Notice.status,
            Notice.planned_at,
            Notice.outcome_at,
            newest_first.label("rank"),
        )
        .where(Notice.practice_id == practice_id, Notice.account_id.in_(ids))
        .subquery()
    )
    last: dict[UUID, LastNotice] = {}
    for row in session.execute(select(ranked).where(ranked.c.rank == 1)):
        word, tone = NOTICE_OUTCOMES[row.status]
        last[row.account_id] = LastNotice(
            title(NOTICE_TITLES, row.template), word, tone, row.outcome_at or row.planned_at
        )
    return last


def _holds(session: Session, practice_id: int, ids: Sequence[UUID]) -> dict[UUID, str]:
    query = (
        select(Hold.account_id, Hold.kind)
        .where(
            Hold.practice_id == practice_id,
            Hold.account_id.in_(ids),
            Hold.status == "active",
            Hold.invoice_id.is_(None),
        )
        .order_by(Hold.placed_at.desc())
    )
    return {row[0]: title(HOLD_TITLES, row[1]) for row in session.execute(query)}
