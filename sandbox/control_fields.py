"""What a request to the control API says, checked."""

from typing import Any

from flask import request

from sandbox.store import Account, Books, Json
from shared.base.errors import ArdoiseError


class ControlError(ArdoiseError):
    """A control request that cannot be carried out; the text says what to send instead."""

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


def asked_fields(*known: str) -> dict[str, Any]:
    """The JSON object that was sent. Asking for JSON keeps other sites' forms out."""
    fields = request.get_json(silent=True)
    if not isinstance(fields, dict):
        raise ControlError("Send a JSON object with Content-Type: application/json.", 400)
    unknown = sorted(set(fields) - set(known))
    if unknown:
        raise ControlError(f"Unknown field {unknown[0]}; known are {', '.join(known)}.")
    return fields


def paid_charge(books: Books, intent_id: str) -> tuple[Account, Json]:
    """The account and the charge of a paid intent."""
    for account in books.accounts.values():
        intent = account.objects["payment_intent"].get(intent_id)
        if intent is not None and intent["status"] == "succeeded":
            return account, account.objects["charge"][intent["latest_charge"]]
    raise ControlError("payment_intent must be the id of a paid intent of this sandbox.", 404)


def is_whole(value: Any, least: int, most: int) -> bool:
    """Whether this is a whole number within its bounds."""
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def seconds(value: Any, most: float) -> float:
    """A length of time. Raises ControlError."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ControlError("seconds must be a number.")
    if not 0 <= value <= most:
        raise ControlError(f"seconds must lie between 0 and {most}.")
    return float(value)
