"""Charging a kept card while nobody is there: begun under the account's lock, asked for outside it.

The attempt and its key are committed before the processor is asked, and its sum counts as under way
from then on. What comes of it only ``settle`` takes over. A charge of which nothing is known is looked
for first and asked for again with its key, as long as it is still meant. It is given up only when nothing
was asked for a while and nothing is found, and looked for once more before another one takes its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import get_account, get_practice
from shared.audit import SYSTEM, advance
from shared.base.errors import ArdoiseError
from shared.base.log import get_logger
from shared.payments.cards import kept_card
from shared.payments.model import PaymentAttempt, SavedCard
from shared.payments.pages import CLOCKS_APART, Desk, under_lock
from shared.payments.rules import (
    ATTEMPT,
    BY_LINK,
    CHARGE,
    KEY_LIFE,
    MOST_CHARGES,
    NOTHING_CAME,
    QUIET,
    Choice,
    ChoiceError,
    shares_of,
)
from shared.payments.service import attempt_at_processor, get_attempt, new_attempt, open_payables
from shared.processor import ChargeOrder, Checkout, KeySpentError

log = get_logger(__name__)
JUST_BEGUN = timedelta(seconds=10)  # nobody else can have asked for it yet

TAKEN, REFUSED, NO_CARD = "taken", "refused", "no_card"
Meant = Callable[[Session], Choice | None]


@dataclass(frozen=True, slots=True)
class Begun:
    """How a charge stands: TAKEN (or under way, or waiting its turn), REFUSED by the card, NO_CARD to
    take it from. ``attempt_id`` names an attempt that the processor is now to be asked about, and
    ``in_the_way`` one whose page is to be closed before the charge can begin."""

    outcome: str
    attempt_id: UUID | None = None
    in_the_way: UUID | None = None


class InDoubtError(ArdoiseError):
    """Nothing is known of a charge, and it may still come: it is neither asked for again nor given up."""


def begin_charge(
    desk: Desk, *, account_id: UUID, agreement_id: UUID, cause: str, meant: Meant
) -> Begun:
    """Commit an attempt to charge the account's card for ``cause``, unless there is one already.

    A card serves the agreement alone that it was given for; for another one there is no card.
    ``meant`` is read under the account's lock: what is to be taken now, or None when it is not any
    more. While the patient is on the processor's page the charge waits; a link's page is closed for it,
    else its holder could put the charge off for ever. A card that said no is not asked again.
    """
    with desk.database.unit_of_work(desk.practice_id) as work:
        session = work.session
        account = get_account(
            session, practice_id=desk.practice_id, account_id=account_id, lock=True
        )
        card = kept_card(session, practice_id=desk.practice_id, account_id=account_id)
        if card is not None and card.agreement_id != agreement_id:
            card = None
        known = _outcome_before(session, desk.practice_id, cause, card)
        if known is not None or card is None:
            return Begun(known or NO_CARD)
        open_page = attempt_at_processor(
            session, practice_id=desk.practice_id, account_id=account_id
        )
        if open_page is not None and open_page.choice != BY_LINK:
            return Begun(TAKEN)
        choice = meant(session)
        if choice is None:
            return Begun(TAKEN)
        # What was agreed to is charged as agreed: what is in hand still is to be given back, or staff decide.
        payables = open_payables(session, practice_id=desk.practice_id, account_id=account_id)
        minimum = get_practice(session, desk.practice_id).minimum_payment_cents
        try:
            shares = shares_of(choice, payables, minimum)
        except ChoiceError:
            return Begun(NO_CARD)
        if open_page is not None:
            return Begun(TAKEN, in_the_way=open_page.id)
        now = desk.clock.now()
        attempt = new_attempt(
            session,
            account=account,
            shares=shares,
            choice=CHARGE,
            language=account.language,
            at=now,
            actor=SYSTEM,
            card_id=card.id,
            cause=cause,
        )
        advance(
            session,
            attempt,
            ATTEMPT,
            "process",
            account_id=account_id,
            actor=SYSTEM,
            at=now,
            cents=attempt.amount_cents,
        )
        work.commit()
        return Begun(TAKEN, attempt.id)


def _outcome_before(
    session: Session, practice_id: int, cause: str, card: SavedCard | None
) -> str | None:
    """What earlier attempts for the same cause decide already; None when the card may be asked."""
    before = session.scalars(
        select(PaymentAttempt).where(
            PaymentAttempt.practice_id == practice_id, PaymentAttempt.cause == cause
        )
    ).all()
    if any(attempt.status == "processing" for attempt in before):
        return TAKEN
    if any(attempt.status == "succeeded" for attempt in before):
        return NO_CARD  # something of it is open again: that is for the patient to see
    lost = [attempt for attempt in before if attempt.failure == NOTHING_CAME]
    said_no = any(card and attempt.card_id == card.id for attempt in before if attempt not in lost)
    return REFUSED if said_no or len(lost) >= MOST_CHARGES else None


def outcome_of(session: Session, *, practice_id: int, attempt_id: UUID) -> str:
    """What came of a charge that the processor was asked about."""
    attempt = get_attempt(session, practice_id=practice_id, attempt_id=attempt_id)
    gone = attempt.status == "failed" and attempt.failure != NOTHING_CAME
    return REFUSED if gone else TAKEN


def known_charge(desk: Desk, attempt: PaymentAttempt) -> Checkout | None:
    """How a charge stands, asked with no transaction open; None when nothing came and nothing will.

    Within the life of its key it is asked for again, at the hours when cards are charged, but not for a
    card that was given up, nor for what is not meant any more. A key that is answered with a kept
    failure is done with. Raises InDoubtError beside what the gateway does.
    """
    if attempt.processor_intent is not None:
        return desk.gateway.retrieve_charge(attempt.processor_intent)
    with desk.database.reading(desk.practice_id) as session:
        card = session.get_one(SavedCard, (desk.practice_id, attempt.card_id))
        meant = (
            attempt.status == "processing"
            and card.status == "kept"
            and desk.may_ask_again(session, attempt)
        )
        is_hour = desk.is_hour_for_cards(session)
    age = desk.clock.now() - attempt.created_at
    if attempt.checks or age > JUST_BEGUN:
        found = _find(desk, attempt, card)
        if found is not None:
            return found
    if meant and age < KEY_LIFE:
        if not is_hour:
            raise InDoubtError("a card is asked again when people are awake")
        try:
            return desk.gateway.charge_card(_order(attempt, card))
        except KeySpentError as error:
            log.warning("processor.key_spent", reason=str(error), attempt=str(attempt.id))
        found = _find(desk, attempt, card)
        if found is not None:
            return found
    elif attempt.status == "processing" and not _is_quiet(attempt, desk.clock.now()):
        raise InDoubtError("what was asked may still come")
    _close(desk, attempt)
    return None


def _is_quiet(attempt: PaymentAttempt, at: datetime) -> bool:
    return at - (attempt.checked_at or attempt.created_at) >= QUIET


def _looked_behind(attempt: PaymentAttempt, at: datetime) -> bool:
    return attempt.settled_at is not None and at - attempt.settled_at < QUIET


def charges_to_look_behind(
    session: Session, *, practice_id: int, cause: str, at: datetime
) -> list[UUID]:
    """Charges that were given up since nothing was found of them, and not looked for lately. Before
    the like is asked for anew the processor has to say once more that there is none. ``cause`` is how
    their causes begin."""
    rows = session.scalars(
        select(PaymentAttempt).where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.cause.startswith(cause, autoescape=True),
            PaymentAttempt.status == "failed",
            PaymentAttempt.failure == NOTHING_CAME,
        )
    )
    return [attempt.id for attempt in rows if not _looked_behind(attempt, at)]


def _find(desk: Desk, attempt: PaymentAttempt, card: SavedCard) -> Checkout | None:
    return desk.gateway.find_charge(
        attempt.id.hex,
        customer=str(card.processor_customer),
        made_from=attempt.created_at - CLOCKS_APART,
        made_until=attempt.created_at + KEY_LIFE + CLOCKS_APART,
    )


def _order(attempt: PaymentAttempt, card: SavedCard) -> ChargeOrder:
    return ChargeOrder(
        reference=attempt.id.hex,
        idempotency_key=attempt.idempotency_key,
        amount_cents=attempt.amount_cents,
        customer=str(card.processor_customer),
        method=str(card.processor_method),
    )


def _close(desk: Desk, attempt: PaymentAttempt) -> None:
    """Give a charge up. ``settled_at`` is when the processor last knew of none."""
    with under_lock(desk, attempt) as (work, row):
        now = desk.clock.now()
        if row.status == "processing":
            advance(
                work.session,
                row,
                ATTEMPT,
                "fail",
                account_id=row.account_id,
                actor=SYSTEM,
                at=now,
                cents=row.amount_cents,
            )
            row.failure = NOTHING_CAME
        if row.failure == NOTHING_CAME:
            row.settled_at = now
        work.commit()
