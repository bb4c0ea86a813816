"""To the processor's page and back: the story across transactions, none open while we ask it.

The attempt and its idempotency key are committed before the processor is called. A process killed
anywhere leaves an attempt that the next click or the sweep picks up with the same key.

Nothing is booked here: what a page took, the worker settles (``asking``).
"""

from datetime import datetime, timedelta
from uuid import UUID

from shared.accounts import get_account, get_practice
from shared.audit import PROCESSOR
from shared.base.database import Database
from shared.base.errors import ArdoiseError
from shared.payments.cards import ask_card, is_agreed
from shared.payments.link_pages import OwnPageError, check_room, may_close
from shared.payments.model import PaymentAttempt
from shared.payments.own_pages import check_own_room
from shared.payments.pages import Desk, known_state, under_lock
from shared.payments.pay_links import payable_link
from shared.payments.rules import AT_PROCESSOR, BY_LINK, REUSE_LIFE, Choice, Consent, shares_of
from shared.payments.service import (
    attempt_at_processor,
    expire_attempt,
    get_attempt,
    new_attempt,
    note_return,
    payables_of,
    shares_meant,
)
from shared.payments.settling import note_page
from shared.processor import (
    Checkout,
    GatewayUnavailableError,
)

MOST_PAGES = 4  # opened in a row for one click, when other tabs keep closing them
CLOCKS_APART = timedelta(minutes=5)  # the processor's and ours, at most, when a page is looked for


class BeingPaidError(ArdoiseError):
    """Another page of the account is being paid right now: look at that attempt instead."""

    def __init__(self, attempt_id: UUID) -> None:
        super().__init__("a payment of this account is under way")
        self.attempt_id = attempt_id


def start_payment(
    desk: Desk,
    *,
    account_id: UUID,
    choice: Choice,
    language: str,
    consent: Consent | None = None,
    pay_link: UUID | None = None,
) -> str:
    """The address of the hosted page for this choice, which may be a ``pay_link``'s for someone else;
    with a ``consent`` it keeps the card as well.

    Raises ChoiceError, BeingPaidError, GatewayUnavailableError, GatewayRefusedError; for a link also
    PayLinkOverError when it is not to be paid any more, OwnPageError while the patient may be paying,
    TooManyPagesError; without one PagesSpentError.
    """
    for _ in range(MOST_PAGES):
        attempt, fits = _begin(
            desk,
            account_id=account_id,
            choice=choice,
            language=language,
            consent=consent,
            pay_link=pay_link,
        )
        if fits:
            url = _page_of(desk, attempt)
            if url is not None:
                return url
        else:
            _close_page(desk, attempt)
    raise GatewayUnavailableError("every page of this account was closed by another one")


def _begin(
    desk: Desk,
    *,
    account_id: UUID,
    choice: Choice,
    language: str,
    consent: Consent | None,
    pay_link: UUID | None,
) -> tuple[PaymentAttempt, bool]:
    """The account's attempt, new or known, and whether it fits; else its page is closed first.

    Nobody is sent to a page that was opened for somebody else: each comes back to where they were.
    """
    now = desk.clock.now()
    with desk.database.unit_of_work(desk.practice_id) as work:
        session = work.session
        account = get_account(
            session, practice_id=desk.practice_id, account_id=account_id, lock=True
        )
        practice = get_practice(session, desk.practice_id)
        link = payable_link(session, desk.practice_id, pay_link, at=now) if pay_link else None
        payables = payables_of(session, practice_id=desk.practice_id, account_id=account_id)
        shares = shares_of(choice, payables, practice.minimum_payment_cents)
        known = attempt_at_processor(session, practice_id=desk.practice_id, account_id=account_id)
        if known is not None:
            if not may_close(known, by_link=pay_link, at=now):
                raise OwnPageError("the patient's own page may be open")
            own = known.id == link.attempt_id if link else known.choice != BY_LINK
            same = dict(shares_meant(session, known)) == shares
            # In another language a page is opened anew for the patient, and not for who holds a link.
            same = same and (link is not None or known.language == language)
            same = own and same and is_agreed(session, known, consent)
            return known, same and now - known.created_at < REUSE_LIFE
        if link is not None:
            check_room(session, link, at=now)
        else:
            check_own_room(session, account, at=now)
        card = ask_card(session, account=account, consent=consent, at=now) if consent else None
        attempt = new_attempt(
            session,
            account=account,
            shares=shares,
            choice=choice.kind,
            language=language,
            at=now,
            card_id=card.id if card is not None else None,
        )
        if link is not None:
            link.attempt_id = attempt.id
        work.commit()
        return attempt, True


def _page_of(desk: Desk, attempt: PaymentAttempt) -> str | None:
    """The address of the attempt's page; None when that page turns out to be over."""
    state = known_state(desk, attempt)
    if state is None:
        return None
    if attempt.processor_session is None and not _note_page(desk, attempt, state):
        state = desk.gateway.expire_checkout(str(state.session_id))
    if state.status == "open" and state.url is not None:
        return state.url
    _note_over(desk, attempt, state)
    return None


def _note_page(desk: Desk, attempt: PaymentAttempt, state: Checkout) -> bool:
    """Note an open page on its attempt; False when the attempt was closed while it was opened."""
    with under_lock(desk, attempt) as (work, row):
        if row.status == "created":
            note_page(work.session, row, state, at=desk.clock.now())
        work.commit()
        return row.status in AT_PROCESSOR and row.processor_session == state.session_id


def _close_page(desk: Desk, attempt: PaymentAttempt) -> None:
    """Close an earlier page; when it turns out to be paid, the worker books it and that is told."""
    state = known_state(desk, attempt)
    if state is None:
        return
    if state.status == "open":
        state = desk.gateway.expire_checkout(str(state.session_id))
    _note_over(desk, attempt, state)


def close_page_of(desk: Desk, *, attempt_id: UUID) -> None:
    """Let a page that may still be open take no money any more.

    Raises BeingPaidError, GatewayUnavailableError, GatewayRefusedError.
    """
    with desk.database.reading(desk.practice_id) as session:
        attempt = get_attempt(session, practice_id=desk.practice_id, attempt_id=attempt_id)
    if attempt.status in AT_PROCESSOR:
        _close_page(desk, attempt)


def _note_over(desk: Desk, attempt: PaymentAttempt, state: Checkout) -> None:
    """The page takes no money any more. What it took, if any, only the worker settles.

    Raises BeingPaidError when the page was completed.
    """
    with under_lock(desk, attempt) as (work, row):
        now = desk.clock.now()
        if row.status == "created":
            note_page(work.session, row, state, at=now)
        if state.status == "complete":
            note_return(work.session, row, at=now)
        elif row.status == "redirected":
            expire_attempt(work.session, row, actor=PROCESSOR, at=now)
        work.commit()
    if state.status == "complete":
        raise BeingPaidError(attempt.id)


def came_back(
    desk_database: Database, *, practice_id: int, account_id: UUID, attempt_id: UUID, at: datetime
) -> str:
    """Note that the patient is back from the page, if it still matters. Returns the attempt's status."""
    with desk_database.unit_of_work(practice_id) as work:
        attempt = get_attempt(
            work.session, practice_id=practice_id, attempt_id=attempt_id, account_id=account_id
        )
        waits = attempt.status in AT_PROCESSOR | {"processing"} and attempt.cause is None
        if attempt.returned_at is None and waits:
            note_return(work.session, attempt, at=at)
            work.commit()
        return attempt.status
