"""To the processor's page and back: the story across transactions, none open while we ask it.

The attempt and its idempotency key are committed before the processor is called. A process killed
anywhere leaves an attempt that the next click or the sweep picks up with the same key.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.accounts import get_account, get_practice
from shared.audit import SYSTEM
from shared.base.clock import Clock
from shared.base.database import Database
from shared.base.errors import ArdoiseError
from shared.payments.gateway import Checkout, CheckoutOrder, Gateway, GatewayUnavailableError
from shared.payments.model import Payment, PaymentAttempt
from shared.payments.rules import AT_PROCESSOR, CHECKOUT_LIFE, REUSE_LIFE, Choice, shares_of
from shared.payments.service import (
    attempt_at_processor,
    expire_attempt,
    get_attempt,
    new_attempt,
    note_return,
    payables_of,
    shares_meant,
)
from shared.payments.settling import note_page, settle

MOST_PAGES = 4  # opened in a row for one click, when other tabs keep closing them


class BeingPaidError(ArdoiseError):
    """Another page of the account is being paid right now: look at that attempt instead."""

    def __init__(self, attempt_id: UUID) -> None:
        super().__init__("a payment of this account is under way")
        self.attempt_id = attempt_id


@dataclass(frozen=True, slots=True)
class Desk:
    """Where payments of one practice are made: its processor, and how our pages are named to it.

    ``return_url`` has ``{attempt}`` in it.
    """

    database: Database
    clock: Clock
    practice_id: int
    gateway: Gateway
    return_url: str
    cancel_url: str


def start_payment(desk: Desk, *, account_id: UUID, choice: Choice, language: str) -> str:
    """The address of the hosted page for this choice.

    Raises ChoiceError, BeingPaidError, GatewayUnavailableError, GatewayRefusedError.
    """
    for _ in range(MOST_PAGES):
        attempt, fits = _begin(desk, account_id=account_id, choice=choice, language=language)
        if fits:
            url = _page_of(desk, attempt)
            if url is not None:
                return url
        else:
            _close_page(desk, attempt)
    raise GatewayUnavailableError("every page of this account was closed by another one")


def _begin(
    desk: Desk, *, account_id: UUID, choice: Choice, language: str
) -> tuple[PaymentAttempt, bool]:
    """The account's attempt, new or known, and whether it fits; else its page is closed first."""
    now = desk.clock.now()
    with desk.database.unit_of_work(desk.practice_id) as work:
        session = work.session
        account = get_account(
            session, practice_id=desk.practice_id, account_id=account_id, lock=True
        )
        practice = get_practice(session, desk.practice_id)
        payables = payables_of(session, practice_id=desk.practice_id, account_id=account_id)
        shares = shares_of(choice, payables, practice.minimum_payment_cents)
        known = attempt_at_processor(session, practice_id=desk.practice_id, account_id=account_id)
        if known is not None:
            same = dict(shares_meant(session, known)) == shares and known.language == language
            return known, same and now - known.created_at < REUSE_LIFE
        attempt = new_attempt(
            session, account=account, shares=shares, choice=choice.kind, language=language, at=now
        )
        work.commit()
        return attempt, True


def _order(desk: Desk, attempt: PaymentAttempt) -> CheckoutOrder:
    with desk.database.reading(desk.practice_id) as session:
        sender = get_practice(session, desk.practice_id).sender
    return CheckoutOrder(
        reference=attempt.id.hex,
        idempotency_key=attempt.idempotency_key,
        amount_cents=attempt.amount_cents,
        label=sender,
        language=attempt.language,
        return_url=desk.return_url.format(attempt=attempt.id),
        cancel_url=desk.cancel_url,
        expires_at=attempt.created_at + CHECKOUT_LIFE,
    )


