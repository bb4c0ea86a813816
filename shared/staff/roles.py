"""A practice's own roles: made, changed, deleted, each told before it is written.

The row policies want the event first: see deploy/postgresql/roles.sql.
"""

import secrets
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import record
from shared.base.clock import local_date
from shared.base.database import take_turns
from shared.base.errors import ChangedMeanwhileError, NotAllowedError, NotFoundError
from shared.base.formats import clock_time, day
from shared.base.ids import new_id
from shared.staff.model import StaffMembership, StaffRole, StaffUser
from shared.staff.role_rules import OWN, checked_permissions, checked_title
from shared.staff.rules import ROLE_TITLES, ROLES, permissions_of
from shared.staff.sessions import SignedIn

TEAM = "équipe"


@dataclass(frozen=True, slots=True)
class RoleOnOffer:
    """A role that a member of this practice can have; ``own`` where it is one of the practice's."""

    slug: str
    title: str
    permissions: frozenset[str]
    own: StaffRole | None


def roles_of_practice(session: Session, *, practice_id: int) -> list[RoleOnOffer]:
    """The five that everybody has, then the practice's own by title."""
    own = session.scalars(
        select(StaffRole).where(StaffRole.practice_id == practice_id).order_by(StaffRole.title)
    )
    return [
        *(RoleOnOffer(slug, ROLE_TITLES[slug], may, None) for slug, may in ROLES.items()),
        *(
            RoleOnOffer(role.slug, role.title, permissions_of(role.slug, role.permissions), role)
            for role in own
        ),
    ]


def role_titles(session: Session, *, practice_id: int) -> dict[str, str]:
    """How each role that a member can have is called, by slug."""
    return {role.slug: role.title for role in roles_of_practice(session, practice_id=practice_id)}


def with_own_role(session: Session, signed_in: SignedIn) -> SignedIn:
    """The same person with what the practice's own role is called and may do, read in that practice."""
    own = session.scalar(
        select(StaffRole).where(
            StaffRole.practice_id == signed_in.practice_id, StaffRole.slug == signed_in.role
        )
    )
    if own is None:
        return signed_in
    permissions = permissions_of(own.slug, own.permissions)
    return replace(signed_in, role_title=own.title, permissions=permissions)


def members_by_role(session: Session, *, practice_id: int) -> dict[str, list[str]]:
    """The names of active members by what their membership names."""
    query = (
        select(StaffMembership.role, StaffUser.name)
        .join(StaffUser, StaffUser.id == StaffMembership.user_id)
        .where(StaffMembership.practice_id == practice_id, StaffUser.status == "active")
        .order_by(StaffUser.name)
    )
    names = defaultdict(list)
    for role, name in session.execute(query):
        names[role].append(name)
    return dict(names)


def find_role(session: Session, *, practice_id: int, role_id: UUID) -> StaffRole:
    """A role of the practice's own. Raises NotFoundError."""
    role = session.get(StaffRole, (practice_id, role_id))
    if role is None:
        raise NotFoundError("Ce rôle n’existe pas, ou plus.")
    return role


def make_role(
    session: Session, *, by: SignedIn, title: str, permissions: Collection[str], at: datetime
) -> StaffRole:
    """Make a role. The same one sent twice is one. Raises RoleError."""
    others = _turn(session, by.practice_id)
    for role in others:
        is_own = (role.changed_by, role.version) == (by.user_id, 1)
        if is_own and (role.title, set(role.permissions)) == (title.strip(), set(permissions)):
            return role
    name = checked_title(title, others=[role.title for role in others])
    chosen = checked_permissions(permissions, kept=(), own=by.permissions)
    role = StaffRole(
        practice_id=by.practice_id,
        id=new_id(),
        slug=OWN + secrets.token_hex(4),
        title=name,
        permissions=sorted(chosen),
        changed_at=at,
        changed_by=by.user_id,
        changed_name=by.name,
    )
    record(
        session,
        practice_id=by.practice_id,
        account_id=None,
        kind="staff_role.made",
        actor=by.actor,
        at=at,
        id=str(role.id),
        slug=role.slug,
        title=name,
        permissions=sorted(chosen),
    )
    session.flush()
    session.add(role)
    session.flush()
    return role


