"""What comes next for an account on the ladder, and why it does not: one rule for the board, the lists, the
account's page, and what the person reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from shared.base.money import Cents
from shared.ladder.rules import CAP_DAYS, MESSAGE, Step, due_day


@dataclass(frozen=True, slots=True)
class Place:
    """Where a running conversation is. ``asked_on`` is since when a human was asked for ``asked_position``.

    The dates and ``askable_cents`` are of the open invoices that no hold keeps back, less what is in hand.
    """

    position: int
    stepped_on: date | None
    asked_position: int
    asked_on: date | None
    first_issued_on: date
    oldest_due_on: date
    askable_cents: Cents


@dataclass(frozen=True, slots=True)
class Ahead:
    """A step behind the last. ``state`` is asked (``day`` since when it waits for a human), next (``day`` the
    earliest, None where nobody knows) or below: less may be asked for than ``minimum_cents``, its own minimum
    or that of a step before it, so that as things are its turn does not come."""

    step: Step
    state: str
    day: date | None
    minimum_cents: Cents


@dataclass(frozen=True, slots=True)
class Hindrances:
    """What may keep the next step back: what the last night said, and what is so now.

    ``unreachable`` is letter_only or no_contact where no message can reach the person."""

    withheld: str | None
    paused: bool
    door_closed: bool
    checkable: bool
    unreachable: str | None


def day_to_decide(today: date, *, decided: bool) -> date:
    """The practice-local day that the next night decides: ``today`` while that is not done, else tomorrow."""
    return today + timedelta(days=1) if decided else today


def steps_ahead(steps: Iterable[Step], place: Place, *, earliest: date) -> tuple[Ahead, ...]:
    """The steps of one segment behind the last, in their order; no day is before ``earliest``, and each
    message comes a week after the one before it, or later."""
    ahead: list[Ahead] = []
    previous, minimum, waits = place.stepped_on, 0, False
    for step in sorted(steps, key=lambda s: s.position):
        if step.position <= place.position:
            continue
        minimum = max(minimum, step.minimum_cents)
        if step.position == place.asked_position and place.asked_on is not None:
            waits = True
            ahead.append(Ahead(step, "asked", place.asked_on, minimum))
        elif place.askable_cents < minimum:
            ahead.append(Ahead(step, "below", None, minimum))
        elif waits:  # how long a human takes, nobody knows
            ahead.append(Ahead(step, "next", None, minimum))
        else:
            previous = _coming_day(step, place, previous, earliest)
            ahead.append(Ahead(step, "next", previous, minimum))
    return tuple(ahead)


def why_not(coming: str | None, act: str, against: Hindrances) -> str:
    """Why the step whose turn is next does not take place, empty where nothing is known.

    ``coming`` is its state: asked or next, None where no step comes at this sum. What the last night said
    speaks first, unless it was put right since; then what the next night will say of a message."""
    if coming is not None and against.withheld and not _is_mended(against):
        return against.withheld
    if coming == "next" and act == MESSAGE:
        if against.door_closed:
            return "door_closed"
        return "no_identity" if not against.checkable else against.unreachable or ""
    return ""


def unreachable_why(channel: str, *, reachable: bool) -> str | None:
    """Why no message can reach a person who wants to be written to by ``channel``; None when one can."""
    if channel == "letter":
        return "letter_only"
    return None if reachable else "no_contact"


def _is_mended(against: Hindrances) -> bool:
    """Whether what kept the last night's step back is put right, and the next night goes on."""
    reason = against.withheld or ""
    if reason == "door_closed":
        return not against.door_closed
    if reason.startswith("hold_"):
        return not against.paused
    if reason == "no_identity":
        return against.checkable
    return reason in ("no_contact", "letter_only") and against.unreachable is None


def _coming_day(step: Step, place: Place, previous: date | None, earliest: date) -> date:
    day = due_day(
        step,
        first_issued_on=place.first_issued_on,
        oldest_due_on=place.oldest_due_on,
        stepped_on=previous,
    )
    if previous is not None:
        day = max(day, previous + timedelta(days=CAP_DAYS))
    return max(day, earliest)
