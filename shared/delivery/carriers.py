"""What the mail and SMS vendors can answer, told apart by what we know afterwards."""

from dataclasses import dataclass
from typing import Protocol

from shared.base.errors import ArdoiseError


class NotNowError(ArdoiseError):
    """Clearly not accepted, for the moment: the same message may be tried again."""


class NeverError(ArdoiseError):
    """Clearly refused: this contact does not work."""


class UnsendableError(ArdoiseError):
    """No message could be made of it; nothing has left, and another try would end alike."""


class UnknownOutcomeError(ArdoiseError):
    """The connection broke when the message may have been accepted already: never send it again."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One message ready to go. ``reference`` is the notice's own id and stays the same in every try."""

    to: str
    sender: str
    reference: str
    subject: str
    text: str
    html: str


class Carrier(Protocol):
    """Hands messages to a vendor, over one connection for a batch."""

    def send(self, envelope: Envelope) -> str:
        """Hand over one message. Returns the vendor's reference.

        Raises NotNowError, NeverError, UnsendableError or UnknownOutcomeError.
        """
        ...

    def close(self) -> None:
        """End the connection."""
        ...
