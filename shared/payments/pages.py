"""How an attempt's page stands at the processor; asked with no transaction open.

A page's address leaves us only after the page was noted on its attempt. So a page that was opened
but never noted, its answer lost, has an address that nobody knows: nobody can pay on it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from shared.accounts import get_account, get_practice
from shared.audit import SYSTEM
from shared.base.clock import Clock
from shared.base.database import Database, UnitOfWork
from shared.base.log import get_logger
from shared.payments.cards import note_customer
from shared.payments.model import PaymentAttempt, SavedCard
from shared.payments.rules import BY_LINK, CHECKOUT_LIFE, REUSE_LIFE
from shared.payments.service import expire_attempt, get_attempt
from shared.processor import Checkout, CheckoutOrder, Gateway, KeySpentError

log = get_logger(__name__)
CLOCKS_APART = timedelta(minutes=5)  # the processor's and ours, at most, when a page is looked for


@dataclass(frozen=True, slots=True)
class Desk:
    """Where payments of one practice are made: its processor, and ``site``, whose pages it is told of.

    Whoever asks for a page tells it of the same ones: a key goes with the same words each time.
    ``may_ask_again`` tells whether a charge that may never have reached the processor is still meant,
    ``is_hour_for_cards`` whether cards are charged at this hour.
    """

    database: Database
    clock: Clock
    practice_id: int
    gateway: Gateway
    site: str
    may_ask_again: Callable[[Session, PaymentAttempt], bool] = lambda _session, _attempt: True
    is_hour_for_cards: Callable[[Session], bool] = lambda _session: True

    def return_url(self, attempt: PaymentAttempt) -> str:
        """Where a page leads when it is done; whoever pays by a link sees nothing of the account."""
        paid = "thanks" if attempt.choice == BY_LINK else f"payment/{attempt.id}"
        return f"{self.site}/{paid}"

    def cancel_url(self, attempt: PaymentAttempt) -> str:
        """Where a page leads when its reader turns back."""
        left = "plan" if attempt.card_id else "pay"
        return f"{self.site}/{'thanks' if attempt.choice == BY_LINK else left}?cancelled=1"


def known_state(desk: Desk, attempt: PaymentAttempt) -> Checkout | None:
    """How an attempt's page stands; one that was opened but never noted is found.

    None when there is no page and none can come any more: the attempt is closed here.

    A key that the processor answers with a kept failure is done with: the request has ended, so that
    no page can come of it later, and nothing of ours sends the key of a closed attempt again. If its
    page was opened all the same, it is found by our reference and taken up, so that there is no
    second one. If the processor's list does not show it yet, it has an address that nobody knows;
    should money come of it nevertheless, its webhook bears our reference, and it is booked.
    """
    if attempt.processor_session is not None:
        return desk.gateway.retrieve_checkout(attempt.processor_session)
    if attempt.status == "created" and desk.clock.now() - attempt.created_at < REUSE_LIFE:
        try:
            return desk.gateway.create_checkout(_order(desk, attempt))
        except KeySpentError as error:
            log.warning("processor.key_spent", reason=str(error), attempt=str(attempt.id))
    state = desk.gateway.find_checkout(
        attempt.id.hex,
        opened_from=attempt.created_at - CLOCKS_APART,
        opened_until=attempt.created_at + REUSE_LIFE + CLOCKS_APART,
    )
    if state is None:
        _close_without_page(desk, attempt)
    return state


@contextmanager
def under_lock(desk: Desk, attempt: PaymentAttempt) -> Iterator[tuple[UnitOfWork, PaymentAttempt]]:
    """A unit of work that holds the attempt's account, and the attempt as it is now."""
    with desk.database.unit_of_work(desk.practice_id) as work:
        get_account(
            work.session, practice_id=desk.practice_id, account_id=attempt.account_id, lock=True
        )
        yield work, get_attempt(work.session, practice_id=desk.practice_id, attempt_id=attempt.id)


def _close_without_page(desk: Desk, attempt: PaymentAttempt) -> None:
    with under_lock(desk, attempt) as (work, row):
        if row.status == "created":
            expire_attempt(work.session, row, actor=SYSTEM, at=desk.clock.now())
        work.commit()


def _order(desk: Desk, attempt: PaymentAttempt) -> CheckoutOrder:
    with desk.database.reading(desk.practice_id) as session:
        practice = get_practice(session, desk.practice_id)
    return CheckoutOrder(
        reference=attempt.id.hex,
        idempotency_key=attempt.idempotency_key,
        amount_cents=attempt.amount_cents,
        label=practice.sender,
        language=attempt.language,
        return_url=desk.return_url(attempt),
        cancel_url=desk.cancel_url(attempt),
        expires_at=attempt.created_at + CHECKOUT_LIFE,
        customer=_customer(desk, attempt),
        bank_debit=practice.bank_debit,
    )


def _customer(desk: Desk, attempt: PaymentAttempt) -> str | None:
    """For whom the processor is to keep the page's card; made once, with a key of its own."""
    if attempt.card_id is None:
        return None
    with desk.database.reading(desk.practice_id) as session:
        known = session.get_one(SavedCard, (desk.practice_id, attempt.card_id)).processor_customer
    if known is not None:
        return known
    made = desk.gateway.create_customer(f"{attempt.idempotency_key}-customer")
    with under_lock(desk, attempt) as (work, _):
        kept = note_customer(
            work.session, practice_id=desk.practice_id, card_id=attempt.card_id, customer=made
        )
        work.commit()
    return kept
