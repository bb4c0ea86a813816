"""How a one-time code lives: five minutes, three tries, three a day."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Any, Protocol, TypeVar

from shared.base.states import StateMachine

ONE_TIME_CODE = StateMachine(
    "one_time_code",
    initial=frozenset({"asked"}),
    edges={
        ("asked", "draw"): "drawn",
        ("asked", "decline"): "declined",
        ("asked", "kill"): "dead",
        ("drawn", "use"): "used",
        ("drawn", "kill"): "dead",
    },
)

# What a code is for: the lines of one invoice, or a contact that a patient proposes.
DETAILS_CODE, CONTACT_CODE = "details", "contact"

DIGITS = 6
LIFE = timedelta(minutes=5)
MOST_TRIES = 3
CODES_A_DAY = 3


class OnFile(Protocol):
    """A contact on file: what it is and where it stands."""

    kind: Any
    status: Any


C = TypeVar("C", bound=OnFile)


class Given(Enum):
    """What came of a code that was typed: right, right once more, or not (for whatever reason)."""

    RIGHT = auto()
    AGAIN = auto()
    WRONG = auto()


def is_live(status: str, expires_at: datetime | None, *, now: datetime) -> bool:
    """Whether a code can still be given."""
    return status == "drawn" and expires_at is not None and now < expires_at


def code_contact(on_file: Sequence[C], *, kinds: Collection[str]) -> C | None:
    """Where a code goes: to the second contact on file, as links go to the first; else to the first.

    ``kinds`` are those by which the practice was told to write. What is chosen in a visit moves no
    code: whoever holds a phone with its link could else have the code come there too. So a contact
    that rests gets its codes, and one called unsafe keeps its place and gets none.
    """
    places = [one for one in on_file if one.kind in kinds and one.status != "bounced"]
    chosen = next(iter(places[1:2]), next(iter(places), None))
    return None if chosen is None or chosen.status == "unsafe" else chosen


def digits_of(typed: str) -> str | None:
    """The code as it was typed, its spaces and dashes aside; None for what can be no code."""
    found = "".join(sign for sign in typed if sign not in " \t-\u00a0\u202f")
    plain = len(found) == DIGITS and all(sign in "0123456789" for sign in found)
    return found if plain else None
