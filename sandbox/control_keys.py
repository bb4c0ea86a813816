"""Restricted keys in the control API; the processor has them made in its own pages."""

from flask import Blueprint, Response, jsonify

from sandbox.control_fields import ControlError, asked_fields
from sandbox.rights import RIGHTS
from sandbox.store import Books


def add_keys(control: Blueprint, books: Books) -> None:
    """``/control/keys``."""

    @control.post("/keys")
    def restrict() -> Response:
        """A key of the account of ``key`` that has these ``rights`` only."""
        fields = asked_fields("key", "rights")
        key, rights = fields.get("key"), fields.get("rights")
        if not isinstance(key, str) or not key.startswith("sk_test_"):
            raise ControlError("key must be the secret key of an account.")
        if not isinstance(rights, list) or any(
            not isinstance(right, str) or right not in RIGHTS for right in rights
        ):
            raise ControlError(f"rights must be a list of {', '.join(sorted(RIGHTS))}.")
        return jsonify(key=books.restrict(key, frozenset(rights)))
