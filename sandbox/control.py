"""The control API, for tests and for the demo's history; JSON in, JSON out."""

from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox import banks, cards, debits, disputes, payments, payouts, refunds
from sandbox.clock import CLOCK
from sandbox.control_account import add_account
from sandbox.control_disputes import add_disputes
from sandbox.control_fields import ControlError, asked_fields, is_whole, paid_charge, seconds
from sandbox.control_keys import add_keys
from sandbox.control_payouts import add_payouts
from sandbox.errors import ProcessorError
from sandbox.messages import Inbox
from sandbox.store import Account, Books, Json
from sandbox.webhooks import ORDERS

_LONGEST_DELAY_SECONDS = 30


def blueprint(books: Books, inbox: Inbox) -> Blueprint:
    """Everything below ``/control``."""
    control = Blueprint("control", __name__, url_prefix="/control")

    @control.errorhandler(ControlError)
    def refuse(error: ControlError) -> tuple[Response, int]:
        return jsonify(error=str(error)), error.status

    @control.get("/ledger")
    def ledger() -> Response:
        """Per key: what was really charged."""
        with books.lock:
            return jsonify({key: _charged(account) for key, account in books.accounts.items()})

    @control.post("/pay")
    def pay() -> Response:
        """Pay a session without a browser; ``created`` dates it back."""
        fields = asked_fields("session", "card", "created", "authentication")
        with books.lock:
            account, checkout = _session(books, fields)
            card = cards.find(str(fields.get("card", cards.SUCCESS.number)))
            if card is None:
                raise ControlError("card must be one of the published test numbers.")
            created = fields.get("created")
            if created is not None and not is_whole(created, 0, books.now()):
                raise ControlError("created must be a Unix time that is not in the future.")
            answer = fields.get("authentication")
            if answer not in {None, "confirm", "refuse"}:
                raise ControlError("authentication must be confirm or refuse.")
            outcome = payments.pay(books, account, checkout, card, created)
            if outcome == "authentication" and answer is not None:
                outcome = payments.authenticate(
                    books, account, checkout, confirmed=answer == "confirm", created=created
                )
            intent = payments.intent_of(account, checkout) or {}
            return jsonify(
                outcome=outcome,
                session=checkout["id"],
                payment_intent=None if payments.saves_only(checkout) else intent.get("id"),
                charge=intent.get("latest_charge"),
            )

    @control.post("/debit")
    def debit() -> Response:
        """Agree to a bank debit on a session, by one of the published test IBANs."""
        fields = asked_fields("session", "iban")
        with books.lock:
            account, checkout = _session(books, fields)
            bank = banks.find(str(fields.get("iban", banks.USUAL.iban)))
            if bank is None:
                raise ControlError("iban must be one of the published test accounts.")
            if not debits.takes_debits(checkout):
                raise ControlError("This session takes no bank debit.")
            outcome = payments.debit(books, account, checkout, bank)
            return jsonify(outcome=outcome, payment_intent=checkout["payment_intent"])

    @control.post("/debit/answer")
    def answer_debit() -> Response:
        """Let the bank answer now: ``answer`` is succeeds or fails."""
        fields = asked_fields("payment_intent", "answer")
        given = fields.get("answer")
        if given not in {"succeeds", "fails"}:
            raise ControlError("answer must be succeeds or fails.")
        with books.lock:
            for account in books.accounts.values():
                for intent in debits.waiting(account):
                    if intent["id"] == fields.get("payment_intent"):
                        debits.answer(books, account, intent, given, books.now())
                        return jsonify(status=intent["status"])
        raise ControlError("payment_intent must be the id of a debit that waits.", 404)

    @control.post("/refund")
    def refund() -> Response:
        """Give money back as the practice does in the processor's own pages; ``status`` may be pending."""
        fields = asked_fields("payment_intent", "amount", "status")
        status = fields.pop("status", "succeeded")
        if status not in {"succeeded", "pending"}:
            raise ControlError("status must be succeeded or pending.")
        if not is_whole(fields.get("amount", 1), 1, 10**8):
            raise ControlError("amount must be a whole number of cents.")
        with books.lock:
            account, charge = paid_charge(books, str(fields.get("payment_intent", "")))
            try:
                made = refunds.give_back(books, account, charge, fields, status=status)
            except ProcessorError as error:
                raise ControlError(error.message) from None
            return jsonify(refund=made["id"], status=made["status"], amount=made["amount"])

    @control.post("/refunds")
    def refunds_asked() -> Response:
        """What becomes from now on of refunds that are asked for by the API."""
        end = asked_fields("end").get("end")
        if end not in {"succeeded", "pending", "balance_insufficient"}:
            raise ControlError("end must be succeeded, pending or balance_insufficient.")
        books.refunds_end = end
        return jsonify(end=end)

    @control.post("/refund/end")
    def end_refund() -> Response:
        """Let a refund that waits succeed, or let one fail."""
        fields = asked_fields("refund", "status")
        with books.lock:
            for account in books.accounts.values():
                made = account.objects["refund"].get(str(fields.get("refund", "")))
                if made is not None:
                    break
            else:
                raise ControlError("refund must be the id of a refund of this sandbox.", 404)
            edge = (made["status"], fields.get("status"))
            if edge not in {
                ("pending", "succeeded"),
                ("pending", "failed"),
                ("succeeded", "failed"),
            }:
                raise ControlError(f"A refund that is {made['status']} can't end so.")
            refunds.end(books, account, made, status=str(fields["status"]))
            return jsonify(refund=made["id"], status=made["status"])

    add_account(control, books)
    add_disputes(control, books)
    add_keys(control, books)
    add_payouts(control, books)

    @control.post("/expire")
    def expire() -> Response:
        """Bring a session's ``expires_at`` to now; the clock does the rest."""
        with books.lock:
            account, checkout = _session(books, asked_fields("session"))
            checkout["expires_at"] = min(checkout["expires_at"], books.now())
            payments.closed(books, account, checkout)
            return jsonify(session=checkout["id"], status=checkout["status"])

    @control.post("/webhooks")
    def webhooks() -> Response:
        """Hold deliveries back, or let them go: as they were posted, reversed or shuffled."""
        fields = asked_fields("deliver", "order")
        deliver, order = fields.get("deliver"), fields.get("order", ORDERS[0])
        if not isinstance(deliver, bool):
            raise ControlError("deliver must be true or false.")
        if order not in ORDERS:
            raise ControlError(f"order must be one of {', '.join(ORDERS)}.")
        if deliver:
            books.courier.release(order)
        else:
            books.courier.hold()
        return jsonify(deliver=deliver, waiting=books.courier.waiting)

    @control.post("/delay")
    def delay() -> Response:
        """Let every API answer wait so many seconds after the deed is done."""
        asked = asked_fields("seconds").get("seconds")
        books.delay_seconds = seconds(asked, _LONGEST_DELAY_SECONDS)
        return jsonify(seconds=asked)

    @control.post("/clock")
    def clock() -> Response:
        """Go to a Unix time, for what is created from now on; null is the machine's time again."""
        instant = asked_fields("now").get("now")
        if instant is not None and not is_whole(instant, 0, 2**32):
            raise ControlError("now must be a Unix time, or null.")
        with books.lock:
            CLOCK.set_to(instant)
            debits.answer_due(books)
            payouts.pay_due(books)
        return jsonify(now=books.now())

    @control.get("/messages")
    def messages() -> Response:
        """Everything that phone and mailbox got, newest first."""
        return jsonify([message.as_json() for message in inbox.newest_first()])

    return control


def _session(books: Books, fields: dict[str, Any]) -> tuple[Account, Json]:
    found = books.find_session(str(fields.get("session", "")))
    if found is None:
        raise ControlError("session must be the id of a Checkout Session of this sandbox.", 404)
    return found


def _charged(account: Account) -> list[Json]:
    rows = []
    for charge in account.objects["charge"].values():
        if charge["status"] != "succeeded":
            continue
        session_id = account.session_of_intent.get(charge["payment_intent"])
        checkout = account.objects["checkout.session"].get(session_id or "", {})
        contested = disputes.of_charge(account, charge["id"])
        rows.append(
            {
                "amount": charge["amount"],
                "charge": charge["id"],
                "client_reference_id": checkout.get("client_reference_id"),
                "created": charge["created"],
                "currency": charge["currency"],
                "dispute_fees": sum(map(disputes.fees, contested)),
                "disputed": sum(map(disputes.withdrawn, contested)),
                "metadata": charge["metadata"],
                "payment_intent": charge["payment_intent"],
                "refunded": sum(
                    refund["amount"]
                    for refund in refunds.of_charge(account, charge["id"])
                    if refund["status"] == "succeeded"
                ),
                "session": session_id,
            }
        )
    return rows
