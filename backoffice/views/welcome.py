"""What following a staff link shows and does: joining, a new password, a second factor anew."""

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import network, opener
from backoffice.challenges import FOLLOW, TOO_LATE, as_json, draw, party, take_answer
from backoffice.flaws import Flaw
from backoffice.office import office
from backoffice.permissions import open_to_all
from backoffice.views.own_access import qr, read_totp_secret
from shared.accounts import get_practice
from shared.base.errors import NotAllowedError, NotFoundError
from shared.staff import (
    CODE_NOT_RIGHT,
    FACTOR,
    FORGOTTEN,
    INVITE,
    NOT_RIGHT,
    PASSWORD,
    Enrolment,
    LinkSecret,
    Shown,
    StaffLink,
    TooBusyError,
    Visit,
    choose_password,
    enrol_anew,
    factors_of,
    find_link,
    hash_new_password,
    hash_on_file,
    join_as_known,
    join_as_new,
    known_person,
    new_secret,
    options_to_enrol,
    options_to_show,
    passkeys_of,
    password_fits,
    provisioning_uri,
    read_new,
    read_secret,
    role_titles,
)
from shared.web.limits import count_failure

desk = Blueprint("welcome", __name__)
_LINK = "/welcome/<string(maxlength=64):token>"
KNOWN = "known"
FIRST_KEY = "Première clé"


@desk.get(_LINK)
@open_to_all
def show(token: str) -> Response:
    """What the link is for; looking changes nothing."""
    try:
        return make_response(_page(read_secret(token), token))
    except NotFoundError as over:
        return _over(str(over))


@desk.post(f"{_LINK}/ask")
@open_to_all
def ask(token: str) -> Response:
    """What a browser is asked: to make a passkey, or to use one.

    Whoever made the link holds it too, so that it tells nothing of the passkeys of somebody invited: their
    device knows which of its own are for us. A link for a password goes to a colleague, whose keys may be of
    the kind that answers only when it is named.
    """
    here, site = office(), party()
    secret = read_secret(token)
    with here.database.reading(secret.practice_id) as reading:
        link = find_link(reading, secret=secret, at=here.now())
        user = known_person(reading, link)
        user_id = user.id if user else link.user_id
        act = _act_of(reading, link)
        known = (
            [one.credential_id for one in passkeys_of(reading, user_id=user_id)]
            if act == PASSWORD
            else []
        )
    if site is None or (act == PASSWORD and not known):
        abort(404)
    challenge = draw(FOLLOW, about=str(secret.link_id))
    if act in (KNOWN, PASSWORD):
        return as_json(options_to_show(site, challenge, known=known, alone=act == KNOWN))
    return as_json(
        options_to_enrol(
            site, challenge, user_id=user_id, email=link.email, name=link.name, known=known
        )
    )


@desk.post(_LINK)
@open_to_all
def follow(token: str) -> Response:
    """Do what the link is for, or show the form again with what is to be mended."""
    here = office()
    try:
        secret = read_secret(token)
        with here.database.reading(secret.practice_id) as reading:
            link = find_link(reading, secret=secret, at=here.now())
            act = _act_of(reading, link)
            user = known_person(reading, link)
            on_file = hash_on_file(reading, user_id=user.id if user else link.user_id)
        return _follow(act, link, secret, on_file)
    except NotFoundError as over:
        return _over(str(over))
    except TooBusyError as busy:
        return make_response(_page(secret, token, Flaw(str(busy), "password")), 503)
    except NotAllowedError as refused:
        count_failure()
        return make_response(_page(secret, token, Flaw(str(refused), "form")), 422)


