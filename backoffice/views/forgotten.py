"""« Mot de passe oublié », at the door: one question, and one answer whoever asks."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import network
from backoffice.flaws import Flaw
from backoffice.office import office
from backoffice.permissions import open_to_all
from shared.base.errors import NotAllowedError
from shared.staff import normal_email
from shared.staff_mail import ask_password
from shared.web.limits import count_failure

desk = Blueprint("forgotten", __name__)


@desk.get("/sign-in/forgotten")
@open_to_all
def show() -> str:
    """The form; where no mail goes to staff, whom to ask."""
    return _page()


@desk.post("/sign-in/forgotten")
@open_to_all
def ask() -> Response | tuple[str, int]:
    """Keep what was asked. Nothing here depends on whether anybody has this address."""
    here = office()
    if not here.settings.staff_mail:
        return redirect(url_for(".show"), code=303)
    count_failure()
    typed = request.form.get("email", "")
    try:
        email = normal_email(typed)
    except NotAllowedError as wrong:
        return _page(typed, Flaw(str(wrong), "email", "Adresse e-mail")), 422
    with here.database.unit_of_work() as work:
        ask_password(work.session, email=email, index=here.index, network=network(), at=here.now())
        work.commit()
    return redirect(url_for(".show_asked"), code=303)


@desk.get("/sign-in/forgotten/asked")
@open_to_all
def show_asked() -> str:
    """What happens now, for everybody alike."""
    return render_template("backoffice/forgotten_asked.html")


def _page(typed: str = "", flaw: Flaw | None = None) -> str:
    mail = office().settings.staff_mail
    return render_template("backoffice/forgotten.html", email=typed, flaw=flaw, mail=mail)
