"""What staff type, read and checked; each refusal is one sentence that says what to do."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from werkzeug.datastructures import MultiDict

from backoffice.desks.words import PAUSE_REASONS, RELEASE_REASONS
from backoffice.flaws import FieldError

FIRST_REVIEW = timedelta(days=1)
USUAL_PAUSE = timedelta(days=14)
LONGEST_PAUSE = timedelta(days=366)
LONGEST_NOTE = 1000
LONGEST_TERM = 120
REVIEW = ("review_on", "À revoir le")


@dataclass(frozen=True, slots=True)
class PauseForm:
    """The form of a pause as it was typed; ``again`` where it can't be taken so."""

    kind: str
    review_on: str
    note: str
    again: bool = False

    @classmethod
    def typed(cls, form: MultiDict[str, str]) -> "PauseForm":
        """A form that can't be taken, to be shown again."""
        return cls(form.get("kind", ""), form.get("review_on", ""), form.get("note", ""), True)


def typed_day(text: str) -> date:
    """A day as browsers send it, or as people write it where the browser knows no days: 24/11/2026.

    Raises ValueError.
    """
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007 - a day, no instant


def pause_reason(form: MultiDict[str, str]) -> str:
    """The kind of a pause: one that a person can give. Raises FieldError."""
    kind = form.get("kind", "")
    if kind not in PAUSE_REASONS:
        raise FieldError("kind", "Pourquoi", "Choisissez la raison de la pause.")
    return kind


def review_day(form: MultiDict[str, str], *, today: date) -> date:
    """The day on which a pause is looked at again: tomorrow to a year ahead."""
    try:
        day = typed_day(form.get("review_on", ""))
    except ValueError:
        raise FieldError(
            *REVIEW,
            f"Donnez le jour où revoir la pause, par exemple {today + USUAL_PAUSE:%d/%m/%Y}.",
        ) from None
    if not today + FIRST_REVIEW <= day <= today + LONGEST_PAUSE:
        raise FieldError(*REVIEW, "Le jour où revoir la pause est entre demain et dans un an.")
    return day


def note(form: MultiDict[str, str]) -> str | None:
    """The note of a pause, if there is one."""
    text = form.get("note", "").strip()
    if len(text) > LONGEST_NOTE:
        raise FieldError(
            "note",
            "Note",
            f"La note compte {len(text)} caractères, et {LONGEST_NOTE} au plus : raccourcissez-la.",
        )
    return text or None


def release_reason(form: MultiDict[str, str], *, of: UUID) -> str:
    """Why a pause ends."""
    reason = form.get("reason", "")
    if reason not in RELEASE_REASONS:
        raise FieldError(
            f"reason-{of}", "Raison", "Choisissez la raison pour laquelle la pause se termine."
        )
    return reason


def search_term(form: MultiDict[str, str]) -> str:
    """What is searched for, its spaces tidied."""
    return " ".join(form.get("q", "").split())[:LONGEST_TERM]