def _follow(act: str, link: StaffLink, secret: LinkSecret, on_file: str) -> Response:
    """Raises NotAllowedError for what is to be mended, NotFoundError for a link that is over by now."""
    here, form = office(), request.form
    password = form.get("password", "")
    visit = Visit(secret, opener(), network(), here.now())
    codes: list[str] | None = None
    if act in (INVITE, PASSWORD):
        new_hash = hash_new_password(password, email=link.email)
    shown = _shown(secret, alone=act == KNOWN) if act in (KNOWN, PASSWORD) else Shown()
    enrolment = _enrolment(secret) if act in (INVITE, FACTOR) else None
    alone = shown.passkey is not None and shown.passkey.alone
    fits = act in (KNOWN, FACTOR) and not alone and password_fits(on_file, password)
    with here.database.unit_of_work(secret.practice_id) as work:
        right = True
        if act == INVITE and enrolment is not None:
            codes = join_as_new(work.session, visit, password_hash=new_hash, enrolment=enrolment)
        elif act == KNOWN:
            right = join_as_known(work.session, visit, fits=fits, shown=shown)
        elif act == PASSWORD:
            right = choose_password(work.session, visit, password_hash=new_hash, shown=shown)
        elif enrolment is not None:
            codes = enrol_anew(work.session, visit, fits=fits, enrolment=enrolment)
            right = codes is not None
        work.commit()  # a wrong try too: it counts
    if not right:
        raise NotAllowedError(CODE_NOT_RIGHT if act == PASSWORD else NOT_RIGHT)
    if codes is not None:
        return make_response(render_template("backoffice/welcome_codes.html", codes=codes))
    flash(
        "Votre nouveau mot de passe est enregistré : ouvrez une session."
        if act == PASSWORD
        else "C’est fait : vous faites partie du cabinet. Ouvrez une session.",
        "ok",
    )
    return redirect(url_for("sign_in.ask_password"), code=303)


def _shown(secret: LinkSecret, *, alone: bool) -> Shown:
    credential = request.form.get("passkey", "")
    if not credential:
        return Shown(request.form.get("code", ""))
    answer = take_answer(FOLLOW, about=str(secret.link_id), credential=credential, alone=alone)
    if answer is None:
        raise NotAllowedError(TOO_LATE)
    return Shown(passkey=answer)


def _enrolment(secret: LinkSecret) -> Enrolment:
    form = request.form
    credential = form.get("passkey", "")
    if not credential:
        return Enrolment(read_totp_secret(form.get("secret", "")), form.get("code", ""))
    answer = take_answer(FOLLOW, about=str(secret.link_id), credential=credential)
    if answer is None:
        raise NotAllowedError(TOO_LATE)
    return Enrolment("", "", read_new(answer), FIRST_KEY)


def _act_of(session: Session, link: StaffLink) -> str:
    """What the link asks of whoever follows it: an invitation of somebody known is joined as they are."""
    if link.purpose == INVITE and known_person(session, link) is not None:
        return KNOWN
    return PASSWORD if link.purpose == FORGOTTEN else link.purpose


def _page(secret: LinkSecret, token: str, flaw: Flaw | None = None) -> str:
    here = office()
    with here.database.reading(secret.practice_id) as reading:
        link = find_link(reading, secret=secret, at=here.now())
        act = _act_of(reading, link)
        sender = get_practice(reading, secret.practice_id).sender
        roles = role_titles(reading, practice_id=secret.practice_id)
        user = known_person(reading, link)
        has_keys = bool(user and factors_of(reading, user_ids=[user.id])[user.id].passkeys)
    enrols = act in (INVITE, FACTOR)
    try:
        totp = read_totp_secret(request.form.get("secret", ""))
    except NotAllowedError:
        totp = new_secret()
    return render_template(
        "backoffice/welcome.html",
        act=act,
        link=link,
        token=token,
        sender=sender,
        role=roles.get(link.role, "") if link.role else "",
        secret=totp,
        picture=qr(provisioning_uri(link.email, totp)) if enrols else "",
        passkeys=party() is not None and (enrols or act == KNOWN or has_keys),
        enrols=enrols,
        flaw=flaw,
    )


def _over(text: str) -> Response:
    mail = office().settings.staff_mail
    return make_response(render_template("backoffice/welcome_over.html", text=text, mail=mail), 404)
