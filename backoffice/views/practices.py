"""Several practices of one person: which one to work in."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from backoffice.auth import enter, staff
from backoffice.next_page import take_next
from backoffice.office import office
from backoffice.permissions import needs
from shared.base.errors import NotFoundError
from shared.staff import practices_of

desk = Blueprint("practices", __name__)


@desk.get("/practices")
@needs("sessions.own")
def choose() -> str:
    """The practices that one may enter."""
    who = staff()
    with office().database.reading(who.practice_id) as reading:
        rows = practices_of(reading, user_id=who.user_id)
    return render_template("backoffice/practices.html", rows=rows, here=who.practice_id)


@desk.post("/practices/<int(max=2147483647):practice_id>/enter")
@needs("sessions.own")
def go(practice_id: int) -> Response:
    """Work there from now on."""
    if practice_id != staff().practice_id:
        try:
            enter(practice_id)
        except NotFoundError as refused:
            flash(str(refused), "err")
            return redirect(url_for(".choose"), code=303)
    return redirect(take_next(url_for("accounts.list_accounts")), code=303)
