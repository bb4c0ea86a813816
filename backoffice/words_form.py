"""Words that staff write to a patient beside an act: read, and looked at by the lint before they are sent."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from backoffice.desks.decision_words import STARTS
from backoffice.desks.drafts import Warned, warnings_about
from backoffice.flaws import FieldError
from shared.base.errors import NotAllowedError
from shared.messages import LONGEST_TEXT, Words, once_of


class WarnedError(Exception):
    """The lint asks to look at a text again before it is sent."""

    def __init__(self, warned: tuple[Warned, ...]) -> None:
        super().__init__("look again")
        self.warned = warned


@dataclass(frozen=True, slots=True)
class WordsDraft:
    """What was typed beside an act, to be shown again, and what the lint says of it."""

    act: str = ""
    body: str = ""
    reason: str = ""
    warned: tuple[Warned, ...] = ()

    @classmethod
    def typed(cls, form: MultiDict[str, str], act: str) -> "WordsDraft":
        """As it came."""
        return cls(act, form.get("body", "")[: 2 * LONGEST_TEXT], form.get("reason", ""))

    @classmethod
    def started(cls, act: str, start: str) -> "WordsDraft":
        """A text to begin with; empty where there is none of that name."""
        _, text = STARTS.get(act, {}).get(start, ("", ""))
        return cls(act if text else "", text)


def read_words(form: MultiDict[str, str], *, field: str, needed: bool = True) -> Words | None:
    """What is written to the patient, None where nothing need be. Raises FieldError with what to mend,
    NotAllowedError for a page that is too old, WarnedError until somebody said to have looked again."""
    body = form.get("body", "").replace("\r\n", "\n").strip()
    if not body and not needed:
        return None
    if not body:
        raise FieldError(field, "Vos mots à la personne", "Écrivez quelques mots à la personne.")
    if len(body) > LONGEST_TEXT:
        raise FieldError(
            field,
            "Vos mots à la personne",
            f"Le texte compte au plus {LONGEST_TEXT} signes : raccourcissez-le.",
        )
    once = once_of(form.get("once", ""))
    if once is None:
        raise NotAllowedError("Cette page a vieilli : relisez, puis envoyez de nouveau.")
    warned = () if form.get("anyway") else warnings_about(body)
    if warned:
        raise WarnedError(warned)
    return Words(body, once)
