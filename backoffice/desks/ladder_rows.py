"""Accounts on the ladder as the board and its lists show them: where they stand, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, and_, exists, func, select
from sqlalchemy.orm import Session

from backoffice.desks.people import names_of
from backoffice.desks.words import title
from shared.accounts import HOLD_TITLES, Account, Hold
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.billing import Invoice, is_held_back
from shared.delivery import Notice
from shared.ladder import (
    CALL,
    ORDINARY,
    STEP_TITLES,
    WITHHELD_TITLES,
    LadderCycle,
    LadderSegment,
    Step,
    due_day,
    next_step,
    open_cycle,
    steps_of,
)

NOT_BEGUN = "Pas commencée"


@dataclass(frozen=True, slots=True)
class Standing:
    """An account on the ladder. ``coming`` says what is next, ``tone`` whether somebody has to act;
    ``day`` is the earliest day of the next step, None where none comes or somebody has it in hand."""

    account_id: UUID
    number: str
    name: str
    cents: Cents
    step: str
    segment: str
    why: str
    coming: str
    day: date | None
    tone: str
    oldest_due: date | None


def read_standings(
    session: Session,
    ids: Sequence[UUID],
    *,
    practice_id: int,
    steps: Sequence[Step],
    night: date,
    keys: KeyRing | None,
) -> dict[UUID, Standing]:
    """These accounts by id, those with a running conversation; two statements."""
    rows = _read(session, ids, practice_id, keys)
    return {row.Account.id: _standing(row, name, steps, night) for row, name in rows}


def read_pairs(
    session: Session,
    ids: Sequence[UUID],
    *,
    practice_id: int,
    old: Sequence[Step],
    new: Sequence[Step],
    night: date,
    keys: KeyRing | None,
) -> tuple[dict[UUID, Standing], dict[UUID, Standing]]:
    """The same by the ``old`` steps and by the ``new`` ones; two statements."""
    rows = _read(session, ids, practice_id, keys)
    before = {row.Account.id: _standing(row, name, old, night) for row, name in rows}
    then = {row.Account.id: _standing(row, name, new, night) for row, name in rows}
    return before, then


def _read(
    session: Session, ids: Sequence[UUID], practice_id: int, keys: KeyRing | None
) -> list[tuple[Any, str]]:
    """Each account's row with its name, which is empty without keys."""
    if not ids:
        return []
    rows = session.execute(_query(practice_id, ids)).all()
    accounts = [row.Account for row in rows]
    names = names_of(session, accounts, practice_id=practice_id, keys=keys) if keys else {}
    return [(row, names[row.Account.id].full if row.Account.id in names else "") for row in rows]


def _query(practice_id: int, ids: Sequence[UUID]) -> Executable:
    invoices = and_(
        Invoice.practice_id == Account.practice_id,
        Invoice.account_id == Account.id,
        Invoice.status == "issued",
        ~is_held_back(),
    )
    hold = (
        select(func.min(Hold.kind))
        .where(
            Hold.practice_id == Account.practice_id,
            Hold.account_id == Account.id,
            Hold.status == "active",
            Hold.invoice_id.is_(None),
        )
        .correlate(Account)
        .scalar_subquery()
    )
    return (
        select(
            Account,
            LadderCycle.position,
            LadderCycle.withheld,
            LadderCycle.asked_position,
            LadderCycle.stepped_on,
            func.coalesce(LadderSegment.segment, ORDINARY).label("segment"),
            hold.label("hold"),
            exists()
            .where(
                Notice.practice_id == LadderCycle.practice_id,
                Notice.account_id == LadderCycle.account_id,
                Notice.cause_id == LadderCycle.id,
                Notice.step > LadderCycle.position,
                Notice.status.in_(("planned", "claimed", "in_doubt")),
            )
            .label("on_its_way"),
            select(func.min(Invoice.issued_on))
            .where(invoices)
            .correlate(Account)
            .scalar_subquery()
            .label("issued_on"),
            select(func.min(Invoice.due_on))
            .where(invoices)
            .correlate(Account)
            .scalar_subquery()
            .label("due_on"),
        )
        .join(LadderCycle, open_cycle())
        .outerjoin(
            LadderSegment,
            and_(
                LadderSegment.practice_id == Account.practice_id,
                LadderSegment.account_id == Account.id,
            ),
        )
        .where(Account.practice_id == practice_id, Account.id.in_(list(ids)))
    )


def _standing(row: Any, name: str, steps: Sequence[Step], night: date) -> Standing:
    account: Account = row.Account
    titles = {step.position: STEP_TITLES[step.name] for step in steps}
    coming = next_step(steps_of(steps, row.segment), row.position)
    day: date | None = None
    why = title(HOLD_TITLES, row.hold) if row.hold else ""
    if not why and account.door_closed_at is not None:
        why = WITHHELD_TITLES["door_closed"]
    tone = "soft"
    if coming is None:
        said = "dernière étape passée"
    elif row.asked_position >= coming.position:
        said, tone = ("à appeler" if coming.act == CALL else "lettre à approuver"), "late"
    elif row.on_its_way:
        said = f"{STEP_TITLES[coming.name].lower()}, pas encore parti"
    elif row.due_on is None:
        said = "rien à demander"
    else:
        day = max(
            night,
            due_day(
                coming,
                first_issued_on=row.issued_on,
                oldest_due_on=row.due_on,
                stepped_on=row.stepped_on,
            ),
        )
        said = STEP_TITLES[coming.name].lower()
    return Standing(
        account_id=account.id,
        number=account.number,
        name=name,
        cents=account.balance_cents,
        step=titles.get(row.position, NOT_BEGUN),
        segment=row.segment,
        why=why or (title(WITHHELD_TITLES, row.withheld) if row.withheld else ""),
        coming=said,
        day=day,
        tone=tone,
        oldest_due=row.due_on,
    )
