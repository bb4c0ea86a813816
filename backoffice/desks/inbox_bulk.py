"""Several threads at once: given to somebody, or ended; each only as it was when it was chosen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import get_account
from shared.aid import AidRequest
from shared.audit import Actor
from shared.base.errors import NotAllowedError, NotFoundError
from shared.inbox import assign_thread
from shared.messages import Thread, close_thread, find_thread, mark_of

MOST = 40  # a page of the list
ASSIGN, CLOSE = "assign", "close"
UNDECIDED = "Une demande d’aide attend une décision : répondez-y d’abord."


@dataclass(frozen=True, slots=True)
class Pick:
    """A thread that was chosen, and its state then."""

    thread_id: UUID
    mark: str

    @property
    def typed(self) -> str:
        """As a form carries it."""
        return f"{self.thread_id} {self.mark}"


def picks_of(typed: Sequence[str]) -> tuple[Pick, ...]:
    """The threads that were ticked. Raises NotAllowedError for none, too many, or what no list holds."""
    picks = []
    for one in dict.fromkeys(typed):
        thread_id, _, mark = one.partition(" ")
        try:
            picks.append(Pick(UUID(thread_id), mark))
        except ValueError:
            raise NotAllowedError("Cochez des conversations de la liste.") from None
    if not picks:
        raise NotAllowedError("Cochez d’abord une ou plusieurs conversations.")
    if len(picks) > MOST:
        raise NotAllowedError(f"Cochez au plus {MOST} conversations à la fois.")
    return tuple(picks)


def reasons_against(
    session: Session, picks: Sequence[Pick], *, practice_id: int, closing: bool
) -> dict[UUID, str]:
    """By thread, why it stays as it is: it moved on since it was chosen, or can't be ended so."""
    rows = session.execute(
        select(Thread.id, Thread.status, Thread.moved_at, AidRequest.status)
        .outerjoin(
            AidRequest,
            (AidRequest.practice_id == Thread.practice_id)
            & (AidRequest.thread_id == Thread.id)
            & AidRequest.status.in_(("asked", "documents")),
        )
        .where(Thread.practice_id == practice_id, Thread.id.in_([one.thread_id for one in picks]))
    )
    found = {row[0]: row for row in rows}
    against: dict[UUID, str] = {}
    for pick in picks:
        row = found.get(pick.thread_id)
        if row is None:
            against[pick.thread_id] = "Cette conversation n’existe plus."
        elif mark_of(row[1], row[2]) != pick.mark:
            against[pick.thread_id] = (
                "Elle a changé depuis que la liste a été ouverte : relisez-la."
            )
        elif closing and row[3] is not None:
            against[pick.thread_id] = UNDECIDED
        elif closing and row[1] == "closed":
            against[pick.thread_id] = "Elle est déjà finie."
    return against


def carry_out(
    session: Session,
    picks: Sequence[Pick],
    *,
    practice_id: int,
    closing: bool,
    to: UUID | None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> tuple[list[UUID], dict[UUID, str]]:
    """(threads for which it is done, by thread why not for the others). One thread after the other, the
    accounts locked in their order, so that two who do so at once never wait for each other."""
    accounts = dict(
        session.execute(
            select(Thread.id, Thread.account_id).where(
                Thread.practice_id == practice_id,
                Thread.id.in_([one.thread_id for one in picks]),
            )
        ).all()
    )
    for account_id in sorted(set(accounts.values())):
        get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    against = reasons_against(session, picks, practice_id=practice_id, closing=closing)
    done: list[UUID] = []
    for pick in (one for one in picks if one.thread_id not in against):
        account_id = accounts[pick.thread_id]
        try:
            if closing:
                close_thread(
                    session,
                    practice_id=practice_id,
                    account_id=account_id,
                    thread_id=pick.thread_id,
                    actor=actor,
                    at=at,
                    mark=pick.mark,
                    reason=reason,
                )
            else:
                thread = find_thread(session, practice_id=practice_id, thread_id=pick.thread_id)
                assign_thread(
                    session,
                    practice_id=practice_id,
                    account_id=account_id,
                    thread_id=pick.thread_id,
                    to=to,
                    seen=thread.assigned_to,
                    actor=actor,
                    at=at,
                )
            done.append(pick.thread_id)
        except (NotAllowedError, NotFoundError) as refused:
            against[pick.thread_id] = str(refused)
    return done, against
