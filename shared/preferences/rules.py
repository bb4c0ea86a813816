"""What people may choose, and how a change that they propose goes on."""

from collections.abc import Collection
from datetime import timedelta

from shared.base.states import StateMachine

# Asked waits for the code that went to the new contact, confirmed for staff.
PROPOSAL = StateMachine(
    "proposal",
    initial=frozenset({"asked"}),
    edges={
        ("asked", "confirm"): "confirmed",
        ("asked", "withdraw"): "withdrawn",
        ("asked", "lapse"): "lapsed",
        ("confirmed", "withdraw"): "withdrawn",
        ("confirmed", "accept"): "accepted",
        ("confirmed", "decline"): "declined",
    },
)
OPEN = frozenset({"asked", "confirmed"})
NEW_CONTACT, REPRESENTATIVE = "contact", "representative"
RELATIONS = ("parent", "guardian", "mandate")
# Why staff decline; each is a sentence in the space, none names anybody.
DECLINE_REASONS = ("call", "unproven", "mistake")
LAPSES_AFTER = timedelta(days=1)
LONGEST_NAME = 80
# A contact of a new kind comes where an import would put it, and is looked for there by the next one.
POSITIONS = {"phone": 1, "email": 2}

CHANNELS = ("any", "sms", "email", "letter")


def offered_channels(kinds: Collection[str], *, channel: str) -> tuple[str, ...]:
    """What to offer with contacts of these kinds that work, for an account that has ``channel``.

    « SMS or e-mail » is one of the two where only one works; it keeps the account's own word for it.
    """
    works = tuple(name for name, kind in (("sms", "phone"), ("email", "email")) if kind in kinds)
    if len(works) == 1:
        works = (channel if channel in works else "any",)
    elif works:
        works = ("any", *works)
    return (*works, "letter")


def possible_channels(kinds: Collection[str]) -> tuple[str, ...]:
    """Which ways of being written to make sense with contacts of these kinds that work.

    Letters always do; « SMS or e-mail » only where there is something to choose from.
    """
    return tuple(
        name
        for name, possible in (
            ("any", bool({"phone", "email"} & set(kinds))),
            ("sms", "phone" in kinds),
            ("email", "email" in kinds),
            ("letter", True),
        )
        if possible
    )