def _page_of(desk: Desk, attempt: PaymentAttempt) -> str | None:
    """The address of the attempt's page; None when that page turns out to be over."""
    if attempt.processor_session is None:
        state = desk.gateway.create_checkout(_order(desk, attempt))
        _note_page(desk, attempt, state)
    else:
        state = desk.gateway.retrieve_checkout(attempt.processor_session)
    if state.status == "open" and state.url is not None:
        return state.url
    finish(desk, attempt_id=attempt.id, state=state)
    if state.status == "complete":
        raise BeingPaidError(attempt.id)
    return None


def _note_page(desk: Desk, attempt: PaymentAttempt, state: Checkout) -> None:
    with desk.database.unit_of_work(desk.practice_id) as work:
        get_account(
            work.session, practice_id=desk.practice_id, account_id=attempt.account_id, lock=True
        )
        row = get_attempt(work.session, practice_id=desk.practice_id, attempt_id=attempt.id)
        if row.status == "created":
            note_page(work.session, row, state, at=desk.clock.now())
        work.commit()


def _close_page(desk: Desk, attempt: PaymentAttempt) -> None:
    """Close an earlier page; when it turns out to be paid, that is booked and told instead."""
    state = _known_state(desk, attempt)
    if state is None:
        return
    if state.status == "open":
        state = desk.gateway.expire_checkout(state.session_id)
    finish(desk, attempt_id=attempt.id, state=state)
    if state.status == "complete":
        raise BeingPaidError(attempt.id)


def _known_state(desk: Desk, attempt: PaymentAttempt) -> Checkout | None:
    """How an attempt's page stands; its own key finds a page that was opened but never noted.

    None when the attempt is so old that any page of it has long expired: it is closed here.
    """
    if attempt.processor_session is not None:
        return desk.gateway.retrieve_checkout(attempt.processor_session)
    if desk.clock.now() - attempt.created_at < REUSE_LIFE:
        return desk.gateway.create_checkout(_order(desk, attempt))
    with desk.database.unit_of_work(desk.practice_id) as work:
        get_account(
            work.session, practice_id=desk.practice_id, account_id=attempt.account_id, lock=True
        )
        row = get_attempt(work.session, practice_id=desk.practice_id, attempt_id=attempt.id)
        if row.status == "created":
            expire_attempt(work.session, row, actor=SYSTEM, at=desk.clock.now())
        work.commit()
    return None


def finish(desk: Desk, *, attempt_id: UUID, state: Checkout) -> Payment | None:
    """Take over a state that was read from the processor, under the account's lock."""
    with desk.database.unit_of_work(desk.practice_id) as work:
        session = work.session
        attempt = get_attempt(session, practice_id=desk.practice_id, attempt_id=attempt_id)
        account = get_account(
            session, practice_id=desk.practice_id, account_id=attempt.account_id, lock=True
        )
        now = desk.clock.now()  # read under the lock: instants then follow the order of commits
        session.refresh(attempt)
        payment = settle(
            session,
            practice=get_practice(session, desk.practice_id),
            account=account,
            attempt=attempt,
            state=state,
            livemode=desk.gateway.livemode,
            at=now,
        )
        work.commit()
        return payment


def settle_attempt(desk: Desk, *, attempt_id: UUID) -> Payment | None:
    """Ask the processor how an attempt stands and take it over. Raises Gateway…Error."""
    with desk.database.reading(desk.practice_id) as session:
        attempt = get_attempt(session, practice_id=desk.practice_id, attempt_id=attempt_id)
    state = _known_state(desk, attempt)
    return finish(desk, attempt_id=attempt_id, state=state) if state is not None else None


def came_back(
    desk_database: Database, *, practice_id: int, account_id: UUID, attempt_id: UUID, at: datetime
) -> str:
    """Note that the patient is back from the page, if it still matters. Returns the attempt's status."""
    with desk_database.unit_of_work(practice_id) as work:
        attempt = get_attempt(
            work.session, practice_id=practice_id, attempt_id=attempt_id, account_id=account_id
        )
        if attempt.returned_at is None and attempt.status in AT_PROCESSOR | {"processing"}:
            note_return(work.session, attempt, at=at)
            work.commit()
        return attempt.status
