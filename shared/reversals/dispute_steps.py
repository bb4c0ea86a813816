"""One dispute as the processor tells of it: noted, moved on, its fee booked, whosever the payment is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import PROCESSOR, record
from shared.base.ids import new_id
from shared.base.money import Cents
from shared.processor import Disputed
from shared.reversals.dispute_booking import keep_fee
from shared.reversals.dispute_rules import is_news, steps_to
from shared.reversals.dispute_tasks import ask_to_answer
from shared.reversals.model import Dispute


def is_possible(told: Disputed, known: Dispute | None, *, of_cents: Cents) -> bool:
    """Whether a payment of so much may be disputed so: no more is gone than the dispute's sum, which stays
    the same once some of it is gone."""
    if known is not None and known.taken_cents and known.amount_cents != told.amount_cents:
        return False
    return (
        told.currency == "eur"
        and 0 < told.amount_cents <= of_cents
        and 0 <= told.taken_cents <= told.amount_cents
    )


def new_dispute(practice: Practice, told: Disputed, *, at: datetime) -> Dispute:
    """One that we hear of for the first time, before any money moved; the caller says of what."""
    return Dispute(
        practice_id=practice.id,
        id=new_id(),
        status="inquiry",
        reason=told.reason,
        amount_cents=told.amount_cents,
        taken_cents=0,
        fee_cents=0,
        moves=0,
        processor_ref=told.dispute_id,
        respond_by=told.respond_by,
        opened_at=told.at,
        moved_at=at,
    )


def note_dispute(
    session: Session,
    dispute: Dispute,
    told: Disputed,
    *,
    practice: Practice,
    receipt: str,
    at: datetime,
) -> None:
    """Keep a new one; of a bank that only asks somebody is told."""
    session.add(dispute)
    session.flush()
    if told.standing == "inquiry":
        record(
            session,
            practice_id=practice.id,
            account_id=dispute.account_id,
            kind="dispute.asked",
            actor=PROCESSOR,
            at=at,
            id=str(dispute.id),
            cents=dispute.amount_cents,
            receipt=receipt,
        )
        ask_to_answer(session, dispute, practice=practice, at=at)


def stages_since(dispute: Dispute, told: Disputed) -> Iterator[Disputed]:
    """How it stood after each movement of its money that we have not booked, and at last how it stands:
    each is booked as the processor moved it. Taken one by one: ``dispute`` moves on meanwhile.

    A fee before any money went, and what can't be so far (two movements of one second in the other order),
    is booked with what came after it."""
    for count in range(dispute.moves + 1, len(told.movements)):
        moved = told.movements[:count]
        taken = -sum(one.cents for one in moved)
        is_untouched = taken == 0 and dispute.status in ("inquiry", "closed")
        if is_untouched or not 0 <= taken <= told.amount_cents:
            continue
        goes_on = "lost" if dispute.status == "lost" else "open"
        yield replace(
            told,
            standing=goes_on if taken > 0 else "won",
            taken_cents=taken,
            fee_cents=sum(one.fee_cents for one in moved),
            taken_at=next((one.at for one in reversed(moved) if one.cents < 0), told.taken_at),
            moves=count,
            movements=moved,
        )
    yield told


def move_dispute(
    session: Session,
    dispute: Dispute,
    told: Disputed,
    *,
    move: Callable[[str], None],
    change: Callable[[], None],
    today: date,
    at: datetime,
) -> bool:
    """Bring it to where it is told to stand, by ``move`` for each event, and by ``change`` where the bank
    has another part of the money than it had. Returns whether it moved."""
    if not is_news(dispute.moves, told.moves):
        return False
    before = (dispute.fee_cents, dispute.taken_cents, dispute.moves)
    steps = steps_to(dispute.status, told.standing)
    if "take" in steps:
        dispute.amount_cents = told.amount_cents
    for event in steps:
        move(event)
    if dispute.status == told.standing:
        dispute.respond_by = told.respond_by
        dispute.moves = told.moves
        if dispute.taken_cents != told.taken_cents:
            change()
        keep_fee(session, dispute, told.fee_cents, on=today, at=at)
    moved = bool(steps) or before != (dispute.fee_cents, dispute.taken_cents, dispute.moves)
    if moved:
        dispute.moved_at = at
    return moved
