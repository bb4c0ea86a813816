"""Work that belongs to no account: the list, and noting that a piece of it is done."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.checks import finish, read_checks
from backoffice.desks.checks_ended import read_banks, read_ended
from backoffice.flaws import why_not
from backoffice.office import office
from backoffice.permissions import needs
from shared.base.errors import NotAllowedError

desk = Blueprint("checks", __name__)


@desk.get("/to-check")
@needs("tasks.write")
def list_checks() -> str:
    """A page of what waits; on the first also what banks still ask, and what was done lately."""
    here, who = office(), staff()
    after = request.args.get("after", "")
    with here.database.reading(who.practice_id) as reading:
        checks, next_key = read_checks(reading, practice_id=who.practice_id, after=after)
        banks, ended = [], []
        if not after:
            banks = read_banks(reading, practice_id=who.practice_id, timezone=who.timezone)
            ended = read_ended(reading, practice_id=who.practice_id, at=here.now())
    return render_template(
        "backoffice/checks.html",
        checks=checks,
        banks=banks,
        ended=ended,
        first=not after,
        next_key=next_key,
    )


@desk.post("/to-check/<uuid:task_id>/done")
@needs("tasks.write")
def finish_check(task_id: UUID) -> Response:
    """Note that one is done, and why. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            told = finish(
                work.session,
                practice_id=who.practice_id,
                task_id=task_id,
                reason=request.form.get("reason", ""),
                actor=who.actor,
                at=here.now(),
            )
        except NotAllowedError as refused:
            flash(why_not(refused), "err")
        else:
            work.commit()
            flash(told, "ok")
    return redirect(url_for(".list_checks"), code=303)
