"""« Mot de passe oublié »: a request at the door tells nobody anything; the worker finds out whose it is.

What the door does is the same for every address: it counts what was asked lately, and keeps a keyed
fingerprint of what was typed. It never looks whether somebody signs in with it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from shared.audit import SYSTEM
from shared.base.database import wake_worker
from shared.base.vault import BlindIndex
from shared.staff import (
    INVITE,
    StaffLink,
    StaffMembership,
    StaffUser,
    factors_of,
    tell,
)
from shared.staff_mail.model import PasswordRequest, StaffMail
from shared.staff_mail.rules import (
    ANSWERED_WITHIN,
    ANSWERS,
    DAY,
    FORGOTTEN,
    HOUR,
    KEPT,
    NO_FACTOR,
    REQUESTS_KEPT,
    is_answered,
    is_due,
)

_OF_NO_PRACTICE = 0
MOST_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class _Person:
    """Whose address was typed. ``email`` where they have no account yet, only an invitation."""

    user_id: UUID
    practice_id: int
    name: str
    email: str | None


def ask_password(
    session: Session, *, email: str, index: BlindIndex, network: str, at: datetime
) -> None:
    """Keep the request, unless there were too many; whoever asks can't tell which."""
    print_of = _fingerprint(index, email)
    of_address, of_network, in_all = session.execute(
        select(
            func.count().filter(PasswordRequest.email_index == print_of),
            func.count().filter(PasswordRequest.network == network),
            func.count(),
        ).where(PasswordRequest.asked_at > at - HOUR)
    ).one()
    if is_due(of_address=of_address, of_network=of_network, in_all=in_all):
        session.add(PasswordRequest(email_index=print_of, network=network, asked_at=at))
        session.flush()
        wake_worker(session)


def answer_requests(session: Session, *, index: BlindIndex, at: datetime) -> int:
    """Plan a mail for each request that somebody of ours made. Returns how many requests were looked at."""
    waiting = (
        select(PasswordRequest)
        .where(PasswordRequest.answered_at.is_(None))
        .order_by(PasswordRequest.asked_at)
        .limit(MOST_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    requests = list(session.scalars(waiting))
    fresh: dict[bytes, PasswordRequest] = {}
    for request in requests:
        request.answered_at = at
        if request.asked_at > at - ANSWERED_WITHIN:
            fresh[request.email_index] = request
    if fresh:
        people = _people(session, set(fresh), index=index, at=at)
        factors = factors_of(session, user_ids=[one.user_id for one in people.values()])
        for print_of, person in people.items():
            has = factors.get(person.user_id)
            kind = FORGOTTEN if has is not None and has.enough else NO_FACTOR
            _plan(session, person, kind, cause=fresh[print_of].id, at=at)
    return len(requests)


def forget_requests(session: Session, *, at: datetime) -> int:
    """Fingerprints go once they bound nothing any more."""
    gone = delete(PasswordRequest).where(PasswordRequest.asked_at <= at - REQUESTS_KEPT)
    done = session.execute(gone.returning(PasswordRequest.id))
    return len(done.all())


def _people(
    session: Session, prints: set[bytes], *, index: BlindIndex, at: datetime
) -> dict[bytes, _Person]:
    """Who these addresses belong to: members who may come in, else whoever was invited lately."""
    found: dict[bytes, _Person] = {}
    taken: set[str] = set()
    members = session.execute(
        select(
            StaffUser.id,
            StaffUser.email,
            StaffUser.name,
            StaffUser.status,
            StaffMembership.practice_id,
            StaffMembership.status,
        )
        .outerjoin(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .order_by(StaffMembership.practice_id)
    )
    for user_id, email, name, status, practice_id, place in members:
        taken.add(email)
        print_of = _fingerprint(index, email)
        if status == place == "active" and print_of in prints:
            found.setdefault(print_of, _Person(user_id, practice_id, name, None))
    invited = session.scalars(
        select(StaffLink)
        .where(
            StaffLink.purpose == INVITE, StaffLink.status == "open", StaffLink.made_at > at - KEPT
        )
        .order_by(StaffLink.made_at.desc(), StaffLink.id)
    )
    for link in invited:
        print_of = _fingerprint(index, link.email)
        if print_of in prints and link.email not in taken:
            person = _Person(link.user_id, link.practice_id, link.name, link.email)
            found.setdefault(print_of, person)
    return found


def _plan(session: Session, person: _Person, kind: str, *, cause: UUID, at: datetime) -> None:
    in_hour, in_day = session.execute(
        select(func.count().filter(StaffMail.made_at > at - HOUR), func.count()).where(
            StaffMail.user_id == person.user_id,
            StaffMail.made_at > at - DAY,
            StaffMail.kind.in_(ANSWERS),
        )
    ).one()
    if not is_answered(in_hour=in_hour, in_day=in_day):
        return
    tell(
        session,
        "staff_mail.asked",
        person.user_id,
        practice_id=person.practice_id,
        actor=SYSTEM,
        at=at,
        mail=kind,
    )
    session.add(
        StaffMail(
            practice_id=person.practice_id,
            kind=kind,
            status="planned",
            user_id=person.user_id,
            cause_id=cause,
            email=person.email,
            name=person.name,
            made_name=SYSTEM.name,
            made_at=at,
            not_before=at,
            tries=0,
            times=0,
        )
    )
    session.flush()


def _fingerprint(index: BlindIndex, email: str) -> bytes:
    return index.exact(_OF_NO_PRACTICE, "staff_email", email.strip().lower())
