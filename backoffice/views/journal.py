"""The record of all that happened in the practice. It only reads."""

from flask import Blueprint, render_template, request

from backoffice.auth import staff
from backoffice.desks.journal import Asked, read_frame, read_journal
from backoffice.desks.journal_words import GROUPS
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import needs

desk = Blueprint("journal", __name__)
LONGEST = 80


@desk.get("/journal")
@needs("audit.read")
def show() -> str:
    """What happened, the newest first, filtered by the address."""
    here, who = office(), staff()
    asked = Asked(*(_given(name) for name in ("who", "group", "account", "from", "to")))
    flaw: Flaw | None = None
    with here.database.reading(who.practice_id) as reading:
        try:
            journal = read_journal(
                reading,
                practice_id=who.practice_id,
                asked=asked,
                after=request.args.get("after", ""),
                timezone=who.timezone,
            )
        except FieldError as refused:
            flaw = flaw_of(refused, form="filters")
            journal = read_frame(reading, practice_id=who.practice_id)
    return render_template(
        "backoffice/journal.html",
        journal=journal,
        asked=asked,
        groups=GROUPS,
        first=not request.args.get("after"),
        flaw=flaw,
    )


def _given(name: str) -> str:
    return " ".join(request.args.get(name, "").split())[:LONGEST]
