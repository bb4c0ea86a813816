"""« Équipe »: who is in the practice, and what an owner does with a colleague's access."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.invitations import handed_over, state_of
from backoffice.office import office
from backoffice.permissions import grave, needs
from backoffice.views.team_links import act_on_team, chosen_role, link_page, maker
from shared.base.errors import NotAllowedError
from shared.base.page_keys import read_key, write_key
from shared.staff import (
    FACTOR,
    PASSWORD,
    TEAM_PAGE,
    assign_role,
    close_session,
    open_links,
    password_link,
    reset_factors,
    restore_member,
    role_titles,
    sessions_of,
    suspend_member,
    team_member,
    team_of,
    unlock_member,
)
from shared.staff_mail import invitations

desk = Blueprint("team", __name__)
_MEMBER = "/team/<uuid:member_id>"
MOST_LINKS = 50
MOST_SESSIONS = 50
_SUSPENDED = (
    "L’accès est suspendu et les sessions sont fermées. Les liens que cette personne avait faits "
    "n’ouvrent plus rien."
)
_UNLOCKED = "Les essais sont remis à zéro : cette personne peut réessayer tout de suite."
_UNLOCKED_HERE = (
    "Les essais comptés dans ce cabinet sont remis à zéro. Cette personne travaille aussi dans un autre : "
    "s’il y a eu trop d’essais en tout, elle attend encore, une heure au plus."
)


@desk.get("/team")
@needs("staff.manage")
def list_members() -> str:
    """Everybody, and the links that can still be followed."""
    here, who = office(), staff()
    after = request.args.get("after", "")
    with here.database.reading(who.practice_id) as reading:
        rows = team_of(
            reading, practice_id=who.practice_id, after=read_key(after, str) if after else None
        )
        roles = role_titles(reading, practice_id=who.practice_id)
        mails = invitations(reading, practice_id=who.practice_id, at=here.now())
        links = open_links(reading, practice_id=who.practice_id, at=here.now(), most=MOST_LINKS)
    page = rows[:TEAM_PAGE]
    return render_template(
        "backoffice/team.html",
        rows=page,
        links=handed_over(links, mails),
        invitations=[state_of(one, at=here.now(), timezone=who.timezone) for one in mails],
        roles=roles,
        next_key=write_key(page[-1].name, page[-1].user_id) if len(rows) > TEAM_PAGE else "",
        first=not after,
    )


@desk.get(_MEMBER)
@needs("staff.manage")
def show(member_id: UUID) -> str:
    """One colleague, with what can be done."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        member = team_member(reading, practice_id=who.practice_id, user_id=member_id)
        rows = sessions_of(reading, user_id=member_id, at=here.now(), practice_id=who.practice_id)[
            :MOST_SESSIONS
        ]
        roles = role_titles(reading, practice_id=who.practice_id)
    return render_template(
        "backoffice/team_member.html",
        of=member,
        sessions=rows,
        roles=roles,
        myself=member_id == who.user_id,
    )


@desk.post(f"{_MEMBER}/role")
@needs("staff.manage")
@grave
def give_role(member_id: UUID) -> Response:
    """Another role, at once."""
    return act_on_team(
        "Le rôle est changé : il vaut dès la page suivante.",
        lambda session, at: assign_role(
            session,
            practice_id=staff().practice_id,
            user_id=member_id,
            role=chosen_role(),
            maker=maker(),
            at=at,
        ),
        to=url_for(".show", member_id=member_id),
    )


@desk.post(f"{_MEMBER}/suspend")
@needs("staff.manage")
def suspend(member_id: UUID) -> Response:
    """Keep a colleague out, at once."""
    return _on(member_id, _SUSPENDED, suspend_member)


@desk.post(f"{_MEMBER}/restore")
@needs("staff.manage")
@grave
def restore(member_id: UUID) -> Response:
    """Let a colleague in again."""
    return _on(member_id, "L’accès est rendu.", restore_member)


@desk.post(f"{_MEMBER}/unlock")
@needs("staff.manage")
@grave
def unlock(member_id: UUID) -> Response:
    """Forget a colleague's wrong tries."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        member = team_member(reading, practice_id=who.practice_id, user_id=member_id)
    return _on(member_id, _UNLOCKED_HERE if member.practices > 1 else _UNLOCKED, unlock_member)


@desk.post(f"{_MEMBER}/password-link")
@needs("staff.manage")
@grave
def give_password_link(member_id: UUID) -> str | Response:
    """A link for a new password, shown once."""
    return _link_for(member_id, PASSWORD, password_link)


@desk.post(f"{_MEMBER}/factors")
@needs("staff.manage")
@grave
def reset_member(member_id: UUID) -> str | Response:
    """A colleague's second factors end; a link to enrol anew, shown once."""
    return _link_for(member_id, FACTOR, reset_factors)


@desk.post(f"{_MEMBER}/sessions/<uuid:session_id>/close")
@needs("staff.manage")
def close(member_id: UUID, session_id: UUID) -> Response:
    """End one of a colleague's sessions in this practice."""
    return act_on_team(
        "Cette session est fermée.",
        lambda session, at: close_session(
            session,
            session_id=session_id,
            user_id=member_id,
            actor=staff().actor,
            at=at,
            practice_id=staff().practice_id,
        ),
        to=url_for(".show", member_id=member_id),
    )


def _on(member_id: UUID, done: str, act: Callable[..., Any]) -> Response:
    return act_on_team(
        done,
        lambda session, at: act(
            session, practice_id=staff().practice_id, user_id=member_id, maker=maker(), at=at
        ),
        to=url_for(".show", member_id=member_id),
    )


def _link_for(member_id: UUID, purpose: str, make: Callable[..., str]) -> str | Response:
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            token = make(
                work.session,
                practice_id=who.practice_id,
                user_id=member_id,
                maker=maker(),
                at=here.now(),
            )
        except NotAllowedError as refused:
            flash(str(refused), "err")
            return redirect(url_for(".show", member_id=member_id), code=303)
        name = team_member(work.session, practice_id=who.practice_id, user_id=member_id).name
        work.commit()
    return link_page(token, purpose, name)
