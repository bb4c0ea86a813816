"""The control API, for tests and for the demo's history; JSON in, JSON out."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from sandbox import cards, payments
from sandbox.clock import CLOCK
from sandbox.messages import Inbox
from sandbox.store import Account, Books, Json
from shared.base.errors import ArdoiseError

_LONGEST_DELAY_SECONDS = 30


class ControlError(ArdoiseError):
    """A control request that cannot be carried out; the text says what to send instead."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


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
        fields = _fields("session", "card", "created", "authentication")
        with books.lock:
            account, checkout = _session(books, fields)
            card = cards.find(str(fields.get("card", cards.SUCCESS.number)))
            if card is None:
                raise ControlError("card must be one of the published test numbers.")
            created = fields.get("created")
            if created is not None and not _whole(created, 0, books.now()):
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

    @control.post("/expire")
    def expire() -> Response:
        """Bring a session's ``expires_at`` to now; the clock does the rest."""
        with books.lock:
            account, checkout = _session(books, _fields("session"))
            checkout["expires_at"] = min(checkout["expires_at"], books.now())
            payments.closed(books, account, checkout)
            return jsonify(session=checkout["id"], status=checkout["status"])

    @control.post("/webhooks")
    def webhooks() -> Response:
        """Hold deliveries back, or let them go."""
        deliver = _fields("deliver").get("deliver")
        if not isinstance(deliver, bool):
            raise ControlError("deliver must be true or false.")
        if deliver:
            books.courier.release()
        else:
            books.courier.hold()
        return jsonify(deliver=deliver, waiting=books.courier.waiting)

    @control.post("/delay")
    def delay() -> Response:
        """Let every API answer wait so many seconds after the deed is done."""
        seconds = _fields("seconds").get("seconds")
        if isinstance(seconds, bool) or not isinstance(seconds, int | float):
            raise ControlError("seconds must be a number.")
        if not 0 <= seconds <= _LONGEST_DELAY_SECONDS:
            raise ControlError(f"seconds must lie between 0 and {_LONGEST_DELAY_SECONDS}.")
        books.delay_seconds = float(seconds)
        return jsonify(seconds=seconds)

    @control.post("/clock")
    def clock() -> Response:
        """Go to a Unix time, for what is created from now on; null is the machine's time again."""
        instant = _fields("now").get("now")
        if instant is not None and not _whole(instant, 0, 2**32):
            raise ControlError("now must be a Unix time, or null.")
        CLOCK.set_to(instant)
        return jsonify(now=books.now())

    @control.get("/messages")
    def messages() -> Response:
        """Everything that phone and mailbox got, newest first."""
        return jsonify([message.as_json() for message in inbox.newest_first()])

    return control


def _fields(*known: str) -> dict[str, Any]:
    """The JSON object that was sent. Asking for JSON keeps other sites' forms out."""
    fields = request.get_json(silent=True)
    if not isinstance(fields, dict):
        raise ControlError("Send a JSON object with Content-Type: application/json.", 400)
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise ControlError(f"Unknown field {unknown[0]}; known are {', '.join(known)}.")
    return fields


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
        rows.append(
            {
                "amount": charge["amount"],
                "charge": charge["id"],
                "client_reference_id": checkout.get("client_reference_id"),
                "created": charge["created"],
                "currency": charge["currency"],
                "metadata": charge["metadata"],
                "payment_intent": charge["payment_intent"],
                "session": session_id,
            }
        )
    return rows


def _whole(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
