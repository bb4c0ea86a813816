"""Signing in, in two steps or by a passkey that knows its person, and out."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import (
    HalfWay,
    give_factor,
    give_password,
    had_session,
    half_way,
    is_signed_in,
    owner_half_way,
    sign_out,
    staff,
)
from backoffice.challenges import SECOND, SIGN_IN, TOO_LATE, as_json, draw, party, take_answer
from backoffice.next_page import take_next, was_led
from backoffice.office import office
from backoffice.permissions import needs, open_to_all
from shared.base.formats import clock_time
from shared.staff import (
    Factors,
    FactorTry,
    Shown,
    TooBusyError,
    codes_left,
    factors_of,
    options_to_show,
    passkeys_of,
)
from shared.web.filters import timezone
from shared.web.limits import count_failure

desk = Blueprint("sign_in", __name__)

NOT_KNOWN = (
    "Cette adresse et ce mot de passe ne vont pas ensemble, ou il y a eu trop d’essais. Après cinq "
    "essais, il faut attendre, de plus en plus longtemps : avant, même le bon mot de passe n’ouvre pas."
)
WRONG_CODE = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant et recommencez."
WRONG_KEY = (
    "Cette clé d’accès n’ouvre pas. Recommencez, ou donnez votre adresse et votre mot de passe : si elle a "
    "été retirée, un propriétaire du cabinet peut vous aider."
)
HALF_LATE = "Plus de cinq minutes ont passé : recommencez par l’adresse et le mot de passe."
FEW_CODES = 3


@desk.get("/sign-in")
@open_to_all
def ask_password() -> Response | str:
    """The first form."""
    if is_signed_in():
        return redirect(take_next(url_for("accounts.list_accounts")), code=303)
    return _door("", "", is_over=was_led() and had_session())


@desk.post("/sign-in")
@open_to_all
def take_password() -> Response | tuple[str, int]:
    """On to the second factor, or the same form again."""
    email = request.form.get("email", "").strip()
    try:
        right = give_password(email, request.form.get("password", ""))
    except TooBusyError as busy:
        return _door(email, str(busy)), 503
    if not right:
        count_failure()
        return _door(email, NOT_KNOWN), 422
    return redirect(url_for(".ask_code"), code=303)


@desk.post("/sign-in/passkey/ask")
@open_to_all
def ask_passkey() -> Response:
    """What a browser is asked for anybody's passkey."""
    site = party()
    if site is None:
        abort(404)
    challenge = draw(SIGN_IN, about="")
    return as_json(options_to_show(site, challenge, known=[], alone=True))


@desk.post("/sign-in/passkey")
@open_to_all
def take_passkey() -> Response | tuple[str, int]:
    """In, by a passkey whose device knows its person: that is both steps."""
    credential = request.form.get("passkey", "")
    answer = take_answer(SIGN_IN, about="", credential=credential, alone=True)
    if answer is None:
        return _door("", TOO_LATE), 422
    half = owner_half_way(credential)
    tried = give_factor(half, Shown(passkey=answer)) if half else FactorTry(False, None)
    if not tried.right or half is None:
        count_failure()
        return _door("", _too_often(tried) or WRONG_KEY), 422
    return _in(half.user_id, tried)


@desk.get("/sign-in/code")
@open_to_all
def ask_code() -> Response | str:
    """The second form."""
    half = half_way()
    if half is None:
        return _start_again()
    return _second(half, "")


@desk.post("/sign-in/code/ask")
@open_to_all
def ask_second() -> Response:
    """What a browser is asked for a passkey of whoever gave the password."""
    half, site = half_way(), party()
    if half is None:
        return _start_again()
    if site is None:
        abort(404)
    with office().database.reading(half.practice_id) as reading:
        known = [one.credential_id for one in passkeys_of(reading, user_id=half.user_id)]
    if not known:
        abort(404)
    challenge = draw(SECOND, about=str(half.user_id))
    return as_json(options_to_show(site, challenge, known=known, alone=False))


@desk.post("/sign-in/code")
@open_to_all
def take_code() -> Response | tuple[str, int]:
    """In, or the same form again."""
    half = half_way()
    if half is None:
        return _start_again()
    shown, credential = Shown(request.form.get("code", "")), request.form.get("passkey", "")
    if credential:
        answer = take_answer(SECOND, about=str(half.user_id), credential=credential)
        if answer is None:
            return _second(half, TOO_LATE), 422
        shown = Shown(passkey=answer)
    tried = give_factor(half, shown)
    if tried.right:
        return _in(half.user_id, tried)
    count_failure()
    return _second(half, _too_often(tried) or (WRONG_KEY if credential else WRONG_CODE)), 422


def _in(user_id: UUID, tried: FactorTry) -> Response:
    if tried.by_recovery:
        here = office()
        with here.database.reading(staff().practice_id) as reading:
            left = codes_left(reading, user_id=user_id)
        more = " Tirez-en d’autres sous « Mon accès »." if left <= FEW_CODES else ""
        flash(f"Un code de secours a servi ; il vous en reste {left}.{more}", "warn")
    if staff().practices > 1:
        return redirect(url_for("practices.choose"), code=303)
    return redirect(take_next(url_for("accounts.list_accounts")), code=303)


def _too_often(tried: FactorTry) -> str:
    if tried.waits_until is None:
        return ""
    until = clock_time(tried.waits_until, timezone())
    return f"Il y a eu trop d’essais. Vous pourrez recommencer après {until}."


def _door(email: str, wrong: str, *, is_over: bool = False) -> str:
    return render_template(
        "backoffice/sign_in.html",
        email=email,
        wrong=wrong,
        is_over=is_over,
        passkeys=party() is not None,
        mail=office().settings.staff_mail,
    )


def _second(half: HalfWay, wrong: str) -> str:
    with office().database.reading(half.practice_id) as reading:
        factors: Factors = factors_of(reading, user_ids=[half.user_id])[half.user_id]
    return render_template(
        "backoffice/code.html", wrong=wrong, factors=factors, passkeys=party() and factors.passkeys
    )


def _start_again() -> Response:
    if not is_signed_in():
        flash(HALF_LATE, "warn")
    return redirect(url_for(".ask_password"), code=303)


@desk.post("/sign-out")
@needs("sessions.own")
def leave() -> Response:
    """End the session and go to the door."""
    sign_out()
    flash("Votre session est fermée.", "ok")
    return redirect(url_for(".ask_password"), code=303)
