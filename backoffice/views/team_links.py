"""An invitation, by mail or as a link to hand over, its end, and what all acts of the team's pages share."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.flaws import FieldError, Flaw, flaw_of
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.base.errors import NotAllowedError
from shared.staff import (
    INVITE,
    Maker,
    check_invited_name,
    invite,
    normal_email,
    revoke_link,
    role_titles,
)
from shared.staff_mail import ask_invitation, check_not_on_its_way, send_again, withdraw

desk = Blueprint("team_links", __name__)
MAIL = "mail"


@desk.get("/team/invite")
@needs("staff.manage")
def show_invite() -> str:
    """The form for somebody new."""
    return _invite_page(None)


@desk.post("/team/invite")
@needs("staff.manage")
@grave
def send_invite() -> Response | str | tuple[str, int]:
    """Have it sent by mail, or make the link and show it once."""
    here, who = office(), staff()
    form = request.form
    by_mail = here.settings.staff_mail and form.get("way") == MAIL
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            asked: dict[str, Any] = {
                "practice_id": who.practice_id,
                "email": form.get("email", ""),
                "name": form.get("name", ""),
                "role": chosen_role(),
                "maker": maker(),
                "at": here.now(),
            }
            _check_fields(work.session, form)
            token = ""
            if by_mail:
                ask_invitation(work.session, **asked)
            else:
                check_not_on_its_way(
                    work.session, practice_id=who.practice_id, email=asked["email"]
                )
                token = invite(work.session, **asked)
        except NotAllowedError as refused:
            return _invite_page(flaw_of(refused, form="email")), 422
        work.commit()
    if by_mail:
        flash("L’invitation part par e-mail : cette page dit ce qu’elle devient.", "ok")
        return redirect(url_for("team.list_members"), code=303)
    return link_page(token, INVITE, " ".join(form.get("name", "").split()))


@desk.post("/team/invitations/<uuid:mail_id>/again")
@needs("staff.manage")
def invite_again(mail_id: UUID) -> Response:
    """The invitation goes once more; its former link opens nothing from now on."""
    return _on_mail(mail_id, "L’invitation repart ; le lien d’avant n’ouvre plus rien.", send_again)


@desk.post("/team/invitations/<uuid:mail_id>/withdraw")
@needs("staff.manage")
def withdraw_invitation(mail_id: UUID) -> Response:
    """Neither the invitation nor its link holds any more."""
    return _on_mail(mail_id, "L’invitation est retirée : son lien n’ouvre plus rien.", withdraw)


def _on_mail(mail_id: UUID, done: str, act: Callable[..., None]) -> Response:
    return act_on_team(
        done,
        lambda session, at: act(
            session,
            practice_id=staff().practice_id,
            mail_id=mail_id,
            actor=staff().actor,
            at=at,
        ),
        to=url_for("team.list_members"),
    )


@desk.post("/team/links/<uuid:link_id>/revoke")
@needs("staff.manage")
def revoke(link_id: UUID) -> Response:
    """Nobody follows it any more."""
    return act_on_team(
        "Le lien est annulé : il n’ouvre plus rien.",
        lambda session, at: revoke_link(
            session,
            practice_id=staff().practice_id,
            link_id=link_id,
            actor=staff().actor,
            at=at,
        ),
        to=url_for("team.list_members"),
    )


def _check_fields(session: Session, form: MultiDict[str, str]) -> None:
    """What can be mended in one field, said beside it. Raises FieldError."""
    try:
        normal_email(form.get("email", ""))
    except NotAllowedError as refused:
        raise FieldError("email", "Adresse e-mail", str(refused)) from None
    try:
        check_invited_name(session, practice_id=staff().practice_id, name=form.get("name", ""))
    except NotAllowedError as refused:
        raise FieldError("name", "Prénom et nom", str(refused)) from None


def maker() -> Maker:
    return Maker(staff().user_id, staff().actor)


def chosen_role() -> str:
    role = request.form.get("role", "")
    if not role:
        raise FieldError("role", "Rôle", "Choisissez le rôle de cette personne.")
    return role


def act_on_team(done: str, act: Callable[..., Any], *, to: str) -> Response:
    """Do it and say so, or say why not. Raises NotFoundError: somebody else's colleague has no page here."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            act(work.session, here.now())
        except NotAllowedError as refused:
            flash(str(refused), "err")
        else:
            work.commit()
            flash(done, "ok")
    return redirect(to, code=303)


def _invite_page(flaw: Flaw | None) -> str:
    typed = {name: request.form.get(name, "") for name in ("email", "name", "role", "way")}
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        roles = role_titles(reading, practice_id=who.practice_id)
    mail = here.settings.staff_mail
    return render_template(
        "backoffice/team_invite.html", roles=roles, typed=typed, flaw=flaw, mail=mail
    )


def link_page(token: str, purpose: str, name: str) -> str:
    site = office().settings.backoffice_url.rstrip("/")
    address = site + url_for("welcome.show", token=token)
    return render_template("backoffice/team_link.html", address=address, purpose=purpose, name=name)
