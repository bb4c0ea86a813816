"""The team of a practice: who is in it, and what an owner does with a colleague's access."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, Select, and_, func, literal, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from shared.audit import advance
from shared.base.errors import NotAllowedError, NotFoundError
from shared.staff.access import end_sessions, member_of
from shared.staff.factor_rules import (
    Factors,
    check_not_oneself,
    check_of_one_practice,
    check_owner_left,
)
from shared.staff.factors import factors_of
from shared.staff.link_makers import end_links_of
from shared.staff.links import Maker, make_link
from shared.staff.model import StaffMembership, StaffUser
from shared.staff.rules import FACTOR, OWNER, PASSWORD, STAFF_MEMBERSHIP
from shared.staff.second_factor import forget_factors
from shared.staff.service import check_role
from shared.staff.telling import tell

TEAM_PAGE = 50


@dataclass(frozen=True, slots=True)
class TeamMember:
    """A colleague as the team's page shows them."""

    user_id: UUID
    name: str
    email: str
    role: str
    status: str
    by_operator: bool
    waits_until: datetime | None
    practices: int
    seen_at: datetime | None
    factors: Factors


def team_of(
    session: Session, *, practice_id: int, after: tuple[str, UUID] | None = None
) -> list[TeamMember]:
    """A page of the practice's members by name, and one more where there is a next page."""
    query = _members(practice_id).order_by(StaffUser.name, StaffUser.id).limit(TEAM_PAGE + 1)
    if after is not None:
        query = query.where(tuple_(StaffUser.name, StaffUser.id) > tuple_(*map(literal, after)))
    return _shown(session, list(session.execute(query)))


def team_member(session: Session, *, practice_id: int, user_id: UUID) -> TeamMember:
    """One of them. Raises NotFoundError for somebody of another practice."""
    found = _shown(
        session, list(session.execute(_members(practice_id).where(StaffUser.id == user_id)))
    )
    if not found:
        raise NotFoundError("Cette personne ne fait pas partie de ce cabinet.")
    return found[0]


def assign_role(
    session: Session, *, practice_id: int, user_id: UUID, role: str, maker: Maker, at: datetime
) -> None:
    """Give a colleague another role; the links they made end. Raises NotFoundError, and NotAllowedError for
    oneself, the last owner or a role that does not exist."""
    check_role(session, practice_id, role)
    check_not_oneself(maker.user_id, user_id)
    membership = _locked(session, practice_id, user_id)
    if membership.role == role:
        raise NotAllowedError("Cette personne a déjà ce rôle.")
    tell(
        session,
        "staff.role_changed",
        user_id,
        practice_id=practice_id,
        actor=maker.actor,
        at=at,
        before=membership.role,
        role=role,
    )
    membership.role = role
    end_links_of(session, user_id, practice_id=practice_id, actor=maker.actor, at=at)


def suspend_member(
    session: Session, *, practice_id: int, user_id: UUID, maker: Maker, at: datetime
) -> None:
    """Keep a colleague out of this practice at once; the links they made end. Raises as `assign_role`."""
    check_not_oneself(maker.user_id, user_id)
    _move(session, "suspend", practice_id=practice_id, user_id=user_id, maker=maker, at=at)
    end_sessions(session, user_id, practice_id=practice_id)
    end_links_of(session, user_id, practice_id=practice_id, actor=maker.actor, at=at)


def restore_member(
    session: Session, *, practice_id: int, user_id: UUID, maker: Maker, at: datetime
) -> None:
    """Let a colleague in again. Raises NotFoundError, NotAllowedError."""
    check_not_oneself(maker.user_id, user_id)
    _move(session, "restore", practice_id=practice_id, user_id=user_id, maker=maker, at=at)


def password_link(
    session: Session, *, practice_id: int, user_id: UUID, maker: Maker, at: datetime
) -> str:
    """A link by which a colleague chooses a new password, behind their second factor."""
    check_not_oneself(maker.user_id, user_id)
    member = team_member(session, practice_id=practice_id, user_id=user_id)
    check_of_one_practice(member.practices)
    if not member.factors.enough:
        raise NotAllowedError(
            "Cette personne n’a plus de second facteur : il lui faut d’abord en enregistrer un, par son lien."
        )
    return make_link(
        session, purpose=PASSWORD, practice_id=practice_id, user_id=user_id, maker=maker, at=at
    )


