"""The processor's published test cards, and what each of them does."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a card was not charged, in the processor's terms."""

    code: str
    message: str
    decline_code: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """The last month in which a card is valid."""

    year: int
    month: int


USUAL_EXPIRY = Month(2034, 12)


@dataclass(frozen=True, slots=True)
class Card:
    """A test number and its outcome; neither refusal nor authentication means success.

    ``always_asks``: the bank asks even for a card that was saved, when nobody is there to answer.
    ``attaches``: it can be saved although no charge on it succeeds. ``contested``: the bank disputes
    what was paid, or only asks (``inquiry``).
    """

    number: str
    brand: str
    country: str
    refusal: Refusal | None = None
    authenticates: bool = False
    always_asks: bool = False
    attaches: bool = False
    contested: str = ""

    @property
    def can_be_saved(self) -> bool:
        """Whether the processor keeps it for later."""
        return self.refusal is None or self.attaches

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

AUTHENTICATION_REQUIRED = Refusal(
    "authentication_required",
    "Your card was declined. This transaction requires authentication.",
    "authentication_required",
)
EXPIRED = Refusal("expired_card", "Your card has expired.")
_NO_FUNDS = Refusal("card_declined", "Your card has insufficient funds.", "insufficient_funds")
_LOST = Refusal("card_declined", "Your card was declined.", "lost_card")
_NO_ANSWER = Refusal(
    "processing_error",
    "An error occurred while processing your card. Try again in a little bit.",
)
_NO_REASON = Refusal("card_declined", "Your card was declined.", "generic_decline")

_ALL = (
    Card("4242424242424242", "visa", "US"),
    Card("4000002760003184", "visa", "DE", authenticates=True, always_asks=True),
    Card("4000002500003155", "visa", "FR", authenticates=True),
    Card("4000008260003178", "visa", "GB", _NO_FUNDS, authenticates=True, attaches=True),
    Card("4000000000000341", "visa", "US", _NO_REASON, attaches=True),
    Card("4000000000000259", "visa", "US", contested="dispute"),
    Card("4000000000001976", "visa", "US", contested="inquiry"),
    Card("4000000000000002", "visa", "US", _NO_REASON),
    Card("4000000000009995", "visa", "US", _NO_FUNDS),
    Card("4000000000009987", "visa", "US", _LOST),
    Card("4000000000000069", "visa", "US", EXPIRED),
    Card("4000000000000119", "visa", "US", _NO_ANSWER),
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
