"""What staff type, read and checked; each refusal is one sentence that says what to do."""

from dataclasses import dataclass
from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from backoffice.desks.words import PAUSE_REASONS, RELEASE_REASONS
from shared.base.errors import NotAllowedError

FIRST_REVIEW = timedelta(days=1)
USUAL_PAUSE = timedelta(days=14)
LONGEST_PAUSE = timedelta(days=366)
LONGEST_NOTE = 1000
LONGEST_TERM = 120


@dataclass(frozen=True, slots=True)
class PauseForm:
    """The form of a pause as it was typed; ``wrong`` says what to mend in it."""

    kind: str
    review_on: str
    note: str
    wrong: str = ""

    @classmethod
    def typed(cls, form: MultiDict[str, str], wrong: str) -> "PauseForm":
        """A form that can't be taken, to be shown again."""
        return cls(form.get("kind", ""), form.get("review_on", ""), form.get("note", ""), wrong)


def pause_reason(form: MultiDict[str, str]) -> str:
    """The kind of a pause."""
    kind = form.get("kind", "")
    if kind not in PAUSE_REASONS:
        raise NotAllowedError("Choisissez la raison de la pause.")
    return kind


def review_day(form: MultiDict[str, str], *, today: date) -> date:
    """The day on which a pause is looked at again: tomorrow to a year ahead."""
    try:
        day = date.fromisoformat(form.get("review_on", "").strip())
    except ValueError:
        raise NotAllowedError(
            "Donnez le jour où revoir la pause, par exemple 2026-12-01."
        ) from None
    if not today + FIRST_REVIEW <= day <= today + LONGEST_PAUSE:
        raise NotAllowedError("Le jour où revoir la pause est entre demain et dans un an.")
    return day


def note(form: MultiDict[str, str]) -> str | None:
    """The note of a pause, if there is one."""
    text = form.get("note", "").strip()
    if len(text) > LONGEST_NOTE:
        raise NotAllowedError(
            f"La note compte au plus {LONGEST_NOTE} caractères : raccourcissez-la."
        )
    return text or None


def release_reason(form: MultiDict[str, str]) -> str:
    """Why a pause ends."""
    reason = form.get("reason", "")
    if reason not in RELEASE_REASONS:
        raise NotAllowedError("Choisissez la raison pour laquelle la pause se termine.")
    return reason


def search_term(form: MultiDict[str, str]) -> str:
    """What is searched for, its spaces tidied."""
    return " ".join(form.get("q", "").split())[:LONGEST_TERM]
