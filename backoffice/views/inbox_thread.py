"""A thread in the inbox, read beside the list, and who writes an answer in it now."""

from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.counted import totals
from backoffice.desks.aid_choice import choice_of
from backoffice.desks.drafts import Draft
from backoffice.desks.inbox_beside import read_beside
from backoffice.desks.inbox_found import context_of, find
from backoffice.desks.inbox_thread import read_thread
from backoffice.desks.inbox_words import FILTERS
from backoffice.flaws import Flaw
from backoffice.forms import LONGEST_PAUSE, USUAL_PAUSE
from backoffice.office import office
from backoffice.permissions import asked_by_pages, needs
from backoffice.views.inbox import address_of, list_values
from shared.accounts import account_vault
from shared.inbox import note_seen, note_writing, writing_now
from shared.messages import find_thread

desk = Blueprint("inbox_thread", __name__)


@desk.get("/inbox/<uuid:thread_id>")
@needs("messages.write")
def show(thread_id: UUID) -> Response:
    """One thread beside the list; whoever opens it has seen it."""
    return page_of(thread_id)


@desk.get("/inbox/<uuid:thread_id>/writing")
@needs("messages.write")
@asked_by_pages
def who_writes(thread_id: UUID) -> str:
    """The part of the page that says who else writes an answer now. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        find_thread(reading, practice_id=who.practice_id, thread_id=thread_id)
        names = writing_now(
            reading,
            practice_id=who.practice_id,
            thread_id=thread_id,
            but=who.user_id,
            at=here.now(),
        )
    return render_template("backoffice/inbox_writing.html", writing=names)


@desk.post("/inbox/<uuid:thread_id>/writing")
@needs("messages.write")
def tell_writing(thread_id: UUID) -> str:
    """I write an answer here: told by the page while something is typed, believed for a minute."""
    writes_here(thread_id)
    return who_writes(thread_id)


def writes_here(thread_id: UUID) -> None:
    """Whoever is signed in writes in this thread now. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        thread = find_thread(work.session, practice_id=who.practice_id, thread_id=thread_id)
        note_writing(
            work.session,
            practice_id=who.practice_id,
            user_id=who.user_id,
            name=who.name,
            thread_id=thread.id,
            at=here.now(),
        )
        work.commit()


def page_of(
    thread_id: UUID, *, draft: Draft | None = None, flaw: Flaw | None = None, status: int = 200
) -> Response:
    """A thread's page; of a merged thread, the way to the one that it lives on in. Raises NotFoundError."""
    here, who = office(), staff()
    now, chosen = here.now(), request.values.get("list", "")
    view = chosen if chosen in FILTERS else ""
    with here.database.reading(who.practice_id) as reading:
        found = find(reading, who=who, thread_id=thread_id, keys=here.keys)
        home = found.thread.merged_into
        if home is not None and draft is None:
            return make_response(redirect(address_of(home), code=303))
        if home is not None:
            found = find(reading, who=who, thread_id=home, keys=here.keys)
        vault = account_vault(here.keys, found.account)
        beside = read_beside(reading, found)
        thread = read_thread(reading, found, beside, vault, who=who, at=now)
        asked = thread.aid is not None and thread.aid.is_open
        choice = choice_of(reading, who, is_asked=asked)
        shown = list_values(reading, view=view)
        totals(reading)
    context = context_of(found, beside.invoices, beside.threads, who=who, at=now)
    if request.method == "GET" and (not found.opened or found.seen_id != thread.last_id):
        with here.database.unit_of_work(who.practice_id) as work:
            note_seen(
                work.session,
                practice_id=who.practice_id,
                user_id=who.user_id,
                thread_id=thread.id,
                message_id=thread.last_id,
                at=now,
            )
            work.commit()
    today = here.today(who.timezone)
    page = render_template(
        "backoffice/inbox.html",
        **shown,
        thread=thread,
        context=context,
        draft=draft or Draft(),
        flaw=flaw,
        pane="context" if request.args.get("pane") == "account" else "thread",
        choice=choice,
        usual_wait=today + USUAL_PAUSE,
        first_wait=date.fromordinal(today.toordinal() + 1),
        last_wait=today + LONGEST_PAUSE,
        granted_until=today + timedelta(days=found.granted_days),
    )
    return make_response(page, status)
