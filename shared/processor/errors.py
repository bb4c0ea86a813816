"""What may go wrong with a card processor, whoever it is."""

from shared.base.errors import ArdoiseError


class GatewayUnavailableError(ArdoiseError):
    """The processor did not answer, or not clearly: the outcome is unknown, ask again with the same key."""


class KeySpentError(GatewayUnavailableError):
    """The processor failed, and answers this idempotency key with that failure from now on.

    What was asked is over; whether it was done is unknown. Only another key asks anew.
    """


class GatewayRefusedError(ArdoiseError):
    """The processor refused what we asked: asking again the same way is useless.

    ``code`` is its word for what was wrong with the question; empty when it does not know us at all.
    """

    def __init__(self, reason: str = "", code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class KeysDifferError(ArdoiseError):
    """Two keys that do not belong together; the text says what to give instead."""


class BadWebhookError(ArdoiseError):
    """A webhook that is not the processor's, or too old, or from the future."""
