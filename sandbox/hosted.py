"""The hosted payment page: French or English, plain forms, no script."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from sandbox import banks, cards, debits, payments
from sandbox.headers import policy
from sandbox.store import Account, Books, Json
from sandbox.words import LANGUAGES, SAVING, WORDS, money

Act = Callable[[Books, Account, Json], BaseResponse]

_EXPIRY = re.compile(r"(0[1-9]|1[0-2]) ?/ ?(\d{2})")
_CVC = re.compile(r"\d{3}")
_PREFILLED = {"card": cards.SUCCESS.spaced, "expiry": "12/34", "cvc": "123"}


def blueprint(books: Books) -> Blueprint:
    """``/pay/<session id>`` and the bank's question below it."""
    hosted = Blueprint("hosted", __name__)

    def rule(path: str, name: str, method: str, act: Act) -> None:
        def view(session_id: str) -> BaseResponse:
            with books.lock:
                found = books.find_session(session_id)
                return _unknown() if found is None else act(books, *found)

        hosted.add_url_rule(path, name, view, methods=[method])

    rule("/pay/<session_id>", "show", "GET", _show)
    rule("/pay/<session_id>", "pay", "POST", _pay)
    rule("/pay/<session_id>/debit", "debit", "POST", _debit)
    rule("/pay/<session_id>/authentication", "question", "GET", _question)
    rule("/pay/<session_id>/authentication", "answer", "POST", _answer)
    return hosted


def _show(books: Books, account: Account, checkout: Json) -> BaseResponse:
    closed = payments.closed(books, account, checkout)
    if closed is not None:
        return _closed(checkout, closed)
    return _form(account, checkout, declined=_refusal(account, checkout))


def _pay(books: Books, account: Account, checkout: Json) -> BaseResponse:
    closed = payments.closed(books, account, checkout)
    if closed is not None:
        return _after(checkout, closed)
    typed = {name: request.form.get(name, "").strip() for name in _PREFILLED}
    card = cards.find(typed["card"])
    faults = _faults(typed, card, books.now())
    if card is None or faults:
        return _form(account, checkout, typed=typed, faults=faults)
    expires = _month(typed["expiry"])
    return _after(checkout, payments.pay(books, account, checkout, card, expires=expires))


def _debit(books: Books, account: Account, checkout: Json) -> BaseResponse:
    closed = payments.closed(books, account, checkout)
    if closed is not None:
        return _after(checkout, closed)
    if not debits.takes_debits(checkout):
        return _to("hosted.show", checkout)
    bank = banks.find(request.form.get("iban", ""))
    if bank is None:
        return _form(account, checkout, faults={"iban": "bad_iban"})
    return _after(checkout, payments.debit(books, account, checkout, bank))


def _question(books: Books, account: Account, checkout: Json) -> BaseResponse:
    payments.closed(books, account, checkout)
    if not payments.awaits_authentication(account, checkout):
        return _to("hosted.show", checkout)
    intent = payments.intent_of(account, checkout) or {}
    last4 = account.card_of_method[intent["payment_method"]].last4
    return _page("authentication.html", checkout, last4=last4)


def _answer(books: Books, account: Account, checkout: Json) -> BaseResponse:
    confirmed = request.form.get("answer") == "confirm"
    return _after(checkout, payments.authenticate(books, account, checkout, confirmed=confirmed))


def _faults(typed: dict[str, str], card: cards.Card | None, now: int) -> dict[str, str]:
    """Per field, the word to say; empty when all is well."""
    faults = {}
    if card is None:
        faults["card"] = "bad_number"
    expiry = _EXPIRY.fullmatch(typed["expiry"])
    if expiry is None:
        faults["expiry"] = "bad_expiry"
    elif _month(typed["expiry"]) < _present(now):
        faults["expiry"] = "past_expiry"
    if not _CVC.fullmatch(typed["cvc"]):
        faults["cvc"] = "bad_cvc"
    return faults


def _month(typed: str) -> cards.Month:
    found = _EXPIRY.fullmatch(typed)
    return cards.Month(2000 + int(found[2]), int(found[1])) if found else cards.USUAL_EXPIRY


def _present(now: int) -> cards.Month:
    today = datetime.fromtimestamp(now, UTC)
    return cards.Month(today.year, today.month)


