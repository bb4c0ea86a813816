"""The processor's way of saying no."""

from collections.abc import Mapping
from typing import Any

from shared.base.errors import ArdoiseError

_DOCUMENTED = "https://docs.stripe.com/error-codes/"
NOT_PLAYED = "sandbox_not_played"
_WRONG = ("parameter_", "amount_", "url_", NOT_PLAYED)


class ProcessorError(ArdoiseError):
    """An answer other than 200: status, message and the fields of the processor's envelope.

    ``remembered`` says whether an idempotency key keeps it: the processor keeps what an
    operation answered, but not that a request was malformed. ``more`` stands beside the message.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        remembered: bool = False,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.kind = kind
        self.code = code
        self.param = param
        self.remembered = remembered
        self.more = more or {}

    @property
    def malformed(self) -> bool:
        """Whether a code says that the request is wrong in itself, whatever the state of things."""
        if self.status != 400:
            return False
        return self.kind == "idempotency_error" or (self.code or "").startswith(_WRONG)

    def envelope(self) -> dict[str, Any]:
        """The body of the answer."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, **self.more}
        if self.code:
            error["code"] = self.code
            if self.code != NOT_PLAYED:
                error["doc_url"] = _DOCUMENTED + self.code.replace("_", "-")
        if self.param:
            error["param"] = self.param
        return {"error": error}


def missing(noun: str, identifier: str, param: str = "id", status: int = 404) -> ProcessorError:
    """No such object in this account."""
    return ProcessorError(
        f"No such {noun}: '{identifier}'", status=status, code="resource_missing", param=param
    )


def not_played(param: str, value: str | None = None) -> ProcessorError:
    """The processor knows it, this stand-in does not: say so instead of ignoring it."""
    what = param if value is None else f"{param}={value}"
    return ProcessorError(
        f"The sandbox does not play {what}: leave it out, or teach the sandbox.",
        code=NOT_PLAYED,
        param=param,
    )