def reset_factors(
    session: Session, *, practice_id: int, user_id: UUID, maker: Maker, at: datetime
) -> str:
    """A colleague's second factors and sessions end; a link lets them enrol anew, behind their password."""
    check_not_oneself(maker.user_id, user_id)
    user = member_of(session, user_id=user_id, practice_id=practice_id)
    check_of_one_practice(team_member(session, practice_id=practice_id, user_id=user_id).practices)
    tell(session, "staff.factors_reset", user_id, practice_id=practice_id, actor=maker.actor, at=at)
    forget_factors(session, user)
    end_sessions(session, user_id)
    return make_link(
        session, purpose=FACTOR, practice_id=practice_id, user_id=user_id, maker=maker, at=at
    )


@dataclass(slots=True)
class _Place:
    """A membership as `advance` takes rows."""

    practice_id: int
    id: UUID
    status: str


def _move(
    session: Session, event: str, *, practice_id: int, user_id: UUID, maker: Maker, at: datetime
) -> None:
    membership = _locked(session, practice_id, user_id, going=event == "suspend")
    place = _Place(practice_id, user_id, membership.status)
    if not STAFF_MEMBERSHIP.allows(place.status, event):
        raise NotAllowedError(
            "L’accès de cette personne est déjà suspendu."
            if event == "suspend"
            else "Cette personne a déjà accès au cabinet."
        )
    advance(
        session,
        place,
        STAFF_MEMBERSHIP,
        event,
        account_id=None,
        actor=maker.actor,
        at=at,
        user=str(user_id),
    )
    session.flush()
    session.execute(
        update(StaffMembership)
        .where(StaffMembership.practice_id == practice_id, StaffMembership.user_id == user_id)
        .values(status=place.status)
    )


def _locked(
    session: Session, practice_id: int, user_id: UUID, *, going: bool = True
) -> StaffMembership:
    """A member's row, locked with those of all owners, so that of two who go at once one stays.

    ``going``: whether whoever it is stops being an owner who can come in; the last may not.
    """
    rows = session.scalars(
        select(StaffMembership)
        .where(
            StaffMembership.practice_id == practice_id,
            (StaffMembership.role == OWNER) | (StaffMembership.user_id == user_id),
        )
        .order_by(StaffMembership.user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    found = next((row for row in rows if row.user_id == user_id), None)
    if found is None:
        raise NotFoundError("Cette personne ne fait pas partie de ce cabinet.")
    if going and found.role == OWNER and found.status == "active":
        entering = select(func.count()).where(
            StaffMembership.practice_id == practice_id,
            StaffMembership.role == OWNER,
            StaffMembership.status == "active",
            StaffMembership.user_id != user_id,
            StaffMembership.user_id == StaffUser.id,
            StaffUser.status == "active",
        )
        check_owner_left(others=session.scalar(entering) or 0)
    return found


def _members(practice_id: int) -> Select[StaffUser, StaffMembership, int]:
    place = aliased(StaffMembership)
    everywhere = (
        select(func.count())
        .where(place.user_id == StaffUser.id)
        .correlate(StaffUser)
        .scalar_subquery()
    )
    return select(StaffUser, StaffMembership, everywhere).join(
        StaffMembership,
        and_(StaffMembership.user_id == StaffUser.id, StaffMembership.practice_id == practice_id),
    )


def _shown(
    session: Session, rows: Sequence[Row[StaffUser, StaffMembership, int]]
) -> list[TeamMember]:
    factors = factors_of(session, user_ids=[user.id for user, _, _ in rows])
    return [
        TeamMember(
            user_id=user.id,
            name=user.name,
            email=user.email,
            role=place.role,
            status=place.status,
            by_operator=user.status != "active",
            waits_until=user.waits_until,
            practices=practices,
            seen_at=place.seen_at,
            factors=factors[user.id],
        )
        for user, place, practices in rows
    ]
