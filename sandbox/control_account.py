"""An account in the control API: what its owner sets in the processor's own pages."""

from dataclasses import asdict, fields, replace

from flask import Blueprint, Response, jsonify

from sandbox.control_fields import ControlError, asked_fields
from sandbox.profile import Profile
from sandbox.store import Books

_NAMES = tuple(field.name for field in fields(Profile))
_SWITCHES = ("charges", "payouts", "due")


def add_account(control: Blueprint, books: Books) -> None:
    """``/control/account``."""

    @control.post("/account")
    def set_account() -> Response:
        """Change what is named of the account of ``key``; words may be null."""
        asked = asked_fields("key", *_NAMES)
        key = asked.pop("key", None)
        if not isinstance(key, str) or not key.startswith(("sk_test_", "rk_test_")):
            raise ControlError("key must be a key of an account.")
        for name, value in asked.items():
            if name in _SWITCHES and not isinstance(value, bool):
                raise ControlError(f"{name} must be true or false.")
            if name not in _SWITCHES and not isinstance(value, str | None):
                raise ControlError(f"{name} must be words or null.")
        with books.lock:
            account, _ = books.holder(key)
            account.profile = replace(account.profile, **asked)
            return jsonify(asdict(account.profile))
