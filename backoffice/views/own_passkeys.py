"""One's own passkeys: made, removed, and asked for before a grave act."""

from uuid import UUID

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.challenges import (
    CONFIRM,
    ENROL,
    TOO_LATE,
    as_json,
    draw,
    party,
    take_answer,
)
from backoffice.flaws import Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import grave, needs
from backoffice.views.own_access import own_email, own_page
from shared.base.errors import NotAllowedError
from shared.staff import (
    add_passkey,
    options_to_enrol,
    options_to_show,
    passkeys_of,
    read_new,
    remove_passkey,
)

desk = Blueprint("own_passkeys", __name__)


@desk.post("/access/confirm/ask")
@needs("sessions.own")
def ask_presence() -> Response:
    """What a browser is asked for a passkey before a grave act."""
    site, who = party(), staff()
    known = _known()
    if site is None or not known:
        abort(404)
    challenge = draw(CONFIRM, about=str(who.session_id))
    return as_json(options_to_show(site, challenge, known=known, alone=True))


@desk.post("/access/passkeys/ask")
@needs("sessions.own")
def ask_new_passkey() -> Response:
    """What a browser is asked in order to make a passkey."""
    site, who = party(), staff()
    if site is None:
        abort(404)
    challenge = draw(ENROL, about=str(who.user_id))
    return as_json(
        options_to_enrol(
            site, challenge, user_id=who.user_id, email=own_email(), name=who.name, known=_known()
        )
    )


@desk.post("/access/passkeys")
@needs("sessions.own")
@grave
def take_passkey() -> Response | tuple[str, int]:
    """Keep the passkey that was made."""
    here, who = office(), staff()
    answer = take_answer(ENROL, about=str(who.user_id), credential=request.form.get("passkey", ""))
    if answer is None:
        return own_page(Flaw(TOO_LATE, "passkey_name", "Nom de la clé")), 422
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            add_passkey(
                work.session,
                user_id=who.user_id,
                practice_id=who.practice_id,
                name=request.form.get("passkey_name", ""),
                new=read_new(answer),
                actor=who.actor,
                at=here.now(),
            )
        except NotAllowedError as refused:
            return own_page(flaw_of(refused, form="passkey_name", label="Nom de la clé")), 422
        work.commit()
    flash("La clé d’accès est enregistrée : elle ouvre dès maintenant.", "ok")
    return redirect(url_for("own_access.show"), code=303)


@desk.post("/access/passkeys/<uuid:passkey_id>/remove")
@needs("sessions.own")
@grave
def forget_passkey(passkey_id: UUID) -> Response:
    """Forget one of one's passkeys, never the last second factor. Raises NotFoundError for none of them."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            remove_passkey(
                work.session,
                user_id=who.user_id,
                practice_id=who.practice_id,
                passkey_id=passkey_id,
                actor=who.actor,
                at=here.now(),
            )
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash("La clé d’accès est retirée : elle n’ouvre plus.", "ok")
    return redirect(url_for("own_access.show"), code=303)


def _known() -> list[str]:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        return [one.credential_id for one in passkeys_of(reading, user_id=who.user_id)]
