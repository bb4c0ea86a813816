"""By which steps an account goes: staff say so, on the account's own page of it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.office import office
from backoffice.permissions import needs
from shared.accounts import find_account
from shared.base.errors import NotAllowedError
from shared.erasing import refuse_erased
from shared.ladder import SEGMENT_TITLES, segment_of, set_segment

desk = Blueprint("ladder_profile", __name__)


@desk.get("/accounts/<number>/profile")
@needs("accounts.read")
def show_profile(number: str) -> str:
    """By which steps an account goes."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        account = find_account(reading, practice_id=who.practice_id, number=number)
        segment = segment_of(reading, practice_id=who.practice_id, account_id=account.id)
    return render_template(
        "backoffice/ladder_profile.html", account=account, segment=segment, segments=SEGMENT_TITLES
    )


@desk.post("/accounts/<number>/profile")
@needs("ladder.bulk")
def take_profile(number: str) -> Response:
    """Have an account go by other steps."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        account = find_account(work.session, practice_id=who.practice_id, number=number, lock=True)
        try:
            refuse_erased(account, timezone=who.timezone)
            segment = request.form.get("segment", "")
            set_segment(
                work.session, account, segment, actor=who.actor, name=who.name, at=here.now()
            )
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash(f"Profil « {SEGMENT_TITLES[segment]} » dès la prochaine nuit.", "ok")
    return redirect(url_for("ladder_profile.show_profile", number=number), code=303)
