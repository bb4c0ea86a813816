"""« Réglages › Mise en route »: the steps, and asking for a trial, which the worker does."""

import phonenumbers
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.setup import read_steps
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import needs
from shared.accounts import get_practice, practice_vault
from shared.base.errors import NotAllowedError
from shared.setup import ACCOUNT, EMAIL, NAMES, SMS, ask_trial, checked_selector, give_word
from shared.staff import StaffUser

desk = Blueprint("setup", __name__)
LONGEST = 80


@desk.get("/settings/setup")
@needs("settings.read")
def show_steps() -> str:
    """What is done, and what is to be done."""
    return _page()


@desk.post("/settings/setup/email")
@needs("settings.write")
def try_email() -> Response | tuple[str, int]:
    """Have a test e-mail sent to one's own address."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        email = reading.get_one(StaffUser, who.user_id).email
    return _ask(EMAIL, email)


@desk.post("/settings/setup/sms")
@needs("settings.write")
def try_sms() -> Response | tuple[str, int]:
    """Have a test SMS sent to one's own phone."""
    typed = request.form.get("phone", "")[:LONGEST]
    try:
        return _ask(SMS, _phone(typed))
    except FieldError as wrong:
        return _page(typed={"phone": typed}, flaw=flaw_of(wrong, form="phone")), 422


@desk.post("/settings/setup/names")
@needs("settings.write")
def look_at_names() -> Response | tuple[str, int]:
    """Have the sender's domain looked up."""
    typed = request.form.get("selector", "")[:LONGEST]
    try:
        return _ask(NAMES, checked_selector(typed))
    except NotAllowedError as wrong:
        flaw = Flaw(str(wrong), "selector", "Sélecteur DKIM")
        return _page(typed={"selector": typed}, flaw=flaw), 422


@desk.post("/settings/setup/account")
@needs("settings.write")
def look_at_account() -> Response:
    """Have the card processor asked about the practice's account."""
    return _ask(ACCOUNT, "")


@desk.post("/settings/setup/receipts")
@needs("settings.write")
def say_receipts() -> Response | tuple[str, int]:
    """Give one's word that the processor mails nothing by itself, or take it back."""
    here, who = office(), staff()
    holds = "back" not in request.form
    if holds and not {"receipts", "link"} <= request.form.keys():
        kept = {name: "1" for name in ("receipts", "link") if name in request.form}
        left = "receipts" if "receipts" not in kept else "link"
        flaw = Flaw(
            "Regardez les deux dans les pages du prestataire, et cochez-les ici.",
            left,
            "Les e-mails du prestataire",
        )
        return _page(typed=kept, flaw=flaw), 422
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            give_word(work.session, practice_id=who.practice_id, holds=holds, by=who, at=here.now())
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash(
                "C’est noté, à votre nom." if holds else "La confirmation est retirée.",
                "ok",
            )
    return redirect(url_for(".show_steps"), code=303)


def _ask(kind: str, target: str) -> Response:
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        practice = get_practice(work.session, who.practice_id)
        vault = practice_vault(here.keys, practice)
        try:
            ask_trial(
                work.session, kind, target, practice=practice, vault=vault, by=who, at=here.now()
            )
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash("C’est demandé : rechargez la page dans un instant.", "ok")
    return redirect(url_for(".show_steps"), code=303)


def _phone(text: str) -> str:
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise FieldError(
            "phone",
            "Votre téléphone",
            "Écrivez un numéro de téléphone, par exemple 06 12 34 56 78.",
        )
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _page(*, typed: dict[str, str] | None = None, flaw: Flaw | None = None) -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        steps = read_steps(reading, practice_id=who.practice_id, at=here.now())
        email = reading.get_one(StaffUser, who.user_id).email
    return render_template(
        "backoffice/setup.html", steps=steps, email=email, typed=typed or {}, flaw=flaw
    )
