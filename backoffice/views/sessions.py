"""A person's own signed-in browsers, and ending one of them."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from backoffice.auth import sign_out, staff
from backoffice.office import office
from backoffice.permissions import needs
from shared.base.errors import NotFoundError
from shared.staff import close_session, sessions_of

desk = Blueprint("sessions", __name__)


@desk.get("/sessions")
@needs("sessions.own")
def list_sessions() -> str:
    """Where one is signed in."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        rows = sessions_of(reading, user_id=who.user_id, at=here.now())
    return render_template("backoffice/sessions.html", rows=rows, own=who.session_id)


@desk.post("/sessions/<uuid:session_id>/close")
@needs("sessions.own")
def close(session_id: UUID) -> Response:
    """End one of one's own sessions; closing it twice does no harm."""
    here, who = office(), staff()
    if session_id == who.session_id:
        sign_out()
        flash("Votre session est fermée.", "ok")
        return redirect(url_for("sign_in.ask_password"), code=303)
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            close_session(
                work.session,
                session_id=session_id,
                user_id=who.user_id,
                actor=who.actor,
                at=here.now(),
            )
        except NotFoundError as gone:
            flash(str(gone), "warn")
        else:
            work.commit()
            flash("Cette session est fermée.", "ok")
    return redirect(url_for(".list_sessions"), code=303)
