"""Accounts on the ladder as the board and its lists show them: where they stand, and what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Executable, and_, exists, func, select
from sqlalchemy.orm import Session

from backoffice.desks.coming_words import WAITING, coming_words
from backoffice.desks.people import names_of
from backoffice.desks.words import title
from shared.accounts import HOLD_TITLES, Account, Hold, can_be_written_to
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.billing import Invoice, is_held_back
from shared.ladder import (
    ORDINARY,
    STEP_TITLES,
    WITHHELD_TITLES,
    Ahead,
    Hindrances,
    LadderCycle,
    LadderSegment,
    Place,
    Step,
    is_on_its_way,
    open_cycle,
    steps_ahead,
    steps_of,
    unreachable_why,
    why_not,
)
from shared.payments import free_credit
from shared.worklist import Task

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
            is_on_its_way().label("on_its_way"),
            LadderCycle.asked_at,
            exists().where(can_be_written_to()).correlate(Account).label("reachable"),
            select(func.min(Task.kind))
            .where(
                Task.practice_id == Account.practice_id,
                Task.account_id == Account.id,
                Task.kind.in_(WAITING),
                Task.status == "open",
            )
            .correlate(Account)
            .scalar_subquery()
            .label("waits"),
            (
                select(func.coalesce(func.sum(Invoice.open_cents), 0))
                .where(invoices)
                .correlate(Account)
                .scalar_subquery()
                - free_credit(Account.practice_id, Account.id)
            ).label("askable_cents"),
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
    ahead = _ahead(row, steps, night)
    coming = ahead[0] if ahead else None
    why = title(HOLD_TITLES, row.hold) if row.hold else ""
    if not why and coming is not None:
        against = Hindrances(
            withheld=row.withheld,
            paused=False,
            door_closed=account.door_closed_at is not None,
            checkable=account.checkable,
            unreachable=unreachable_why(account.channel, reachable=row.reachable),
        )
        state = coming.state if coming.state != "below" else None
        reason = why_not(state, coming.step.act, against)
        why = title(WITHHELD_TITLES, reason) if reason else ""
    if coming is not None:
        said = coming_words(coming, waits=row.waits, on_its_way=row.on_its_way)
    else:
        said = "dernière étape passée" if row.due_on is not None else "rien à demander"
    leaves = coming is not None and coming.state == "next" and not row.on_its_way
    return Standing(
        account_id=account.id,
        number=account.number,
        name=name,
        cents=account.balance_cents,
        step=titles.get(row.position, NOT_BEGUN),
        segment=row.segment,
        why=why,
        coming=said,
        day=coming.day if coming is not None and leaves else None,
        tone="late" if coming is not None and coming.state == "asked" and row.waits else "soft",
        oldest_due=row.due_on,
    )


def _ahead(row: Any, steps: Sequence[Step], night: date) -> tuple[Ahead, ...]:
    """Nothing where nothing may be asked for; otherwise what the account's own page shows."""
    if row.due_on is None:
        return ()
    place = Place(
        position=row.position,
        stepped_on=row.stepped_on,
        asked_position=row.asked_position,
        asked_on=row.asked_at.date() if row.asked_at else None,  # a line tells only that it waits
        first_issued_on=row.issued_on,
        oldest_due_on=row.due_on,
        askable_cents=max(int(row.askable_cents), 0),
    )
    return steps_ahead(steps_of(steps, row.segment), place, earliest=night)
