"""Sessions that save a card and take nothing."""

from sandbox import charges
from sandbox.cards import AUTHENTICATION_FAILED, Card, Month, Refusal
from sandbox.events import emit
from sandbox.store import Account, Books, Json
from sandbox.taking import attach, new_method


def intent_of(account: Account, checkout: Json) -> Json:
    """The session's setup intent, which is there from the first."""
    return account.objects["setup_intent"][checkout["setup_intent"]]


def try_card(
    books: Books, account: Account, checkout: Json, card: Card, expires: Month, at: int
) -> bool:
    """Try to save a card; whether the bank is to be asked first (``status`` tells the rest)."""
    intent = intent_of(account, checkout)
    method = new_method(account, card, expires, at)
    intent["payment_method"] = method["id"]
    if card.authenticates:
        intent["status"] = "requires_action"
        return True
    if not card.can_be_saved and card.refusal is not None:
        _fail(books, account, intent, card.refusal, method, at)
    else:
        finish(books, account, checkout, at)
    return False


def finish(books: Books, account: Account, checkout: Json, at: int) -> None:
    """The card is kept, and the session is done."""
    intent = intent_of(account, checkout)
    method = account.objects["payment_method"][intent["payment_method"]]
    intent.update(status="succeeded", last_setup_error=None, next_action=None)
    checkout.update(status="complete", url=None)
    attach(books, account, method, intent["customer"], at)
    emit(books, account, "setup_intent.succeeded", intent, created=at)
    emit(books, account, "checkout.session.completed", checkout, created=at)


def refuse(books: Books, account: Account, checkout: Json, at: int) -> None:
    """The person did not confirm it with the bank."""
    intent = intent_of(account, checkout)
    method = account.objects["payment_method"][intent["payment_method"]]
    _fail(books, account, intent, AUTHENTICATION_FAILED, method, at)


def _fail(
    books: Books, account: Account, intent: Json, refusal: Refusal, method: Json, at: int
) -> None:
    intent.update(
        status="requires_payment_method",
        last_setup_error=charges.payment_error(refusal, None, method)
        | {"code": refusal.code, "type": "card_error"},
        next_action=None,
        payment_method=None,
    )
    emit(books, account, "setup_intent.setup_failed", intent, created=at)
