"""Paying a session: what happens when somebody presses the button."""

from typing import Literal

from sandbox import charges, objects
from sandbox.cards import AUTHENTICATION_FAILED, Card, Refusal
from sandbox.events import emit
from sandbox.store import Account, Books, Json

Outcome = Literal["paid", "declined", "authentication", "already_paid", "expired"]


def pay(
    books: Books, account: Account, checkout: Json, card: Card, created: int | None = None
) -> Outcome:
    """Try a card on a session. ``created`` (Unix seconds) dates the payment, now by default."""
    with books.lock:
        closed_as = closed(books, account, checkout)
        if closed_as is not None:
            return closed_as
        at = books.now() if created is None else created
        intent = _intent(account, checkout, at)
        method = account.add(charges.payment_method(card, at))
        account.card_of_method[method["id"]] = card
        intent["payment_method"] = method["id"]
        if card.authenticates:
            intent["status"] = "requires_action"
            intent["next_action"] = {
                "type": "redirect_to_url",
                "redirect_to_url": {"url": authentication_url(checkout), "return_url": None},
            }
            return "authentication"
        if card.refusal is not None:
            _decline(books, account, intent, card.refusal, at)
            return "declined"
        _succeed(books, account, checkout, intent, at)
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
        intent = _intent(account, checkout, at)
        if not confirmed:
            _refuse_authentication(books, account, intent, at)
            return "declined"
        _succeed(books, account, checkout, intent, at)
        return "paid"


def expire(books: Books, account: Account, checkout: Json, request: Json | None = None) -> None:
    """Close an open session: nothing can be paid on it any more."""
    checkout.update(status="expired", url=None)
    intent = intent_of(account, checkout)
    if intent is not None:
        intent.update(
            status="canceled",
            cancellation_reason="expired",
            canceled_at=books.now(),
            next_action=None,
        )
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
    """The session's intent, if anybody tried to pay yet."""
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


def _succeed(books: Books, account: Account, checkout: Json, intent: Json, at: int) -> None:
    charged = _charge(account, intent, None, at)
    booked = account.add(charges.balance_transaction(charged))
    charged["balance_transaction"] = booked["id"]
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charged["id"],
        next_action=None,
    )
    checkout.update(status="complete", payment_status="paid", url=None)
    checkout["created"] = min(checkout["created"], at)
    emit(books, account, "charge.succeeded", charged, created=at)
    emit(books, account, "payment_intent.succeeded", intent, created=at)
    emit(books, account, "checkout.session.completed", checkout, created=at)


def _charge(account: Account, intent: Json, refusal: Refusal | None, at: int) -> Json:
    card = account.card_of_method[intent["payment_method"]]
    return account.add(charges.charge(intent, card, refusal, created=at))


def _decline(books: Books, account: Account, intent: Json, refusal: Refusal, at: int) -> None:
    method = account.objects["payment_method"][intent["payment_method"]]
    charged = _charge(account, intent, refusal, at)
    intent["latest_charge"] = charged["id"]
    _fail(books, account, intent, charges.payment_error(refusal, charged, method), at)


def _refuse_authentication(books: Books, account: Account, intent: Json, at: int) -> None:
    method = account.objects["payment_method"][intent["payment_method"]]
    error = charges.payment_error(AUTHENTICATION_FAILED, None, method)
    _fail(books, account, intent, error, at)


def _fail(books: Books, account: Account, intent: Json, error: Json, at: int) -> None:
    intent.update(
        status="requires_payment_method",
        last_payment_error=error,
        next_action=None,
        payment_method=None,
    )
    emit(books, account, "payment_intent.payment_failed", intent, created=at)
