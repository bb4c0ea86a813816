"""Disputes in the control API: opened, made worse and ended at will."""

from flask import Blueprint, Response, jsonify

from sandbox import dispute_objects, disputes
from sandbox.control_fields import ControlError, asked_fields, is_whole, paid_charge
from sandbox.errors import ProcessorError
from sandbox.store import Account, Books, Json


def add_disputes(control: Blueprint, books: Books) -> None:
    """``/control/dispute``, ``/control/dispute/escalate`` and ``/control/dispute/end``."""

    @control.post("/dispute")
    def dispute() -> Response:
        """A bank disputes a payment; an ``inquiry`` moves no money."""
        fields = asked_fields("payment_intent", "reason", "inquiry", "amount")
        reason, inquiry = fields.get("reason", "fraudulent"), fields.get("inquiry", False)
        if reason not in dispute_objects.REASONS:
            raise ControlError(f"reason must be one of {', '.join(dispute_objects.REASONS)}.")
        _boolean("inquiry", inquiry)
        if not is_whole(fields.get("amount", 1), 1, 10**8):
            raise ControlError("amount must be a whole number of cents.")
        with books.lock:
            account, charge = paid_charge(books, str(fields.get("payment_intent", "")))
            try:
                made = disputes.contest(
                    books,
                    account,
                    charge,
                    reason=reason,
                    inquiry=inquiry,
                    amount=fields.get("amount"),
                )
            except ProcessorError as error:
                raise ControlError(error.message) from None
            return _shown(made)

    @control.post("/dispute/escalate")
    def escalate() -> Response:
        """A bank that only asked takes the money."""
        fields = asked_fields("dispute")
        with books.lock:
            account, made = _dispute(books, str(fields.get("dispute", "")))
            try:
                disputes.escalate(books, account, made)
            except ProcessorError as error:
                raise ControlError(error.message) from None
            return _shown(made)

    @control.post("/dispute/end")
    def end() -> Response:
        """End a dispute: won (with the fee if ``fee_returned``), lost, or warning_closed; ``reinstated``
        cents come back, where it is not all that was won and nothing that was lost."""
        fields = asked_fields("dispute", "status", "fee_returned", "reinstated")
        fee_returned = fields.get("fee_returned", False)
        _boolean("fee_returned", fee_returned)
        if not is_whole(fields.get("reinstated", 0), 0, 10**8):
            raise ControlError("reinstated must be a whole number of cents.")
        with books.lock:
            account, made = _dispute(books, str(fields.get("dispute", "")))
            try:
                disputes.finish(
                    books,
                    account,
                    made,
                    str(fields.get("status", "")),
                    fee_returned=fee_returned,
                    reinstated=fields.get("reinstated"),
                )
            except ProcessorError as error:
                raise ControlError(error.message) from None
            return _shown(made)


def _dispute(books: Books, dispute_id: str) -> tuple[Account, Json]:
    for account in books.accounts.values():
        made = account.objects["dispute"].get(dispute_id)
        if made is not None:
            return account, made
    raise ControlError("dispute must be the id of a dispute of this sandbox.", 404)


def _boolean(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise ControlError(f"{name} must be true or false.")


def _shown(made: Json) -> Response:
    return jsonify(
        dispute=made["id"],
        status=made["status"],
        withdrawn=disputes.withdrawn(made),
        fees=disputes.fees(made),
    )
