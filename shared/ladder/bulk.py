"""Acts on many accounts: asked once, carried out by key in steps, whoever is killed meanwhile."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared.audit import advance, record
from shared.base.errors import NotAllowedError, NotFoundError
from shared.ladder.board_model import LadderBulk
from shared.ladder.bulk_rules import APPROVE, BULK, MOST_CHOSEN, may_undo
from shared.ladder.fit import Fit
from shared.ladder.letter_acts import Staff


@dataclass(frozen=True, slots=True)
class Ask:
    """What staff ask for. ``chosen`` are ticked accounts, None for all that fit ``fit``; ``review_on`` goes
    with a pause, ``reason`` with the end of pauses; ``shown`` with letters: the mark of each."""

    act: str
    once: str
    fit: Fit
    chosen: tuple[UUID, ...] | None
    shown: Mapping[UUID, str] = field(default_factory=dict)
    review_on: date | None = None
    reason: str | None = None


def ask_bulk(
    session: Session, ask: Ask, *, practice_id: int, by: Staff, at: datetime
) -> LadderBulk:
    """Write down what is asked for; the same form again gives the act that is there.

    Raises NotAllowedError for an approval of what nobody looked at.
    """
    if ask.act == APPROVE and (ask.chosen is None or len(ask.chosen) > MOST_CHOSEN):
        raise NotAllowedError("Choisissez les lettres une à une : chacune s’approuve à part.")
    known = _by_once(session, practice_id, ask.once)
    if known is not None:
        return known
    bulk = LadderBulk(
        practice_id=practice_id,
        act=ask.act,
        status="asked",
        once=ask.once,
        fits=ask.fit.kept(),
        chosen=None if ask.chosen is None else [str(account_id) for account_id in ask.chosen],
        shown={str(one): mark for one, mark in ask.shown.items()} if ask.act == APPROVE else None,
        review_on=ask.review_on,
        reason=ask.reason,
        asked_at=at,
        asked_by=by.user_id,
        asked_name=by.name,
        actor=by.actor.name,
        accounts=0,
        cents=0,
        undone=0,
        kept=0,
    )
    try:
        with session.begin_nested():
            session.add(bulk)
    except IntegrityError:  # the other press of a double click was first
        known = _by_once(session, practice_id, ask.once)
        if known is None:
            raise
        return known
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="ladder_bulk.asked",
        actor=by.actor,
        at=at,
        id=str(bulk.id),
        act=ask.act,
    )
    return bulk


def get_bulk(
    session: Session, *, practice_id: int, bulk_id: UUID, lock: bool = False
) -> LadderBulk:
    """One of them. Raises NotFoundError."""
    query = select(LadderBulk).where(
        LadderBulk.practice_id == practice_id, LadderBulk.id == bulk_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFoundError("Cette action n’existe pas.")
    return found


def ask_undo(session: Session, bulk: LadderBulk, *, by: Staff, at: datetime) -> None:
    """Have an act, whose lock is held, taken back. Raises NotAllowedError when its time is over."""
    if bulk.status in {"undoing", "undone"}:
        return
    if not may_undo(bulk.status, bulk.ended_at, now=at):
        raise NotAllowedError(
            "Le quart d’heure pour défaire est passé : agissez sur les comptes concernés."
        )
    advance(session, bulk, BULK, "undo", account_id=None, actor=by.actor, at=at, act=bulk.act)
    bulk.undo_at, bulk.undo_name, bulk.undo_actor = at, by.name, by.actor.name


def unfinished(session: Session, *, practice_id: int) -> list[UUID]:
    """The acts that wait to be carried out or taken back, the oldest first."""
    query = (
        select(LadderBulk.id)
        .where(LadderBulk.practice_id == practice_id, LadderBulk.status.in_(("asked", "undoing")))
        .order_by(LadderBulk.asked_at)
    )
    return list(session.scalars(query))


def latest_bulks(session: Session, *, practice_id: int, most: int = 50) -> list[LadderBulk]:
    """The acts on many accounts, the latest first."""
    query = (
        select(LadderBulk)
        .where(LadderBulk.practice_id == practice_id)
        .order_by(LadderBulk.asked_at.desc(), LadderBulk.id.desc())
        .limit(most)
    )
    return list(session.scalars(query))


def _by_once(session: Session, practice_id: int, once: str) -> LadderBulk | None:
    return session.scalar(
        select(LadderBulk).where(LadderBulk.practice_id == practice_id, LadderBulk.once == once)
    )
