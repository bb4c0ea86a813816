"""Money taken from a card, or not, and cards kept for later: what both ways of charging share."""

from datetime import UTC, datetime

from sandbox import charges, disputes
from sandbox.cards import Card, Month, Refusal
from sandbox.events import emit
from sandbox.store import Account, Books, Json


def new_method(account: Account, card: Card, expires: Month, at: int) -> Json:
    """What was typed becomes a payment method, of nobody yet."""
    method = account.add(charges.payment_method(card, expires, at))
    account.card_of_method[method["id"]] = card
    return method


def take(books: Books, account: Account, intent: Json, at: int) -> None:
    """The bank gives the money."""
    method = account.objects["payment_method"][intent["payment_method"]]
    charged = account.add(charges.charge(intent, method, None, created=at))
    booked = account.add(charges.balance_transaction(charged, at))
    charged["balance_transaction"] = booked["id"]
    intent.update(
        status="succeeded",
        amount_received=intent["amount"],
        last_payment_error=None,
        latest_charge=charged["id"],
        next_action=None,
    )
    if intent["setup_future_usage"] is not None and method["customer"] is None:
        attach(books, account, method, intent["customer"], at)
    emit(books, account, "charge.succeeded", charged, created=at)
    emit(books, account, "payment_intent.succeeded", intent, created=at)
    contested = account.card_of_method[method["id"]].contested
    if contested:
        disputes.contest(books, account, charged, inquiry=contested == "inquiry")


def decline(books: Books, account: Account, intent: Json, refusal: Refusal, at: int) -> None:
    """The bank does not give it; the intent waits for another card."""
    method = account.objects["payment_method"][intent["payment_method"]]
    charged = account.add(charges.charge(intent, method, refusal, created=at))
    intent["latest_charge"] = charged["id"]
    fail(books, account, intent, charges.payment_error(refusal, charged, method), at)


def fail(books: Books, account: Account, intent: Json, error: Json, at: int) -> None:
    """The intent is back where it was, with the reason."""
    intent.update(
        status="requires_payment_method",
        last_payment_error=error,
        next_action=None,
        payment_method=None,
    )
    emit(books, account, "payment_intent.payment_failed", intent, created=at)


def attach(books: Books, account: Account, method: Json, customer: str, at: int) -> None:
    """Keep a card for a customer."""
    method["customer"] = customer
    account.once_attached.add(method["id"])
    emit(books, account, "payment_method.attached", method, created=at)


def has_expired(method: Json, at: int) -> bool:
    """Whether the card's last month is over."""
    card, now = method["card"], datetime.fromtimestamp(at, UTC)
    return Month(card["exp_year"], card["exp_month"]) < Month(now.year, now.month)
