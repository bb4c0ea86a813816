"""« Mon accès »: what one signs in with oneself, and changing it."""

import segno
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.challenges import (
    party,
)
from backoffice.flaws import Flaw
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.base.errors import NotAllowedError
from shared.staff import (
    StaffUser,
    TooBusyError,
    draw_codes,
    drop_totp,
    end_sessions,
    factors_of,
    hash_new_password,
    new_secret,
    passkeys_of,
    provisioning_uri,
    set_password,
    set_totp,
)

desk = Blueprint("own_access", __name__)
SECRET_LENGTH = 32


def qr(uri: str) -> str:
    """The picture that an authenticator reads, as an address of its own."""
    return str(segno.make(uri).svg_data_uri(scale=4, border=3, light="#fff"))


def read_totp_secret(typed: str) -> str:
    """The secret that the page showed. Raises NotAllowedError for what never was one."""
    if len(typed) != SECRET_LENGTH or set(typed) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"):
        raise NotAllowedError("La page a changé : rechargez-la, puis scannez le nouveau dessin.")
    return typed


@desk.get("/access")
@needs("sessions.own")
def show() -> str:
    """What one has."""
    return own_page()


@desk.post("/access/password")
@needs("sessions.own")
@grave
def change_password() -> Response | tuple[str, int]:
    """Take a new password; other sessions of one's own end."""
    here, who = office(), staff()
    try:
        new_hash = hash_new_password(request.form.get("new_password", ""), email=own_email())
    except NotAllowedError as refused:
        return own_page(Flaw(str(refused), "new_password", "Nouveau mot de passe")), 422
    except TooBusyError as busy:
        return own_page(Flaw(str(busy), "new_password", "Nouveau mot de passe")), 503
    with here.database.unit_of_work(who.practice_id) as work:
        user = work.session.get_one(StaffUser, who.user_id, with_for_update=True)
        set_password(work.session, user, new_hash, practice_id=who.practice_id, at=here.now())
        end_sessions(work.session, who.user_id, save=who.session_id)
        work.commit()
    flash("Votre mot de passe est changé ; vos autres sessions sont fermées.", "ok")
    return redirect(url_for(".show"), code=303)


@desk.get("/access/authenticator")
@needs("sessions.own")
def show_authenticator() -> str:
    """A fresh secret for an application, kept only once a code of it was given."""
    return _authenticator(new_secret())


@desk.post("/access/authenticator")
@needs("sessions.own")
@grave
def take_authenticator() -> Response | tuple[str, int]:
    """Take the application whose secret was shown, in the place of a former one."""
    here, who = office(), staff()
    try:
        secret = read_totp_secret(request.form.get("secret", ""))
    except NotAllowedError as refused:
        flash(str(refused), "err")
        return redirect(url_for(".show_authenticator"), code=303)
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            set_totp(
                work.session,
                user=work.session.get_one(StaffUser, who.user_id, with_for_update=True),
                practice_id=who.practice_id,
                secret=secret,
                code=request.form.get("code", ""),
                keys=here.keys,
                actor=who.actor,
                at=here.now(),
            )
        except NotAllowedError as refused:
            return _authenticator(secret, Flaw(str(refused), "code", "Code")), 422
        work.commit()
    flash("Votre application est enregistrée : ses codes ouvrent désormais.", "ok")
    return redirect(url_for(".show"), code=303)


@desk.post("/access/authenticator/remove")
@needs("sessions.own")
@grave
def remove_authenticator() -> Response:
    """Do without it, where a passkey is left."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            drop_totp(
                work.session,
                user_id=who.user_id,
                practice_id=who.practice_id,
                actor=who.actor,
                at=here.now(),
            )
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash("L’application est retirée : ses codes n’ouvrent plus.", "ok")
    return redirect(url_for(".show"), code=303)


@desk.post("/access/codes")
@needs("sessions.own")
@grave
def draw_recovery() -> str:
    """Ten recovery codes, on this page once."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        codes = draw_codes(
            work.session,
            user_id=who.user_id,
            practice_id=who.practice_id,
            index=here.index,
            actor=who.actor,
            at=here.now(),
        )
        work.commit()
    return render_template("backoffice/own_codes.html", codes=codes)


def own_page(flaw: Flaw | None = None) -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        email = reading.get_one(StaffUser, who.user_id).email
        factors = factors_of(reading, user_ids=[who.user_id])[who.user_id]
        passkeys = passkeys_of(reading, user_id=who.user_id)
    return render_template(
        "backoffice/own_access.html",
        email=email,
        factors=factors,
        passkeys=passkeys,
        possible=party() is not None,
        flaw=flaw,
        typed_name=request.form.get("passkey_name", ""),
    )


def _authenticator(secret: str, flaw: Flaw | None = None) -> str:
    return render_template(
        "backoffice/own_authenticator.html",
        secret=secret,
        picture=qr(provisioning_uri(own_email(), secret)),
        flaw=flaw,
    )


def own_email() -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        return reading.get_one(StaffUser, who.user_id).email
