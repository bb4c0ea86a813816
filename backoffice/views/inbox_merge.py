"""Two threads become one: asked once, with what it does, since nothing undoes it."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.inbox_words import state_of
from backoffice.desks.message_words import SUBJECTS
from backoffice.desks.words import title
from backoffice.office import office
from backoffice.permissions import needs
from backoffice.views.inbox import address_of
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError, NotFoundError
from shared.messages import Seen, find_thread, get_thread, mark_of, merge_threads, order_of

desk = Blueprint("inbox_merge", __name__)


@desk.get("/inbox/<uuid:thread_id>/merge/<uuid:other_id>")
@needs("messages.write")
def ask(thread_id: UUID, other_id: UUID) -> str | Response:
    """What merging the two does, and which stays. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        one = find_thread(reading, practice_id=who.practice_id, thread_id=thread_id)
        other = get_thread(
            reading, practice_id=who.practice_id, account_id=one.account_id, thread_id=other_id
        )
        try:
            kept, gone = order_of(one, other)
            if one.id == other.id:
                raise NotAllowedError("C’est la même conversation : choisissez-en une autre.")
        except NotAllowedError as refused:
            flash(str(refused), "err")
            return redirect(address_of(one.merged_into or one.id), code=303)
    today = local_date(here.now(), who.timezone)
    return render_template(
        "backoffice/inbox_merge.html",
        thread=one,
        other=other,
        kept=title(SUBJECTS, kept.subject),
        kept_state=state_of(kept, today),
        gone=title(SUBJECTS, gone.subject),
        gone_state=state_of(gone, today),
        marks=(mark_of(one.status, one.moved_at), mark_of(other.status, other.moved_at)),
        back=address_of(thread_id),
    )


@desk.post("/inbox/<uuid:thread_id>/merge/<uuid:other_id>")
@needs("messages.write")
def merge(thread_id: UUID, other_id: UUID) -> Response:
    """Make the two one. Raises NotFoundError."""
    here, who, form = office(), staff(), request.form
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            one = find_thread(work.session, practice_id=who.practice_id, thread_id=thread_id)
            account_id = one.account_id
            work.session.expunge(one)  # read before the lock was there
            kept = merge_threads(
                work.session,
                practice_id=who.practice_id,
                account_id=account_id,
                one=Seen(thread_id, form.get("mark", "")),
                other=Seen(other_id, form.get("other_mark", "")),
                actor=who.actor,
                at=here.now(),
            )
            stays = kept.id
            work.commit()
    except NotAllowedError as refused:
        flash(str(refused), "err")
        return redirect(address_of(thread_id), code=303)
    except NotFoundError:
        raise NotFoundError("Cette conversation n’est pas de ce compte.") from None
    flash("C’est fait : les deux conversations n’en font plus qu’une.", "ok")
    return redirect(address_of(stays), code=303)
