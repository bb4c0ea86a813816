"""The control API's mischief: what is done to webhooks and to calls, and what was refused."""

from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify

from sandbox.control_fields import ControlError, asked_fields, is_whole, seconds
from sandbox.endpoints import ENDPOINTS
from sandbox.mischief import OF_CALLS, OF_WEBHOOKS, SILENCE_SECONDS, Fault, Prank
from sandbox.store import Books

MOST_TIMES = 1000
LONGEST_DELAY_SECONDS = 3600
LONGEST_SILENCE_SECONDS = 60
NONE = "none"


def blueprint(books: Books) -> Blueprint:
    """``/control/mischief``, ``/control/faults`` and ``/control/refusals``."""
    control = Blueprint("control_mischief", __name__, url_prefix="/control")

    @control.errorhandler(ControlError)
    def refuse(error: ControlError) -> tuple[Response, int]:
        return jsonify(error=str(error)), error.status

    @control.get("/mischief")
    def show() -> Response:
        """What is under way."""
        pranks, faults = books.mischief.told()
        return jsonify(webhooks=[*map(asdict, pranks)], calls=[*map(asdict, faults)])

    @control.post("/mischief")
    def play() -> Response:
        """Do something to the webhooks of what happens from now on; ``none`` leaves them alone."""
        given = asked_fields("kind", "key", "times", "seconds")
        key = _key(given)
        if given.get("kind") == NONE:
            books.mischief.calm(key)
        else:
            kind = _one_of(given, OF_WEBHOOKS)
            wait = seconds(given.get("seconds", 0), LONGEST_DELAY_SECONDS)
            books.mischief.play(Prank(kind, key, _times(given), wait))
        return show()

    @control.post("/faults")
    def break_for() -> Response:
        """Let the next calls of an endpoint go wrong; ``none`` forgets what was to come."""
        given = asked_fields("kind", "key", "endpoint", "times", "seconds")
        key = _key(given)
        if given.get("kind") == NONE:
            books.mischief.mend(key)
            return show()
        kind, endpoint = _one_of(given, OF_CALLS), given.get("endpoint", "*")
        if endpoint != "*" and endpoint not in ENDPOINTS:
            raise ControlError("endpoint must be *, or one such as GET /v1/payment_intents/{id}.")
        silence = seconds(given.get("seconds", SILENCE_SECONDS), LONGEST_SILENCE_SECONDS)
        books.mischief.break_for(Fault(kind, endpoint, key, _times(given), silence))
        return show()

    @control.get("/refusals")
    def refusals() -> Response:
        """The latest requests that were wrong in themselves, the oldest first."""
        with books.lock:
            return jsonify(list(books.refusals))

    return control


def _key(given: dict[str, Any]) -> str:
    key = given.get("key", "")
    if not isinstance(key, str):
        raise ControlError("key must be the secret key of an account, or be left out for all.")
    return key


def _one_of(given: dict[str, Any], known: tuple[str, ...]) -> str:
    if given.get("kind") not in known:
        raise ControlError(f"kind must be {NONE}, or one of {', '.join(known)}.")
    return str(given["kind"])


def _times(given: dict[str, Any]) -> int:
    times = given.get("times", 1)
    if not is_whole(times, 1, MOST_TIMES):
        raise ControlError(f"times must be a whole number from 1 to {MOST_TIMES}.")
    return int(times)
