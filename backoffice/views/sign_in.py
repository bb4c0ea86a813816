"""Signing in, in two steps, and out."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import (
    HalfWay,
    give_code,
    give_password,
    half_way,
    is_signed_in,
    sign_out,
    take_next,
)
from backoffice.permissions import needs, open_to_all
from shared.base.formats import clock_time
from shared.staff import TooBusyError
from shared.web.filters import timezone
from shared.web.limits import count_failure

desk = Blueprint("sign_in", __name__)

NOT_KNOWN = (
    "Cette adresse et ce mot de passe ne vont pas ensemble, ou il y a eu trop d’essais. Après cinq "
    "essais, il faut attendre, de plus en plus longtemps : avant, même le bon mot de passe n’ouvre pas."
)
WRONG_CODE = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant et recommencez."
TOO_LATE = "Plus de cinq minutes ont passé : recommencez par l’adresse et le mot de passe."


@desk.get("/sign-in")
@open_to_all
def ask_password() -> Response | str:
    """The first form."""
    if is_signed_in():
        return redirect(take_next(url_for("accounts.list_accounts")), code=303)
    return render_template("backoffice/sign_in.html", email="", wrong="")


@desk.post("/sign-in")
@open_to_all
def take_password() -> Response | tuple[str, int]:
    """On to the code, or the same form again."""
    email = request.form.get("email", "").strip()
    try:
        right = give_password(email, request.form.get("password", ""))
    except TooBusyError as busy:
        return render_template("backoffice/sign_in.html", email=email, wrong=str(busy)), 503
    if not right:
        count_failure()
        return render_template("backoffice/sign_in.html", email=email, wrong=NOT_KNOWN), 422
    return redirect(url_for(".ask_code"), code=303)


@desk.get("/sign-in/code")
@open_to_all
def ask_code() -> Response | str:
    """The second form."""
    if half_way() is None:
        return _start_again()
    return render_template("backoffice/code.html", wrong="")


@desk.post("/sign-in/code")
@open_to_all
def take_code() -> Response | tuple[str, int]:
    """In, or the same form again."""
    half = half_way()
    if half is None:
        return _start_again()
    return _try_code(half)


def _try_code(half: HalfWay) -> Response | tuple[str, int]:
    tried = give_code(half, request.form.get("code", ""))
    if tried.right:
        return redirect(take_next(url_for("accounts.list_accounts")), code=303)
    count_failure()
    wrong = WRONG_CODE
    if tried.waits_until is not None:
        until = clock_time(tried.waits_until, timezone())
        wrong = f"Il y a eu trop d’essais. Vous pourrez recommencer après {until}."
    return render_template("backoffice/code.html", wrong=wrong), 422


def _start_again() -> Response:
    if not is_signed_in():
        flash(TOO_LATE, "warn")
    return redirect(url_for(".ask_password"), code=303)


@desk.post("/sign-out")
@needs("sessions.own")
def leave() -> Response:
    """End the session and go to the door."""
    sign_out()
    flash("Votre session est fermée.", "ok")
    return redirect(url_for(".ask_password"), code=303)
