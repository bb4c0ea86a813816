"""« Confirmez que c’est vous »: before a grave act a person shows anew that they are there.

The page sends the very form that led to it, with password and code, or a passkey's answer, beside what was
typed: nothing is kept on the way, nothing is lost, and it leads nowhere but to the act that asked for it.
"""

from flask import make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import network, opener, staff
from backoffice.challenges import CONFIRM, TOO_LATE, party, take_answer
from backoffice.flaws import Flaw
from backoffice.office import office
from shared.staff import (
    Shown,
    StaffUser,
    TooBusyError,
    confirm_presence,
    factors_of,
    hash_on_file,
    is_confirmed,
    password_fits,
)

PASSWORD, CODE, PASSKEY = "confirm_password", "confirm_code", "confirm_passkey"
WRONG = (
    "Le mot de passe ou le code n’est pas le bon, le code a déjà servi, ou il y a eu trop d’essais : "
    "attendez le code suivant, puis redonnez les deux."
)


def ask_presence() -> Response | None:
    """The page that asks who is there, instead of the act; None when that was shown lately."""
    if is_confirmed(staff().confirmed_at, now=office().now()):
        return None
    if PASSWORD not in request.form:
        return _page("", 200)
    credential = request.form.get(PASSKEY, "")
    shown = Shown(request.form.get(CODE, ""))
    if credential:
        answer = take_answer(
            CONFIRM, about=str(staff().session_id), credential=credential, alone=True
        )
        if answer is None:
            return _page(TOO_LATE, 422)
        shown = Shown(passkey=answer)
    try:
        if _confirm(request.form[PASSWORD], shown):
            return None
    except TooBusyError as busy:
        return _page(str(busy), 503)
    return _page(WRONG, 422)


def _confirm(password: str, shown: Shown) -> bool:
    """Whether whoever is signed in is there: both steps anew, at once, and alike when either fails."""
    here, who = office(), staff()
    with here.database.reading() as reading:
        kept = hash_on_file(reading, user_id=who.user_id)
    alone = shown.passkey is not None and shown.passkey.alone
    fits = not alone and password_fits(kept, password)
    with here.database.unit_of_work(who.practice_id) as work:
        right = confirm_presence(
            work.session,
            who,
            fits=fits,
            shown=shown,
            opener=opener(),
            network=network(),
            at=here.now(),
        )
        work.commit()
    return right


def _page(wrong: str, status: int) -> Response:
    own = {"csrf_token", PASSWORD, CODE, PASSKEY}
    typed = [(n, v) for n, v in request.form.items(multi=True) if n not in own]
    target = url_for(str(request.endpoint), **(request.view_args or {}))
    flaw = Flaw(wrong, PASSWORD, "Mot de passe et code") if wrong else None
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        email = reading.get_one(StaffUser, who.user_id).email
        factors = factors_of(reading, user_ids=[who.user_id])[who.user_id]
    page = render_template(
        "backoffice/confirm.html",
        typed=typed,
        target=target,
        flaw=flaw,
        email=email,
        passkeys=factors.passkeys if party() else 0,
    )
    return make_response(page, status)
