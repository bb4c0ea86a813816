"""Whose a thread is, and until when its patient is waited for."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Practice, get_account
from shared.audit import Actor, record
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError
from shared.messages import Thread, check_assigned, check_same, check_wait, get_thread
from shared.staff import StaffUser, members_who_may

ANSWERS = "messages.write"


def assign_thread(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    thread_id: UUID,
    to: UUID | None,
    seen: UUID | None,
    actor: Actor,
    at: datetime,
) -> bool:
    """Give a thread to a colleague, or to nobody; False where it is theirs already.

    ``seen`` is whose it was when the page was opened. Raises NotFoundError, MovedOnError when somebody has
    given it to another since, and NotAllowedError for who may not answer patients.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id
    )
    check_same(session, thread, asked_for=thread_id, mark=None)
    if thread.assigned_to == to:
        return False
    check_assigned(session, thread, seen=seen)
    name = None
    if to is not None:
        if to not in members_who_may(session, practice_id=practice_id, permission=ANSWERS):
            raise NotAllowedError(
                "Cette personne ne répond pas aux messages : choisissez-en une autre."
            )
        name = session.get_one(StaffUser, to).name
    thread.assigned_to, thread.assigned_name = to, name
    thread.assigned_by, thread.assigned_at = actor.name, at
    record(
        session,
        practice_id=practice_id,
        account_id=account_id,
        kind="thread.assigned",
        actor=actor,
        at=at,
        id=str(thread.id),
        to=name or "",
    )
    return True


def await_patient(
    session: Session,
    *,
    practice_id: int,
    account_id: UUID,
    thread_id: UUID,
    until: date,
    actor: Actor,
    at: datetime,
    mark: str | None = None,
) -> Thread:
    """Wait for the patient until a day; if no reply has come by then, the thread is on the list again.

    ``mark`` is the state that was seen, None where nobody looked. Raises NotFoundError, MovedOnError, and
    NotAllowedError for a day that can't be or a thread that waits for us.
    """
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    thread = get_thread(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id
    )
    check_same(session, thread, asked_for=thread_id, mark=mark)
    zone = session.get_one(Practice, practice_id).timezone
    check_wait(until, status=thread.status, today=local_date(at, zone))
    if thread.awaits_until == until:
        return thread
    thread.awaits_until, thread.moved_at = until, at
    record(
        session,
        practice_id=practice_id,
        account_id=account_id,
        kind="thread.awaits",
        actor=actor,
        at=at,
        id=str(thread.id),
        until=until.isoformat(),
    )
    return thread