def change_role(
    session: Session,
    *,
    by: SignedIn,
    role_id: UUID,
    seen: int,
    title: str,
    permissions: Collection[str],
    at: datetime,
) -> bool:
    """Change a role whose version ``seen`` was read; whether anything differs.

    Raises NotFoundError, RoleError, and ChangedMeanwhileError where somebody else was faster.
    """
    others = _turn(session, by.practice_id)
    role = find_role(session, practice_id=by.practice_id, role_id=role_id)
    before = (role.title, frozenset(role.permissions))
    name = checked_title(title, others=[one.title for one in others if one.id != role.id])
    chosen = checked_permissions(permissions, kept=before[1], own=by.permissions)
    if (name, chosen) == before:
        return False
    if role.version != seen:
        on = day(local_date(role.changed_at, by.timezone))
        raise ChangedMeanwhileError(
            f"{role.changed_name} a changé ce rôle le {on} à "
            f"{clock_time(role.changed_at, by.timezone)} : rien n’a été écrit. Relisez-le, puis "
            "recommencez s’il le faut."
        )
    record(
        session,
        practice_id=by.practice_id,
        account_id=None,
        kind="staff_role.changed",
        actor=by.actor,
        at=at,
        id=str(role.id),
        slug=role.slug,
        title=name,
        was=role.title,
        permissions=sorted(chosen),
        added=sorted(chosen - before[1]),
        removed=sorted(before[1] - chosen),
    )
    session.flush()
    role.title, role.permissions, role.version = name, sorted(chosen), role.version + 1
    role.changed_at, role.changed_by, role.changed_name = at, by.user_id, by.name
    session.flush()
    return True


def delete_role(session: Session, *, by: SignedIn, role_id: UUID, at: datetime) -> str:
    """Delete a role that nobody has; returns its title. Raises NotFoundError, NotAllowedError."""
    _turn(session, by.practice_id)
    role = find_role(session, practice_id=by.practice_id, role_id=role_id)
    query = (
        select(StaffUser.name)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(StaffMembership.practice_id == by.practice_id, StaffMembership.role == role.slug)
        .order_by(StaffUser.name)
    )
    if holders := list(session.scalars(query)):
        raise NotAllowedError(
            f"{', '.join(holders)} {'a' if len(holders) == 1 else 'ont'} le rôle « {role.title} » : "
            "donnez-leur d’abord un autre rôle, puis supprimez celui-ci."
        )
    record(
        session,
        practice_id=by.practice_id,
        account_id=None,
        kind="staff_role.deleted",
        actor=by.actor,
        at=at,
        id=str(role.id),
        slug=role.slug,
        title=role.title,
    )
    session.flush()
    session.delete(role)
    session.flush()
    return role.title


def _turn(session: Session, practice_id: int) -> list[StaffRole]:
    """One at a time in a practice; its roles as they are now."""
    take_turns(session, f"roles of {practice_id}")
    query = select(StaffRole).where(StaffRole.practice_id == practice_id)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def roles_by_name(session: Session, *, practice_id: int) -> dict[str, str]:
    """By the name of each member the role that is told in its place; of two who share a name, where their
    roles differ, the team."""
    query = (
        select(StaffUser.name, StaffMembership.role, StaffRole.title)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .outerjoin(
            StaffRole,
            (StaffRole.practice_id == StaffMembership.practice_id)
            & (StaffRole.slug == StaffMembership.role),
        )
        .where(StaffMembership.practice_id == practice_id)
    )
    found: dict[str, str] = {}
    for name, role, own in session.execute(query):
        title = own or ROLE_TITLES.get(role, TEAM)
        found[name] = title if found.get(name, title) == title else TEAM
    return found
