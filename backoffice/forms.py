"""What staff type, read and checked; each refusal is one sentence that says what to do."""

from datetime import date, timedelta

from werkzeug.datastructures import MultiDict

from backoffice.desks.words import RELEASE_REASONS
from shared.base.errors import NotAllowedError

USUAL_PAUSE = timedelta(days=14)
LONGEST_PAUSE = timedelta(days=366)
LONGEST_NOTE = 1000
LONGEST_TERM = 120


def review_day(form: MultiDict[str, str], *, today: date) -> date:
    """The day on which a pause is looked at again: tomorrow to a year ahead."""
    try:
        day = date.fromisoformat(form.get("review_on", "").strip())
    except ValueError:
        raise NotAllowedError(
            "Donnez le jour où revoir la pause, par exemple 2026-12-01."
        ) from None
    if not today < day <= today + LONGEST_PAUSE:
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
