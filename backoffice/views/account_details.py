"""The lines of an account's invoices: closed, and opened for a quarter of an hour with a reason."""

from flask import (
    Blueprint,
    Response,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from backoffice.auth import staff
from backoffice.desks.details import read_details
from backoffice.flaws import Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import needs
from shared.accounts import account_vault, find_account
from shared.base.errors import NotAllowedError
from shared.privacy import LONGEST_NOTE, REASONS, Opener, open_details
from shared.staff import ROLE_TITLES, roles_with

desk = Blueprint("account_details", __name__)


@desk.get("/accounts/<number>/details")
@needs("accounts.read")
def show(number: str) -> Response:
    """The lines, the form that opens them, or why they stay closed."""
    return _page(number)


@desk.post("/accounts/<number>/details")
@needs("details.read")
def open_them(number: str) -> AnyResponse:
    """Open them for whoever presses; pressing again changes nothing while they are open."""
    here, who = office(), staff()
    reason = request.form.get("reason", "")
    note = request.form.get("note", "").strip()
    try:
        with here.database.unit_of_work(who.practice_id) as work:
            account = find_account(
                work.session, practice_id=who.practice_id, number=number, lock=True
            )
            open_details(
                work.session,
                account=account,
                vault=account_vault(here.keys, account),
                opener=Opener(who.user_id, who.name, who.role),
                reason=reason,
                note=note,
                at=here.now(),
            )
            work.commit()
    except NotAllowedError as refused:
        field, label = ("note", "Note") if reason in REASONS else ("reason", "Pourquoi")
        return _page(number, flaw=flaw_of(refused, form=field, label=label), status=422)
    flash(
        "Le détail est ouvert pour un quart d’heure. La personne lit qu’il l’a été, et pourquoi.",
        "ok",
    )
    return redirect(url_for(".show", number=number), code=303)


def _page(number: str, *, flaw: Flaw | None = None, status: int = 200) -> Response:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        page = read_details(reading, who=who, number=number, keys=here.keys, at=here.now())
    who_may = [title for role, title in ROLE_TITLES.items() if role in roles_with("details.read")]
    shown = render_template(
        "backoffice/account_details.html",
        page=page,
        reasons=REASONS,
        reason=request.form.get("reason", ""),
        note=request.form.get("note", ""),
        longest=LONGEST_NOTE,
        who_may=who_may,
        flaw=flaw,
    )
    return make_response(shown, status)
