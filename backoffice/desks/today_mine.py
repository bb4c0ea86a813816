"""« À moi » on « Aujourd’hui »: the work about conversations that are assigned to whoever looks."""

from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shared.aid import DECIDE, AidRequest
from shared.messages import MOST_COUNTED, Thread
from shared.staff import SignedIn
from shared.worklist import count_about

MINE = "mine"
# Whose tasks bear a conversation's name, or that of the request for help that it is about.
KINDS_OF_TALK = ("message_waiting", "payment_search", "payer_claim", "pause_to_end", DECIDE.name)


def keys_of_mine(session: Session, who: SignedIn) -> list[str]:
    """What tasks about one's own conversations are known by; one statement."""
    query = (
        select(Thread.id, AidRequest.id)
        .outerjoin(
            AidRequest,
            and_(AidRequest.practice_id == Thread.practice_id, AidRequest.thread_id == Thread.id),
        )
        .where(
            Thread.practice_id == who.practice_id,
            Thread.assigned_to == who.user_id,
            Thread.status.in_(("waiting", "answered")),
        )
        .limit(MOST_COUNTED)
    )
    found: list[UUID | None] = [key for row in session.execute(query) for key in row]
    return [str(key) for key in found if key is not None]


def count_mine(session: Session, who: SignedIn, keys: list[str], *, today: date) -> int:
    """How much of it waits now."""
    return count_about(
        session, practice_id=who.practice_id, today=today, kinds=KINDS_OF_TALK, keys=keys
    )
