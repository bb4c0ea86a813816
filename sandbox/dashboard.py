"""The processor's own pages, as far as a practice needs them here: charges, giving money back, and
what a bank would do: disputing a payment, and ending that."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as BaseResponse

from sandbox import debits, disputes, refunds
from sandbox.banks import Answer
from sandbox.errors import ProcessorError
from sandbox.store import Account, Books, Json
from sandbox.words import money
from shared.base.money import AmountError, parse_amount

_MOST_SHOWN = 50
_ANSWERS: dict[str, Answer] = {"pays": "succeeds", "refuses": "fails"}


def blueprint(books: Books) -> Blueprint:
    """``/prestataire``."""
    pages = Blueprint("dashboard", __name__)

    @pages.get("/prestataire")
    def charges() -> str:
        with books.lock:
            return _page(books)

    @pages.post("/prestataire/<charge_id>/remboursement")
    def give_back(charge_id: str) -> BaseResponse | tuple[str, int]:
        _from_here()
        with books.lock:
            found = _find(books, "charge", charge_id)
            typed = request.form.get("amount", "").strip()
            try:
                params = {"amount": parse_amount(typed)} if typed else {}
                refunds.give_back(books, *found, params)
            except AmountError as error:
                return _page(books, why=str(error), charge_id=charge_id), 422
            except ProcessorError:
                why = "Il ne reste pas autant à rembourser sur ce paiement."
                return _page(books, why=why, charge_id=charge_id), 422
        return redirect(url_for("dashboard.charges"), 303)

    @pages.post("/prestataire/<intent_id>/prelevement")
    def answer_debit(intent_id: str) -> BaseResponse:
        _from_here()
        given = _ANSWERS.get(request.form.get("answer", ""))
        if given is None:
            abort(400)
        with books.lock:
            for account in books.accounts.values():
                for intent in debits.waiting(account):
                    if intent["id"] == intent_id:
                        debits.answer(books, account, intent, given, books.now())
        return redirect(url_for("dashboard.charges"), 303)

    @pages.post("/prestataire/<charge_id>/contestation")
    def contest(charge_id: str) -> BaseResponse | tuple[str, int]:
        _from_here()
        kind = request.form.get("kind", "")
        if kind not in _KINDS:
            abort(422)
        with books.lock:
            account, charge = _find(books, "charge", charge_id)
            try:
                disputes.contest(books, account, charge, inquiry=kind == "inquiry")
            except ProcessorError:
                why = "Ce paiement est déjà contesté."
                return _page(books, why=why, charge_id=charge_id), 422
        return redirect(url_for("dashboard.charges"), 303)

    @pages.post("/prestataire/contestations/<dispute_id>")
    def end_contest(dispute_id: str) -> BaseResponse | tuple[str, int]:
        _from_here()
        end = request.form.get("end", "")
        if end not in _ENDS:
            abort(422)
        with books.lock:
            account, made = _find(books, "dispute", dispute_id)
            try:
                if end == "escalate":
                    disputes.escalate(books, account, made)
                else:
                    status = end.removesuffix("_with_fee")
                    disputes.finish(books, account, made, status, fee_returned=status != end)
            except ProcessorError:
                why = "Cette contestation ne peut plus finir ainsi."
                return _page(books, why=why, charge_id=made["charge"]), 422
        return redirect(url_for("dashboard.charges"), 303)

    return pages


def _from_here() -> None:
    """Another site's form, which the browser names as such, moves no money."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in {"same-origin", "none"}:
        abort(403)


def _find(books: Books, kind: str, name: str) -> tuple[Account, Json]:
    for account in books.accounts.values():
        if name in account.objects[kind]:
            return account, account.objects[kind][name]
    raise NotFound


def _page(books: Books, *, why: str = "", charge_id: str = "") -> str:
    taken = [
        (account, charge)
        for account in books.accounts.values()
        for charge in account.newest_first("charge")
        if charge["status"] == "succeeded"
    ]
    taken.sort(key=lambda pair: pair[1]["created"], reverse=True)
    return render_template(
        "dashboard.html",
        waiting=[
            (intent["id"], money(intent["amount"], intent["currency"], "fr"))
            for account in books.accounts.values()
            for intent in debits.waiting(account)
        ],
        charges=[_shown(*pair) for pair in taken[:_MOST_SHOWN]],
        why=why,
        wrong=charge_id,
        typed=request.form.get("amount", ""),
    )


def _shown(account: Account, charge: Json) -> dict[str, Any]:
    currency = charge["currency"]
    contested = disputes.of_charge(account, charge["id"])
    taken = any(map(disputes.takes, contested))
    left = 0 if taken else charge["amount"] - charge["amount_refunded"]
    return {
        "id": charge["id"],
        "at": datetime.fromtimestamp(charge["created"], UTC),
        "amount": money(charge["amount"], currency, "fr"),
        "left": money(left, currency, "fr") if left else "",
        "refunds": [
            (
                datetime.fromtimestamp(refund["created"], UTC),
                money(refund["amount"], currency, "fr"),
                _STATES[refund["status"]],
            )
            for refund in refunds.of_charge(account, charge["id"])
        ],
        "contested": taken,
        "disputes": [
            {
                "id": made["id"],
                "at": datetime.fromtimestamp(made["created"], UTC),
                "amount": money(made["amount"], currency, "fr"),
                "state": _DISPUTE_STATES[made["status"]],
                "ends": [(end, word) for end, word in _ENDS.items() if _may_end(made, end)],
            }
            for made in contested
        ],
        "kinds": list(_KINDS.items()),
    }


def _may_end(made: Json, end: str) -> bool:
    if end == "escalate":
        return bool(made["status"].startswith("warning_") and made["status"] != "warning_closed")
    return end.removesuffix("_with_fee") in disputes.ENDS.get(made["status"], ())


_STATES = {"succeeded": "remboursé", "pending": "en cours", "failed": "non abouti"}
_KINDS = {
    "dispute": "La banque reprend l’argent",
    "inquiry": "La banque pose d’abord des questions",
}
_DISPUTE_STATES = {
    "warning_needs_response": "la banque pose des questions",
    "warning_under_review": "la banque lit la réponse",
    "warning_closed": "questions closes, rien n’a bougé",
    "needs_response": "contesté, l’argent est repris, une réponse est attendue",
    "under_review": "contesté, l’argent est repris, la banque lit la réponse",
    "won": "contestation gagnée, l’argent est revenu",
    "lost": "contestation perdue",
}
_ENDS = {
    "won": "Gagnée",
    "won_with_fee": "Gagnée, frais rendus",
    "lost": "Perdue",
    "warning_closed": "Questions closes",
    "escalate": "La banque reprend l’argent",
}
