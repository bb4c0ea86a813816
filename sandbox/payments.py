"""Paying a session: what happens when somebody presses the button."""

from typing import Literal

from sandbox import charges, debits, objects, saving, taking
from sandbox.banks import BankAccount
from sandbox.cards import AUTHENTICATION_FAILED, USUAL_EXPIRY, Card, Month
from sandbox.events import emit
from sandbox.store import Account, Books, Json

Outcome = Literal["paid", "declined", "authentication", "already_paid", "expired"]


def pay(
    books: Books,
    account: Account,
    checkout: Json,
    card: Card,
    created: int | None = None,
    expires: Month = USUAL_EXPIRY,
) -> Outcome:
    """Try a card on a session. ``created`` (Unix seconds) dates the payment, now by default."""
    with books.lock:
        closed_as = closed(books, account, checkout)
        if closed_as is not None:
            return closed_as
        at = books.now() if created is None else created
        if saves_only(checkout):
            asks = saving.try_card(books, account, checkout, card, expires, at)
        else:
            asks = _try_to_pay(books, account, checkout, card, expires, at)
        if asks:
            _ask_bank(account, checkout)
            return "authentication"
        return "paid" if checkout["status"] == "complete" else "declined"


def debit(
    books: Books, account: Account, checkout: Json, bank: BankAccount, created: int | None = None
) -> Outcome:
    """Agree to a bank debit on a session: the page is done, the money comes later or not at all."""
    with books.lock:
        closed_as = closed(books, account, checkout)
        if closed_as is not None:
            return closed_as
        at = books.now() if created is None else created
        debits.sign(books, account, checkout, _intent(account, checkout, at), bank, at)
        return "paid"


def authenticate(
    books: Books,
    account: Account,
    checkout: Json,
    *,
    confirmed: bool,
    created: int | None = None,
) -> Outcome:
    """The person's answer to their bank's question.

    A late or second answer, when nothing is being asked any more, changes nothing.
    """
    with books.lock:
        closed_as = closed(books, account, checkout)
        if closed_as is not None:
            return closed_as
        if not awaits_authentication(account, checkout):
            return "declined"
        at = books.now() if created is None else created
        if saves_only(checkout):
            (saving.finish if confirmed else saving.refuse)(books, account, checkout, at)
        elif not confirmed:
            _refuse_authentication(books, account, _intent(account, checkout, at), at)
        else:
            _charge(books, account, checkout, at)
        return "paid" if checkout["status"] == "complete" else "declined"


def saves_only(checkout: Json) -> bool:
    """Whether the session saves a card and takes nothing."""
    return bool(checkout["mode"] == "setup")


def expire(books: Books, account: Account, checkout: Json, request: Json | None = None) -> None:
    """Close an open session: nothing can be paid on it any more."""
    checkout.update(status="expired", url=None)
    intent = intent_of(account, checkout)
    if intent is not None:
        intent.update(status="canceled", next_action=None)
    if intent is not None and not saves_only(checkout):
        intent.update(cancellation_reason="expired", canceled_at=books.now())
    emit(books, account, "checkout.session.expired", checkout, request=request)


def expire_due(books: Books) -> None:
    """Close every session whose time is over."""
    with books.lock:
        now = books.now()
        for account, checkout in books.sessions():
            if checkout["status"] == "open" and checkout["expires_at"] <= now:
                expire(books, account, checkout)


def closed(books: Books, account: Account, checkout: Json) -> Outcome | None:
    """What has become of a session that takes no payment any more; None while it is open."""
    if checkout["status"] == "open" and checkout["expires_at"] <= books.now():
        expire(books, account, checkout)
    if checkout["status"] == "open":
        return None
    return "already_paid" if checkout["status"] == "complete" else "expired"


def intent_of(account: Account, checkout: Json) -> Json | None:
    """The session's intent: of a payment if anybody tried to pay yet, or of saving a card."""
    if saves_only(checkout):
        return saving.intent_of(account, checkout)
    return account.objects["payment_intent"].get(checkout["payment_intent"] or "")


def awaits_authentication(account: Account, checkout: Json) -> bool:
    """Whether the bank's question is open."""
    intent = intent_of(account, checkout)
    return intent is not None and intent["status"] == "requires_action"


def authentication_url(checkout: Json) -> str:
    """Where the bank's question is asked."""
    return f"{checkout['url']}/authentication"


def _intent(account: Account, checkout: Json, created: int) -> Json:
    intent = intent_of(account, checkout)
    if intent is None:
        data = account.intent_data.get(checkout["id"], {})
        intent = account.add(objects.payment_intent(checkout, data, created))
        checkout["payment_intent"] = intent["id"]
        account.session_of_intent[intent["id"]] = checkout["id"]
    return intent


def _try_to_pay(
    books: Books, account: Account, checkout: Json, card: Card, expires: Month, at: int
) -> bool:
    """Whether the bank is to be asked first; else the session is complete, or the card was refused."""
    intent = _intent(account, checkout, at)
    intent["payment_method"] = taking.new_method(account, card, expires, at)["id"]
    if card.authenticates:
        intent["status"] = "requires_action"
        return True
    _charge(books, account, checkout, at)
    return False


def _charge(books: Books, account: Account, checkout: Json, at: int) -> None:
    intent = _intent(account, checkout, at)
    refusal = account.card_of_method[intent["payment_method"]].refusal
    if refusal is not None:
        taking.decline(books, account, intent, refusal, at)
        return
    taking.take(books, account, intent, at)
    checkout.update(status="complete", payment_status="paid", url=None)
    checkout["created"] = min(checkout["created"], at)
    emit(books, account, "checkout.session.completed", checkout, created=at)


def _ask_bank(account: Account, checkout: Json) -> None:
    intent = intent_of(account, checkout)
    if intent is not None:
        intent["next_action"] = {
            "type": "redirect_to_url",
            "redirect_to_url": {"url": authentication_url(checkout), "return_url": None},
        }


def _refuse_authentication(books: Books, account: Account, intent: Json, at: int) -> None:
    method = account.objects["payment_method"][intent["payment_method"]]
    error = charges.payment_error(AUTHENTICATION_FAILED, None, method)
    taking.fail(books, account, intent, error, at)
