"""Of two who act on one thread at once, one wins; the other is told what happened, by whom and when."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.audit import TimelineEvent, facts_of
from shared.base.errors import NotAllowedError
from shared.base.formats import clock_time
from shared.messages.model import Message, Thread
from shared.messages.rules import PATIENTS, mark_of

PATIENT_WROTE = "La personne a écrit entre-temps : relisez, puis envoyez votre réponse."
_LATEST = 50
# What moves a thread on, by what the other is told of it.
_DEEDS = {
    "thread.answer": "{who} a répondu à {when}",
    "thread.close": "{who} a terminé cette conversation à {when}",
    "thread.reply": "La personne a écrit à {when}",
    "thread.joined": "{who} a rassemblé une autre conversation avec celle-ci à {when}",
    "thread.merge": "{who} a rassemblé cette conversation avec une autre à {when}",
    "thread.assigned": "{who} l’a attribuée à {when}",
    "thread.awaits": "{who} a choisi à {when} jusqu’à quand attendre la personne",
}


class MovedOnError(NotAllowedError):
    """The thread moved on since the page was opened: the patient wrote again, or a colleague acted."""


def check_same(session: Session, thread: Thread, *, asked_for: UUID, mark: str | None) -> None:
    """Whether a thread is as it was seen; ``mark`` is that of then, None where nobody looked.

    Raises MovedOnError, which tells what happened since, by whom and when.
    """
    if thread.id != asked_for:
        raise MovedOnError(_told(session, thread, "thread.merge", of=asked_for))
    if mark is not None and mark != mark_of(thread.status, thread.moved_at):
        kinds = ("thread.answer", "thread.close", "thread.reply", "thread.joined", "thread.awaits")
        raise MovedOnError(_told(session, thread, *kinds))


def check_read(
    session: Session,
    thread: Thread,
    *,
    asked_for: UUID,
    seen: UUID | None,
    answered: UUID | str | None,
) -> None:
    """Whether all that stands in a thread was read by who answers it: the patient's latest message and,
    unless ``answered`` is ``"any"``, our latest answer. Raises MovedOnError."""
    check_same(session, thread, asked_for=asked_for, mark=None)
    if _latest_of_patient(session, thread) != seen:
        raise MovedOnError(PATIENT_WROTE)
    if answered not in ("any", thread.answer_id):
        raise MovedOnError(_told(session, thread, "thread.answer"))


def check_assigned(session: Session, thread: Thread, *, seen: UUID | None) -> None:
    """Whether a thread is still whose it was when the page was opened. Raises MovedOnError."""
    if thread.assigned_to != seen:
        raise MovedOnError(_told(session, thread, "thread.assigned"))


def _told(session: Session, thread: Thread, *kinds: str, of: UUID | None = None) -> str:
    events = session.scalars(
        select(TimelineEvent)
        .where(
            TimelineEvent.practice_id == thread.practice_id,
            TimelineEvent.account_id == thread.account_id,
            TimelineEvent.kind.in_(kinds),
        )
        .order_by(TimelineEvent.at.desc(), TimelineEvent.id.desc())
        .limit(_LATEST)
    )
    about = str(of or thread.id)
    last = next((event for event in events if facts_of(event).get("id") == about), None)
    if last is None:
        return "Cette conversation a changé entre-temps : relisez, puis recommencez."
    zone = session.get_one(Practice, thread.practice_id).timezone
    said = _DEEDS[last.kind].format(who=last.actor, when=clock_time(last.at, zone))
    return f"{said}, pendant que cette page était ouverte : relisez, puis recommencez si c’est encore utile."


def _latest_of_patient(session: Session, thread: Thread) -> UUID | None:
    return session.scalar(
        select(Message.id)
        .where(
            Message.practice_id == thread.practice_id,
            Message.thread_id == thread.id,
            Message.side == PATIENTS,
        )
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
    )
