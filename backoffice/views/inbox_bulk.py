"""Several threads of the list at once: a summary first, then the act, and what was left as it is."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.inbox_bulk import ASSIGN, CLOSE, Pick, carry_out, picks_of, reasons_against
from backoffice.desks.inbox_rows import rows_of
from backoffice.desks.inbox_words import FILTERS
from backoffice.desks.thread_ends import shared_reasons
from backoffice.kept_choice import shows_choice
from backoffice.office import office
from backoffice.permissions import needs
from shared.base.errors import NotAllowedError
from shared.base.formats import plural
from shared.staff import StaffUser, members_who_may

desk = Blueprint("inbox_bulk", __name__)


@desk.get("/inbox/several/do")
@needs("messages.write")
def again() -> Response:
    """What was done is not shown again: back to the list."""
    return redirect(url_for("inbox.list_threads"), code=303)


@desk.route("/inbox/several", methods=["GET", "POST"])
@needs("messages.write")
@shows_choice("inbox.list_threads")
def check() -> str | Response:
    """What would be done with what is ticked, and what would stay as it is. Does nothing yet."""
    here, who = office(), staff()
    try:
        picks, closing, to = _typed()
    except NotAllowedError as refused:
        return _refused(refused)
    with here.database.reading(who.practice_id) as reading:
        against = reasons_against(reading, picks, practice_id=who.practice_id, closing=closing)
        rows = rows_of(
            reading, [one.thread_id for one in picks], who=who, keys=here.keys, at=here.now()
        )
        name = reading.get_one(StaffUser, to).name if to is not None else ""
    going = [row for row in rows if row.id not in against]
    return render_template(
        "backoffice/inbox_several.html",
        picks=[one for one in picks if one.thread_id not in against],
        going=going,
        reasons=shared_reasons([row.closing for row in going]) if closing else {},
        staying=[(row, against[row.id]) for row in rows if row.id in against],
        closing=closing,
        to=to,
        name=name,
        back=_back(),
        view=request.form.get("list", ""),
    )


@desk.post("/inbox/several/do")
@needs("messages.write")
def do() -> Response:
    """Do it with those that are still as they were; the others are told."""
    here, who = office(), staff()
    try:
        picks, closing, to = _typed()
    except NotAllowedError as refused:
        return _refused(refused)
    with here.database.unit_of_work(who.practice_id) as work:
        done, against = carry_out(
            work.session,
            picks,
            practice_id=who.practice_id,
            closing=closing,
            to=to,
            reason=request.form.get("reason", ""),
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    if done:
        what = ("finie", "finies") if closing else ("attribuée", "attribuées")
        words = plural(len(done), f"conversation {what[0]}", f"conversations {what[1]}")
        flash(f"C’est noté : {len(done)} {words}.", "ok")
    if against:
        words = plural(
            len(against), "est restée comme elle était", "sont restées comme elles étaient"
        )
        why = " ".join(dict.fromkeys(against.values()))
        flash(f"{len(against)} {words}. {why}", "err")
    return redirect(_back(), code=303)


def _typed() -> tuple[tuple[Pick, ...], bool, UUID | None]:
    """(what is ticked, whether it is to be ended, to whom it is given). Raises NotAllowedError."""
    here, who, form = office(), staff(), request.form
    picks = picks_of(form.getlist("pick"))
    if form.get("do") not in (ASSIGN, CLOSE):
        raise NotAllowedError("Choisissez ce que vous faites de ces conversations.")
    closing = form["do"] == CLOSE
    if closing or form.get("to", "") in ("", "nobody"):
        if not closing and not form.get("to"):
            raise NotAllowedError("Choisissez à qui attribuer ces conversations.")
        return picks, closing, None
    try:
        to = UUID(form["to"])
    except ValueError:
        raise NotAllowedError("Choisissez dans la liste à qui les attribuer.") from None
    with here.database.reading(who.practice_id) as reading:
        may = members_who_may(reading, practice_id=who.practice_id, permission="messages.write")
    if to not in may:
        raise NotAllowedError(
            "Cette personne ne répond pas aux messages : choisissez-en une autre."
        )
    return picks, closing, to


def _back() -> str:
    chosen = request.form.get("list", "")
    return url_for("inbox.list_threads", list=chosen if chosen in FILTERS and chosen else None)


def _refused(refused: NotAllowedError) -> Response:
    flash(str(refused), "err")
    return redirect(_back(), code=303)
