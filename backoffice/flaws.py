"""What can't be taken of a form, and where on the page it is mended: said in one place for all forms."""

from dataclasses import dataclass

from backoffice.desks.check_words import MACHINES
from backoffice.desks.words import title
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError
from shared.base.formats import clock_time, day
from shared.web.filters import timezone
from shared.worklist import TaskOverError


@dataclass(frozen=True, slots=True)
class Flaw:
    """One sentence for whoever filled a form in; ``field`` is the id of what to mend on the page, with
    the ``label`` that it bears there, or of the form where it is about no field."""

    text: str
    field: str
    label: str = ""


class FieldError(NotAllowedError):
    """A field of a form can't be taken as it was filled in; ``field`` is its id, ``label`` its name."""

    def __init__(self, field: str, label: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        self.label = label


def flaw_of(refused: NotAllowedError, *, form: str, within: str = "", label: str = "") -> Flaw:
    """Why a form is shown again: the field, else the ``form`` as a whole, by its id, or the field that is
    then meant, with its ``label``. ``within`` ends the ids of one of several like forms."""
    if isinstance(refused, FieldError):
        return Flaw(str(refused), refused.field + within, refused.label)
    return Flaw(str(refused), form + within, label)


def why_not(refused: NotAllowedError) -> str:
    """Why nothing was done, in a sentence; of what somebody else did first, who and when."""
    if not isinstance(refused, TaskOverError) or refused.at is None:
        return str(refused)
    here = timezone()
    when = f"le {day(local_date(refused.at, here))} à {clock_time(refused.at, here)}"
    by = title(MACHINES, refused.by)
    return f"Rien n’est noté deux fois : cette tâche est déjà finie, par {by}, {when}."
