"""Payouts in the control API: when money leaves, what the bank says, and what the processor books."""

from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox import payout_objects, payouts
from sandbox.amounts import known_currency
from sandbox.control_fields import ControlError, asked_fields, is_whole
from sandbox.errors import ProcessorError
from sandbox.schedule import INTERVALS
from sandbox.store import Account, Books

_LATEST_ANCHOR = {"weekly": (0, 6), "monthly": (1, 31)}


def add_payouts(control: Blueprint, books: Books) -> None:
    """``/control/payouts``, ``/control/payout/send``, ``/control/payout/end``, ``/control/adjustment``."""

    @control.post("/payouts")
    def schedule_payouts() -> Response:
        """Say when an account's money leaves and what its bank answers; this starts it again, too.

        ``anchor`` is the weekday (0 is Monday) or the day of the month; ``refused`` a reason, or "".
        """
        fields = asked_fields("key", "interval", "anchor", "refused")
        interval, refused = fields.get("interval", "daily"), fields.get("refused", "")
        if interval not in INTERVALS:
            raise ControlError(f"interval must be one of {', '.join(INTERVALS)}.")
        least, most = _LATEST_ANCHOR.get(interval, (0, 0))
        anchor = fields.get("anchor", least)
        if not is_whole(anchor, least, most):
            raise ControlError(f"anchor must be a whole number from {least} to {most}.")
        if refused != "":
            _reason(refused)
        with books.lock:
            found = _account(books, fields).schedule
            found.interval, found.anchor = interval, anchor
            found.stopped, found.refused = False, refused
        return jsonify(interval=interval, anchor=anchor, refused=refused)

    @control.post("/payout/send")
    def send_payouts() -> Response:
        """Send all that an account has, without the days of waiting."""
        with books.lock:
            made = payouts.send_all(books, _account(books, asked_fields("key")))
        return jsonify(payouts=[one["id"] for one in made])

    @control.post("/payout/end")
    def end_payout() -> Response:
        """Let a payout arrive, or come back for a reason: even one that had arrived."""
        fields = asked_fields("payout", "status", "reason")
        reason = fields.get("reason", "")
        if reason != "":
            _reason(reason)
        with books.lock:
            for account in books.accounts.values():
                made = account.objects["payout"].get(str(fields.get("payout", "")))
                if made is not None:
                    break
            else:
                raise ControlError("payout must be the id of a payout of this sandbox.", 404)
            try:
                payouts.end(
                    books, account, made, str(fields.get("status")), books.now(), str(reason)
                )
            except ProcessorError as error:
                raise ControlError(error.message) from None
            return jsonify(payout=made["id"], status=made["status"])

    @control.post("/adjustment")
    def adjust() -> Response:
        """Let the processor book something of its own: ``kind`` is adjustment or stripe_fee."""
        fields = asked_fields("key", "amount", "kind", "description", "currency")
        kind, cents = fields.get("kind", "adjustment"), fields.get("amount")
        if kind not in payout_objects.ADJUSTMENTS:
            raise ControlError(f"kind must be one of {', '.join(payout_objects.ADJUSTMENTS)}.")
        if cents is None or not is_whole(cents, -(10**8), 10**8) or cents == 0:
            raise ControlError("amount must be a whole number of cents, above or below zero.")
        try:
            currency = known_currency(str(fields.get("currency", "eur")), "currency")
        except ProcessorError as error:
            raise ControlError(error.message) from None
        with books.lock:
            account = _account(books, fields)
            words = str(fields.get("description", "Sandbox adjustment"))
            booked = account.add(
                payout_objects.adjustment(int(cents), currency, kind, words, books.now())
            )
            return jsonify(balance_transaction=booked["id"])


def _account(books: Books, fields: dict[str, Any]) -> Account:
    account = books.accounts.get(str(fields.get("key", "")))
    if account is None:
        raise ControlError("key must be the secret key of an account of this sandbox.", 404)
    return account


def _reason(given: object) -> None:
    if given not in payout_objects.REFUSALS:
        raise ControlError(f"reason must be one of {', '.join(payout_objects.REFUSALS)}.")
