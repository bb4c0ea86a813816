"""Cards that the processor keeps for plans: asked for, learnt from its word alone, given up."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import PATIENT, PROCESSOR, SYSTEM, Actor, advance, record
from shared.base.database import wake_worker
from shared.base.ids import new_id
from shared.payments.model import PaymentAttempt, SavedCard
from shared.payments.rules import SAVED_CARD, Consent
from shared.processor import Checkout


def ask_card(session: Session, *, account: Account, consent: Consent, at: datetime) -> SavedCard:
    """The patient agreed to these words and is about to give a card; the one before stays meanwhile."""
    customer = session.scalar(
        select(SavedCard.processor_customer)
        .where(
            SavedCard.practice_id == account.practice_id,
            SavedCard.account_id == account.id,
            SavedCard.processor_customer.is_not(None),
        )
        .order_by(SavedCard.id.desc())
        .limit(1)
    )
    card = SavedCard(
        practice_id=account.practice_id,
        id=new_id(),
        account_id=account.id,
        agreement_id=consent.agreement_id,
        status="asked",
        text_version=consent.text_version,
        text_hash=consent.text_hash,
        agreed_at=at,
        processor_customer=customer,
    )
    session.add(card)
    session.flush()
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="saved_card.asked",
        actor=PATIENT,
        at=at,
        id=str(card.id),
    )
    return card


def is_agreed(session: Session, attempt: PaymentAttempt, consent: Consent | None) -> bool:
    """Whether a page keeps a card under these words; or none, as no words are given."""
    card = _of(session, attempt)
    if card is None or consent is None:
        return card is None and consent is None
    return Consent(card.agreement_id, card.text_version, card.text_hash) == consent


def kept_card(session: Session, *, practice_id: int, account_id: UUID) -> SavedCard | None:
    """The account's card, if it has one."""
    return session.scalar(
        select(SavedCard).where(
            SavedCard.practice_id == practice_id,
            SavedCard.account_id == account_id,
            SavedCard.status == "kept",
        )
    )


def kept_cards(session: Session, *, practice_id: int) -> list[SavedCard]:
    """Every card that the processor keeps for a practice's accounts."""
    return list(
        session.scalars(
            select(SavedCard).where(
                SavedCard.practice_id == practice_id, SavedCard.status == "kept"
            )
        )
    )


def remove_card(session: Session, card: SavedCard, *, actor: Actor, at: datetime) -> None:
    """The consent ends here and now; the worker then has the processor forget the card.

    Called under the account's lock. Raises NotAllowedError when the card is not kept any more.
    """
    _move(session, card, "remove", actor=actor, at=at)
    card.removed_at = at
    session.flush()
    wake_worker(session)


def lapse_card(session: Session, attempt: PaymentAttempt, *, at: datetime) -> None:
    """The page that was to keep a card is closed without one."""
    card = _of(session, attempt)
    if card is not None and card.status == "asked":
        _move(session, card, "lapse", actor=SYSTEM, at=at)


def is_the_asked(session: Session, attempt: PaymentAttempt, state: Checkout) -> bool:
    """Whether a page kept a card for the very customer that it was opened for."""
    card = _of(session, attempt)
    return (
        card is not None
        and state.card is not None
        and state.card.customer == card.processor_customer
        and state.reference == attempt.id.hex
        and state.session_id == attempt.processor_session
    )


def learn_card(session: Session, attempt: PaymentAttempt, state: Checkout, *, at: datetime) -> None:
    """Take over the card that a page has kept; it takes the place of the one before, which goes."""
    row = _of(session, attempt)
    told = state.card
    if row is None or told is None or not is_the_asked(session, attempt, state):
        return
    if not SAVED_CARD.allows(row.status, "keep"):
        return
    before = kept_card(session, practice_id=row.practice_id, account_id=row.account_id)
    if before is not None:
        remove_card(session, before, actor=PROCESSOR, at=at)
    row.processor_method, row.brand, row.last4 = told.method, told.brand, told.last4
    row.expires_on, row.kept_at = told.expires_on, at
    _move(session, row, "keep", actor=PROCESSOR, at=at)
    session.flush()


def cards_to_forget(session: Session, *, practice_id: int) -> list[tuple[UUID, str]]:
    """Cards that are given up and that the processor still keeps: our id and its own."""
    rows = session.execute(
        select(SavedCard.id, SavedCard.processor_method).where(
            SavedCard.practice_id == practice_id, SavedCard.status == "removing"
        )
    )
    return [(card_id, method) for card_id, method in rows if method is not None]


def note_forgotten(session: Session, *, practice_id: int, card_id: UUID, at: datetime) -> None:
    """The processor keeps the card no more: what we knew of it goes too. Called under the lock."""
    card = session.get(SavedCard, (practice_id, card_id), with_for_update=True)
    if card is None or card.status != "removing":
        return
    _move(session, card, "detach", actor=PROCESSOR, at=at)
    card.processor_method = card.brand = card.last4 = card.expires_on = None


def ends_before(card: SavedCard, last_on: date) -> bool:
    """Whether a card is no longer valid on this day."""
    return card.expires_on is not None and card.expires_on < last_on


def note_customer(session: Session, *, practice_id: int, card_id: UUID, customer: str) -> str:
    """Keep the processor's customer that a card is asked for; the first one holds."""
    card = session.get_one(SavedCard, (practice_id, card_id))
    if card.processor_customer is None:
        card.processor_customer = customer
    return card.processor_customer


def _of(session: Session, attempt: PaymentAttempt) -> SavedCard | None:
    if attempt.card_id is None:
        return None
    return session.get(SavedCard, (attempt.practice_id, attempt.card_id))


def _move(session: Session, card: SavedCard, event: str, *, actor: Actor, at: datetime) -> None:
    advance(session, card, SAVED_CARD, event, account_id=card.account_id, actor=actor, at=at)
