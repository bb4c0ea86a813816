"""The processor's published test cards, and what each of them does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a card was not charged, in the processor's terms."""

    code: str
    message: str
    decline_code: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A test number and its outcome; neither refusal nor authentication means success."""

    number: str
    brand: str
    country: str
    refusal: Refusal | None = None
    authenticates: bool = False

    @property
    def last4(self) -> str:
        """What may be shown of a number."""
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        """The number as it is printed on a card."""
        return " ".join(self.number[i : i + 4] for i in range(0, len(self.number), 4))


AUTHENTICATION_FAILED = Refusal(
    "payment_intent_authentication_failure",
    "The provided PaymentMethod has failed authentication.",
)

_ALL = (
    Card("4242424242424242", "visa", "US"),
    Card("4000002760003184", "visa", "DE", authenticates=True),
    Card(
        "4000000000000002",
        "visa",
        "US",
        Refusal("card_declined", "Your card was declined.", "generic_decline"),
    ),
    Card(
        "4000000000009995",
        "visa",
        "US",
        Refusal("card_declined", "Your card has insufficient funds.", "insufficient_funds"),
    ),
    Card("4000000000000069", "visa", "US", Refusal("expired_card", "Your card has expired.")),
    Card(
        "4000000000000127",
        "visa",
        "US",
        Refusal("incorrect_cvc", "Your card's security code is incorrect."),
    ),
)

CARDS = {card.number: card for card in _ALL}
SUCCESS = _ALL[0]


def find(number: str) -> Card | None:
    """The test card behind what was typed; None for any other number, above all a real one."""
    return CARDS.get("".join(c for c in number if c not in " -\u00a0\u202f"))
