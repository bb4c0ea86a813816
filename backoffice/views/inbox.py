"""The inbox: the list of threads, and the search in them. Nothing here changes a thread."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.counted import totals
from backoffice.desks.inbox_list import read_counts, read_list, view_of
from backoffice.desks.inbox_search import MOST, search_threads
from backoffice.desks.inbox_words import FILTERS, empty_words
from backoffice.desks.people import colleagues_who_may
from backoffice.desks.promises import kept_share
from backoffice.forms import search_term
from backoffice.office import office
from backoffice.permissions import needs

desk = Blueprint("inbox", __name__)


@desk.get("/inbox")
@needs("messages.write")
def list_threads() -> str:
    """What patients wrote, filtered by the address."""
    here, who = office(), staff()
    view, after = view_of(request.args.get("list", "")), request.args.get("after", "")
    with here.database.reading(who.practice_id) as reading:
        shown = list_values(reading, view=view, after=after)
        counted = totals(reading)
        colleagues = colleagues_who_may(
            reading, practice_id=who.practice_id, permission="messages.write"
        )
    return render_template(
        "backoffice/inbox.html",
        **shown,
        kept=kept_share(counted),
        colleagues=colleagues,
    )


@desk.post("/inbox/search")
@needs("messages.write")
def search() -> str:
    """Threads that fit a search. A POST though it only reads: a name must not stand in an address."""
    here, who = office(), staff()
    term, now = search_term(request.form), here.now()
    with here.database.reading(who.practice_id) as reading:
        rows = search_threads(reading, who=who, term=term, keys=here.keys, index=here.index, at=now)
        counts = read_counts(reading, who=who, at=now)
    return render_template(
        "backoffice/inbox.html",
        filters=FILTERS,
        counts=counts,
        rows=rows,
        searched=term,
        most=MOST,
        view=None,
        next_key="",
        first=True,
        empty="",
    )


@desk.get("/inbox/search")
@needs("messages.write")
def search_again() -> Response:
    """A reloaded search has lost its words: back to the list."""
    return redirect(url_for(".list_threads"), code=303)


def list_values(reading: Any, *, view: str, after: str = "") -> dict[str, object]:
    """What the pane of the list shows; five statements. Raises NotFoundError."""
    here, who = office(), staff()
    now = here.now()
    page = read_list(reading, who=who, view=view, after=after, keys=here.keys, at=now)
    return {
        "filters": FILTERS,
        "counts": read_counts(reading, who=who, at=now),
        "view": view,
        "rows": page.rows,
        "next_key": page.next_key,
        "first": not after,
        "empty": empty_words(view),
    }


def address_of(thread_id: UUID) -> str:
    """A thread's page within the list that it was opened from."""
    chosen = request.values.get("list", "")
    return url_for(
        "inbox_thread.show",
        thread_id=thread_id,
        list=chosen if chosen in FILTERS and chosen else None,
    )
