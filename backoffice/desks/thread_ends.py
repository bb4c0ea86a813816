"""How a conversation can end, for its forms: what it asks, and which pause ends with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from backoffice.desks.words import WITHOUT_ANSWER
from shared.accounts import HOLD_TITLES
from shared.messages import SUBJECTS, UNTIL_ANSWERED, Thread, closing_reasons


@dataclass(frozen=True, slots=True)
class Closing:
    """What ending a conversation means to which nobody answered: the ``pause`` that ends, the reasons."""

    pause: str
    reasons: Mapping[str, str]


def closing_of(thread: Thread) -> Closing | None:
    """What is asked before it ends; None where our answer is the last word."""
    reasons = closing_reasons(
        thread.subject, status=thread.status, answered=thread.answered_at is not None
    )
    if not reasons:
        return None
    pause = HOLD_TITLES[SUBJECTS[thread.subject].hold]
    return Closing(pause, {one: WITHOUT_ANSWER[one] for one in reasons})


def lasting_pause(thread: Thread) -> str:
    """The pause that goes on behind an answer, in words; empty where the answer ends it."""
    hold = SUBJECTS[thread.subject].hold
    return HOLD_TITLES[hold] if hold != UNTIL_ANSWERED else ""


def shared_reasons(closings: list[Closing | None]) -> Mapping[str, str]:
    """The reasons that fit all of several conversations that nobody answered; none where none is asked."""
    asked = [one.reasons for one in closings if one is not None]
    return {
        key: WITHOUT_ANSWER[key]
        for key in WITHOUT_ANSWER
        if asked and all(key in one for one in asked)
    }
