"""« Réglages › Rôles »: who may do what; a practice's own roles, made, changed and deleted by its owners."""

from collections.abc import Callable
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from backoffice.auth import staff
from backoffice.desks.role_history import role_changes
from backoffice.desks.role_words import RESERVED, SAID, said, shown
from backoffice.flaws import Flaw
from backoffice.office import office
from backoffice.permissions import grave, needs
from shared.base.errors import ChangedMeanwhileError, NotAllowedError
from shared.staff import (
    RoleError,
    StaffRole,
    change_role,
    delete_role,
    find_role,
    make_role,
    members_by_role,
    missing_for,
    roles_of_practice,
)

desk = Blueprint("roles", __name__)
ABOUT = {"title": "Nom du rôle", "permissions": "Droits"}
LONGEST_TYPED = 200


@desk.get("/settings/roles")
@needs("settings.read")
def list_roles() -> str:
    """Every role, what it may do, and who has it."""
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        roles = roles_of_practice(reading, practice_id=who.practice_id)
        members = members_by_role(reading, practice_id=who.practice_id)
        changes = role_changes(reading, practice_id=who.practice_id)
    return render_template(
        "backoffice/roles.html",
        changes=changes,
        roles=[(role, said(role.permissions), members.get(role.slug, [])) for role in roles],
    )


@desk.get("/settings/roles/new")
@needs("roles.manage")
def ask_new() -> str:
    """An empty role."""
    return _form(None, title="", chosen=frozenset())


@desk.post("/settings/roles/new")
@needs("roles.manage")
@grave
def make() -> Response | tuple[str, int]:
    """Make a role."""
    title, chosen = _typed()

    def act(session: Session) -> str:
        _refuse_without(chosen)
        role = make_role(session, by=staff(), title=title, permissions=chosen, at=office().now())
        return f"Le rôle « {role.title} » existe. Il se donne à quelqu’un avec son accès."

    return _told(act, None, title=title, chosen=chosen)


@desk.get("/settings/roles/<uuid:role_id>")
@needs("roles.manage")
def show(role_id: UUID) -> str:
    """A role of the practice's own. Raises NotFoundError."""
    role = _role(role_id)
    return _form(role, title=role.title, chosen=frozenset(role.permissions))


@desk.post("/settings/roles/<uuid:role_id>")
@needs("roles.manage")
@grave
def change(role_id: UUID) -> Response | tuple[str, int]:
    """Change it. Raises NotFoundError."""
    title, chosen = _typed()
    seen = request.form.get("seen", "")

    def act(session: Session) -> str:
        _refuse_without(chosen)
        changed = change_role(
            session,
            by=staff(),
            role_id=role_id,
            seen=int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else 0,
            title=title,
            permissions=chosen,
            at=office().now(),
        )
        return "Le rôle est changé : cela vaut dès maintenant." if changed else "Rien n’a changé."

    return _told(act, _role(role_id), title=title, chosen=chosen)


@desk.post("/settings/roles/<uuid:role_id>/delete")
@needs("roles.manage")
@grave
def delete(role_id: UUID) -> Response:
    """Delete it, if nobody has it. Raises NotFoundError."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            title = delete_role(work.session, by=who, role_id=role_id, at=here.now())
        except NotAllowedError as refused:
            flash(str(refused), "err")
            return redirect(url_for(".show", role_id=role_id), code=303)
        work.commit()
    flash(f"Le rôle « {title} » est supprimé.", "ok")
    return redirect(url_for(".list_roles"), code=303)


def _role(role_id: UUID) -> StaffRole:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        return find_role(reading, practice_id=who.practice_id, role_id=role_id)


def _typed() -> tuple[str, frozenset[str]]:
    return request.form.get("title", "")[:LONGEST_TYPED], frozenset(request.form.getlist("may"))


def _refuse_without(chosen: frozenset[str]) -> None:
    """Raises RoleError for a right that is no use without another, and names both."""
    for name, lacking in missing_for(chosen).items():
        needed = " », « ".join(SAID[one] for one in sorted(lacking))
        raise RoleError(
            "permissions", f"« {SAID[name]} » ne va pas sans « {needed} » : cochez-le aussi."
        )


def _told(
    act: Callable[[Session], str], role: StaffRole | None, *, title: str, chosen: frozenset[str]
) -> Response | tuple[str, int]:
    """Do it and say so, or show the form again with what was typed."""
    here, who = office(), staff()
    with here.database.unit_of_work(who.practice_id) as work:
        try:
            told = act(work.session)
        except NotAllowedError as refused:
            about = refused.about if isinstance(refused, RoleError) else "permissions"
            flaw = Flaw(str(refused), about, ABOUT[about])
            now = _role(role.id) if role and isinstance(refused, ChangedMeanwhileError) else role
            return _form(now, title=title, chosen=chosen, flaw=flaw), 422
        work.commit()
    flash(told, "ok")
    return redirect(url_for(".list_roles"), code=303)


def _form(
    role: StaffRole | None, *, title: str, chosen: frozenset[str], flaw: Flaw | None = None
) -> str:
    here, who = office(), staff()
    with here.database.reading(who.practice_id) as reading:
        members = members_by_role(reading, practice_id=who.practice_id)
    return render_template(
        "backoffice/role.html",
        role=role,
        title=title,
        desks=shown(chosen, own=who.permissions),
        holders=members.get(role.slug, []) if role else [],
        reserved=RESERVED,
        now_may=said(role.permissions) if role and flaw else [],
        flaw=flaw,
    )