def _after(checkout: Json, outcome: payments.Outcome) -> BaseResponse:
    match outcome:
        case "paid" | "already_paid":
            return redirect(_success_url(checkout), 303)
        case "authentication":
            return _to("hosted.question", checkout)
    return _to("hosted.show", checkout)


def _to(endpoint: str, checkout: Json) -> BaseResponse:
    lang = request.args.get("lang")
    return redirect(url_for(endpoint, session_id=checkout["id"], lang=lang), 303)


def _success_url(checkout: Json) -> str:
    url: str = checkout["success_url"]
    return url.replace("{CHECKOUT_SESSION_ID}", checkout["id"])


def _refusal(account: Account, checkout: Json) -> str | None:
    """Why the last try failed, as a word; None when there was none."""
    intent = payments.intent_of(account, checkout)
    error = intent and intent.get("last_payment_error", intent.get("last_setup_error"))
    if not error:
        return None
    code: str = error.get("decline_code") or error["code"]
    return code if code in WORDS["fr"] else error["code"]


def _form(
    account: Account,
    checkout: Json,
    *,
    typed: dict[str, str] | None = None,
    faults: dict[str, str] | None = None,
    declined: str | None = None,
) -> Response:
    fields = dict(typed or _PREFILLED)
    if faults and "card" in faults:
        # It may be a real one: not a digit of it goes back.
        fields["card"] = ""
    response = _page(
        "pay.html",
        checkout,
        typed=fields,
        faults=faults or {},
        declined=declined,
        cards=[(card.spaced, _effect(card)) for card in cards.CARDS.values()],
        banks=[(bank.spaced, _effect_of(bank)) for bank in banks.BANK_ACCOUNTS.values()]
        if debits.takes_debits(checkout)
        else [],
        items=account.line_items[checkout["id"]],
    )
    response.status_code = 422 if faults else 200
    return response


def _effect(card: cards.Card) -> str:
    if card.authenticates and card.refusal is not None:
        return "does_authentication_refused"
    if card.always_asks:
        return "does_authentication_always"
    if card.authenticates:
        return "does_authentication"
    if card.attaches:
        return "does_saved_refused"
    if card.refusal is None:
        return f"does_{card.contested}" if card.contested else "does_success"
    known = f"does_{card.refusal.decline_code}"
    return known if known in WORDS["fr"] else f"does_{card.refusal.code}"


def _effect_of(bank: banks.BankAccount) -> str:
    return f"does_debit_{bank.answer}" + ("_at_once" if bank.at_once else "")


def _closed(checkout: Json, outcome: payments.Outcome) -> Response:
    if outcome == "already_paid":
        return _page("closed.html", checkout, why="already", onward=_success_url(checkout))
    response = _page("closed.html", checkout, why="expired", onward=checkout["cancel_url"])
    response.status_code = 410
    return response


def _unknown() -> Response:
    response = _page("closed.html", None, why="unknown", onward=None)
    response.status_code = 404
    return response


def _page(template: str, checkout: Json | None, **context: Any) -> Response:
    language = _language(checkout)
    saves = checkout is not None and payments.saves_only(checkout)
    total = (
        money(checkout["amount_total"], checkout["currency"], language)
        if checkout and not saves
        else None
    )
    response = make_response(
        render_template(
            template,
            lang=language,
            other_lang=next(other for other in LANGUAGES if other != language),
            say=WORDS[language] | (SAVING[language] if saves else {}),
            total=total,
            money=money,
            checkout=checkout,
            **context,
        )
    )
    # Browsers hold a form's redirects against form-action too.
    ways_out = (checkout["success_url"], checkout["cancel_url"]) if checkout else ()
    origins = sorted({_origin(url) for url in ways_out if url})
    response.headers["Content-Security-Policy"] = policy(*origins)
    return response


def _origin(url: str) -> str:
    address = urlsplit(url)
    return f"{address.scheme}://{address.netloc}"


def _language(checkout: Json | None) -> str:
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        return chosen
    locale = (checkout and checkout["locale"]) or "auto"
    if locale == "auto":
        return request.accept_languages.best_match(LANGUAGES) or "fr"
    return "fr" if locale.startswith("fr") else "en"
