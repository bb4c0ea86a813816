"""The one ``settle``: what the processor says of an attempt becomes state and booking."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import PROCESSOR, Actor, advance, record
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.payments.card_money import CardMoney, book_card_money, is_anothers, payment_named
from shared.payments.cards import is_the_asked, lapse_card, learn_card
from shared.payments.mismatch import fits, set_aside
from shared.payments.model import Payment, PaymentAttempt
from shared.payments.rules import ATTEMPT, CHARGE, ONLY_A_CARD, event_of_unpaid
from shared.payments.service import expire_attempt, shares_meant
from shared.processor import Checkout
from shared.worklist import TO_SETTLE, offer, open_task

NOT_THE_ASKED = "not_the_asked"  # the failure of a page that kept a card for somebody else
OVERPAID = offer("overpaid", "Trop-perçu à rendre ou à utiliser", TO_SETTLE)


def settle(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    attempt: PaymentAttempt,
    state: Checkout,
    livemode: bool,
    at: datetime,
) -> Payment | None:
    """Take over what the processor says. Called under the account's lock; saying it twice does it once.

    Returns the payment when this very call booked one.
    """
    attempt.checked_at = at
    attempt.checks += 1
    if attempt.status in ("succeeded", "saved"):
        # It answered: what is told of refunds next waits no longer for earlier silence.
        attempt.checks = 0
        return None
    if attempt.status == "created":
        note_page(session, attempt, state, at=at)
    elif attempt.processor_session is None:  # closed before its page was found, or it has none
        attempt.processor_session = state.session_id
    if attempt.choice == CHARGE and state.intent_id is not None:
        attempt.processor_intent = state.intent_id
    if state.paid:
        if not fits(attempt, state, livemode=livemode) or is_anothers(
            session, attempt, state.intent_id
        ):
            set_aside(session, practice=practice, attempt=attempt, state=state, at=at)
            return None
        payment = _book(
            session, practice=practice, account=account, attempt=attempt, state=state, at=at
        )
        learn_card(session, attempt, state, at=at)
        return payment
    if attempt.choice == ONLY_A_CARD and state.status == "complete":
        _keep_card(session, attempt, state, livemode=livemode, at=at)
        return None
    _note_unpaid(session, attempt, state, at=at)
    return None


def _keep_card(
    session: Session, attempt: PaymentAttempt, state: Checkout, *, livemode: bool, at: datetime
) -> None:
    """A page that takes nothing is done; a card that is not the one asked for is none of ours."""
    asked = state.livemode == livemode and is_the_asked(session, attempt, state)
    event = "save" if asked else "fail"
    if not ATTEMPT.allows(attempt.status, event):
        return
    _move(session, attempt, event, at=at)
    attempt.settled_at = at
    if asked:
        learn_card(session, attempt, state, at=at)
    else:
        attempt.failure = NOT_THE_ASKED
        lapse_card(session, attempt, at=at)


def _note_unpaid(
    session: Session, attempt: PaymentAttempt, state: Checkout, *, at: datetime
) -> None:
    attempt.failure = state.failed
    event = event_of_unpaid(state.status, state.failed)
    if event is None or not ATTEMPT.allows(attempt.status, event):
        return
    if event == "expire":
        expire_attempt(session, attempt, actor=PROCESSOR, at=at)
        return
    _move(session, attempt, event, at=at)
    attempt.processor_intent = state.intent_id
    if event == "fail":
        attempt.settled_at = at
        lapse_card(session, attempt, at=at)


def note_page(session: Session, attempt: PaymentAttempt, state: Checkout, *, at: datetime) -> None:
    """The processor opened its page for this attempt."""
    _move(session, attempt, "redirect", at=at)
    attempt.processor_session = state.session_id
    attempt.redirect_url = state.url


def _move(session: Session, attempt: PaymentAttempt, event: str, *, at: datetime) -> None:
    sum_of = {"cents": attempt.amount_cents} if attempt.amount_cents else {}
    advance(
        session,
        attempt,
        ATTEMPT,
        event,
        account_id=attempt.account_id,
        actor=PROCESSOR,
        at=at,
        **sum_of,
    )


def _book(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    attempt: PaymentAttempt,
    state: Checkout,
    at: datetime,
) -> Payment:
    payment = payment_named(session, str(state.intent_id), practice_id=practice.id)
    if payment is not None:  # made by staff of this very money, while it was nobody's
        payment.attempt_id = attempt.id
    else:
        payment = book_card_money(
            session,
            CardMoney(
                str(state.intent_id), state.amount_cents, state.received_at or at, state.method
            ),
            practice=practice,
            account=account,
            meant=shares_meant(session, attempt),
            attempt_id=attempt.id,
            actor=PROCESSOR,
            at=at,
        )
        if payment.credit_cents:
            report_credit(
                session, practice=practice, payment=payment, cents=payment.credit_cents, at=at
            )
    attempt.processor_intent = state.intent_id
    attempt.settled_at = at
    attempt.checks = 0
    attempt.failure = None
    advance(
        session,
        attempt,
        ATTEMPT,
        "succeed",
        account_id=account.id,
        actor=PROCESSOR,
        at=at,
        cents=state.amount_cents,
        receipt=payment.number,
    )
    return payment


def report_credit(
    session: Session,
    *,
    practice: Practice,
    payment: Payment,
    cents: Cents,
    at: datetime,
    actor: Actor = PROCESSOR,
) -> None:
    """Money of the patient's settles nothing: it is told, and somebody's work."""
    record(
        session,
        practice_id=payment.practice_id,
        account_id=payment.account_id,
        kind="payment.credit",
        actor=actor,
        at=at,
        cents=cents,
    )
    open_task(
        session,
        OVERPAID,
        practice_id=payment.practice_id,
        account_id=payment.account_id,
        key=str(payment.id),
        due_on=local_date(at, practice.timezone),
        actor=actor,
        at=at,
    )
