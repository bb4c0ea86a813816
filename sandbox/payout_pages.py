"""Payouts for people: what is held, what is on its way to the practice's bank, what the bank says."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from sandbox import payouts
from sandbox.errors import ProcessorError
from sandbox.own_forms import refuse_other_sites
from sandbox.store import Account, Books, Json
from sandbox.words import money

_MOST_SHOWN = 30


def blueprint(books: Books) -> Blueprint:
    """``/prestataire/virements``."""
    pages = Blueprint("payout_pages", __name__, url_prefix="/prestataire/virements")

    pages.before_request(refuse_other_sites)

    @pages.get("")
    def show() -> str:
        with books.lock:
            held = [a for a in books.accounts.values() if a.objects["balance_transaction"]]
            return render_template("payouts.html", accounts=[_shown(books, a) for a in held])

    @pages.post("/<account_id>/envoyer")
    def send(account_id: str) -> BaseResponse:
        with books.lock:
            payouts.send_all(books, _account(books, account_id))
        return redirect(url_for("payout_pages.show"), 303)

    @pages.post("/<account_id>/<payout_id>")
    def end(account_id: str, payout_id: str) -> BaseResponse:
        status = request.form.get("end", "")
        with books.lock:
            account = _account(books, account_id)
            made = account.objects["payout"].get(payout_id)
            if made is None:
                raise NotFound
            try:
                payouts.end(books, account, made, status, books.now())
            except ProcessorError:
                abort(422)
        return redirect(url_for("payout_pages.show"), 303)

    return pages


def _account(books: Books, account_id: str) -> Account:
    for account in books.accounts.values():
        if account.id == account_id:
            return account
    raise NotFound


def _shown(books: Books, account: Account) -> dict[str, Any]:
    held = payouts.sums(account, books.now())
    return {
        "id": account.id,
        "available": [money(c, currency, "fr") for currency, c in held["available"].items()],
        "pending": [money(c, currency, "fr") for currency, c in held["pending"].items()],
        "leaves": any(cents for part in held.values() for cents in part.values()),
        "stopped": account.schedule.stopped,
        "payouts": [_line(made) for made in account.newest_first("payout")[:_MOST_SHOWN]],
    }


def _line(made: Json) -> dict[str, Any]:
    return {
        "id": made["id"],
        "at": datetime.fromtimestamp(made["created"], UTC),
        "amount": money(made["amount"], made["currency"], "fr"),
        "state": _STATES[made["status"]],
        "ends": [(end, _ENDS[end]) for end in payouts.ENDS.get(made["status"], ())],
    }


_STATES = {"in_transit": "en route", "paid": "arrivé", "failed": "revenu, la banque l’a refusé"}
_ENDS = {"paid": "La banque le reçoit", "failed": "La banque le refuse"}
