"""How an attempt's page stands at the processor; asked with no transaction open.

A page's address leaves us only after the page was noted on its attempt. So a page that was opened
but never noted, its answer lost, has an address that nobody knows: nobody can pay on it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from shared.accounts import get_account, get_practice
from shared.audit import SYSTEM
from shared.base.clock import Clock
from shared.base.database import Database, UnitOfWork
from shared.base.log import get_logger
from shared.payments.gateway import Checkout, CheckoutOrder, Gateway, KeySpentError
from shared.payments.model import PaymentAttempt
from shared.payments.rules import BY_LINK, CHECKOUT_LIFE, REUSE_LIFE
from shared.payments.service import expire_attempt, get_attempt

log = get_logger(__name__)
CLOCKS_APART = timedelta(minutes=5)  # the processor's and ours, at most, when a page is looked for


@dataclass(frozen=True, slots=True)
class Desk:
    """Where payments of one practice are made: its processor, and how our pages are named to it.

    ``return_url`` has ``{attempt}`` in it. ``payer_url`` is where someone else who pays by a link comes
    back to; it is the same for all of them.
    """

    database: Database
    clock: Clock
    practice_id: int
    gateway: Gateway
    return_url: str
    cancel_url: str
    payer_url: str = ""


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
    order = _order(desk, attempt)
    if attempt.status == "created" and desk.clock.now() - attempt.created_at < REUSE_LIFE:
        try:
            return desk.gateway.create_checkout(order)
        except KeySpentError as error:
            log.warning("processor.key_spent", reason=str(error), attempt=str(attempt.id))
    state = desk.gateway.find_checkout(
        order.reference,
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
        sender = get_practice(session, desk.practice_id).sender
    for_payer = attempt.choice == BY_LINK
    return CheckoutOrder(
        reference=attempt.id.hex,
        idempotency_key=attempt.idempotency_key,
        amount_cents=attempt.amount_cents,
        label=sender,
        language=attempt.language,
        return_url=desk.payer_url if for_payer else desk.return_url.format(attempt=attempt.id),
        cancel_url=f"{desk.payer_url}?cancelled=1" if for_payer else desk.cancel_url,
        expires_at=attempt.created_at + CHECKOUT_LIFE,
    )
