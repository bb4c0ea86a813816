"""Invitations by mail: asked for by an owner, sent once more, withdrawn; the worker makes each link."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.accounts import get_practice
from shared.audit import Actor, TimelineEvent, advance
from shared.base.clock import local_date
from shared.base.database import take_turns, wake_worker
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import clock_time, day
from shared.staff import Maker, StaffLink, check_invitable, drop_link, tell
from shared.staff_mail.model import StaffMail
from shared.staff_mail.rules import (
    DAY,
    INVITATION,
    KEPT,
    STAFF_MAIL,
    check_again,
    check_day,
    check_withdrawn,
)

GONE = "Cette invitation n’est plus là : elle a été retirée il y a longtemps."
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Invitation:
    """One invitation that went by mail, with the link that it carried last, if any."""

    mail: StaffMail
    link_status: str | None
    link_ends_at: datetime | None
    link_moved_at: datetime | None


def ask_invitation(
    session: Session,
    *,
    practice_id: int,
    email: str,
    name: str,
    role: str,
    maker: Maker,
    at: datetime,
) -> StaffMail:
    """Have somebody invited by mail. Raises NotAllowedError as `invite` does, and beyond a day's number."""
    check_not_on_its_way(session, practice_id=practice_id, email=email)
    who = check_invitable(
        session, practice_id=practice_id, email=email, name=name, role=role, at=at
    )
    asked = select(func.count()).where(
        StaffMail.practice_id == practice_id,
        StaffMail.kind == INVITATION,
        StaffMail.made_at > at - DAY,
    )
    check_day(session.scalar(asked) or 0)
    tell(
        session,
        "staff_mail.asked",
        who.user_id,
        practice_id=practice_id,
        actor=maker.actor,
        at=at,
        mail=INVITATION,
        role=role,
    )
    mail = StaffMail(
        practice_id=practice_id,
        kind=INVITATION,
        status="planned",
        user_id=who.user_id,
        email=who.email,
        name=who.name,
        role=role,
        made_by=maker.user_id,
        made_name=maker.actor.name,
        made_at=at,
        not_before=at,
        tries=0,
        times=0,
    )
    session.add(mail)
    session.flush()
    wake_worker(session)
    return mail


def check_not_on_its_way(session: Session, *, practice_id: int, email: str) -> None:
    """Two owners who invite the same person take turns. Raises NotAllowedError for whoever comes second."""
    take_turns(session, f"invitations of {practice_id}")
    on_its_way = select(StaffMail.made_name).where(
        StaffMail.practice_id == practice_id,
        StaffMail.status.in_(("planned", "claimed")),
        StaffMail.kind == INVITATION,
        StaffMail.email == email.strip().lower(),
    )
    by = session.scalar(on_its_way.limit(1))
    if by is not None:
        raise NotAllowedError(f"Cette adresse est déjà invitée : le message de {by} va partir.")


def send_again(
    session: Session, *, practice_id: int, mail_id: UUID, actor: Actor, at: datetime
) -> None:
    """The invitation goes once more, with a link of its own; the one before opens nothing from now on.

    Raises NotFoundError, and NotAllowedError where it is over, on its way, or went too often."""
    mail, link = _locked(session, practice_id, mail_id)
    accepted = link is not None and link.status == "used"
    with _told_by_whom(session, mail, at):
        check_again(mail.status, times=mail.times, accepted=accepted)
    _move(session, mail, "again", actor=actor, at=at)
    drop_link(session, practice_id=practice_id, link_id=mail.link_id, actor=actor, at=at)
    session.flush()
    wake_worker(session)


def withdraw(
    session: Session, *, practice_id: int, mail_id: UUID, actor: Actor, at: datetime
) -> None:
    """The invitation holds no more, nor does its link. Raises NotFoundError, NotAllowedError."""
    mail, link = _locked(session, practice_id, mail_id)
    with _told_by_whom(session, mail, at):
        check_withdrawn(mail.status, accepted=link is not None and link.status == "used")
    _move(session, mail, "withdraw", actor=actor, at=at)
    drop_link(session, practice_id=practice_id, link_id=mail.link_id, actor=actor, at=at)
    session.flush()


def invitations(session: Session, *, practice_id: int, at: datetime) -> list[Invitation]:
    """Those of the last weeks that were not withdrawn, the newest first."""
    query = (
        select(StaffMail, StaffLink.status, StaffLink.ends_at, StaffLink.moved_at)
        .outerjoin(
            StaffLink,
            (StaffLink.practice_id == StaffMail.practice_id) & (StaffLink.id == StaffMail.link_id),
        )
        .where(
            StaffMail.practice_id == practice_id,
            StaffMail.kind == INVITATION,
            StaffMail.made_at > at - KEPT,
            StaffMail.status != "withdrawn",
        )
        .order_by(StaffMail.made_at.desc(), StaffMail.id)
        .limit(MOST_SHOWN)
    )
    return [Invitation(*row) for row in session.execute(query)]


def _locked(
    session: Session, practice_id: int, mail_id: UUID
) -> tuple[StaffMail, StaffLink | None]:
    mail = session.scalar(
        select(StaffMail)
        .where(
            StaffMail.practice_id == practice_id,
            StaffMail.id == mail_id,
            StaffMail.kind == INVITATION,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if mail is None:
        raise NotFoundError(GONE)
    if mail.link_id is None:
        return mail, None
    return mail, session.get(StaffLink, (practice_id, mail.link_id), with_for_update=True)


@contextmanager
def _told_by_whom(session: Session, mail: StaffMail, at: datetime) -> Iterator[None]:
    """Whoever comes second reads who was first, and when."""
    try:
        yield
    except NotAllowedError as refused:
        last = session.execute(
            select(TimelineEvent.actor, TimelineEvent.at)
            .where(
                TimelineEvent.practice_id == mail.practice_id,
                TimelineEvent.kind.in_(("staff_mail.again", "staff_mail.withdraw")),
                TimelineEvent.at >= mail.made_at,
                TimelineEvent.facts["id"].as_string() == str(mail.id),
            )
            .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
            .limit(1)
        ).first()
        name, when = last if last is not None else (mail.made_name, mail.made_at)
        zone = get_practice(session, mail.practice_id).timezone
        today = local_date(at, zone)
        said = f"{day(local_date(when, zone), 'fr', today)}, {clock_time(when, zone)}"
        raise NotAllowedError(f"{refused} Dernier geste : {name}, {said}.") from None


@dataclass(slots=True)
class _Moving:
    """A mail as `advance` takes rows: what is told stands there before the row changes."""

    practice_id: int
    id: UUID
    status: str


def _move(session: Session, mail: StaffMail, event: str, *, actor: Actor, at: datetime) -> None:
    moving = _Moving(mail.practice_id, mail.id, mail.status)
    advance(
        session,
        moving,
        STAFF_MAIL,
        event,
        account_id=None,
        actor=actor,
        at=at,
        mail=mail.kind,
        user=str(mail.user_id),
    )
    session.flush()
    session.execute(
        update(StaffMail)
        .where(StaffMail.practice_id == mail.practice_id, StaffMail.id == mail.id)
        .values(status=moving.status, not_before=at)
    )
