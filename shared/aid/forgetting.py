"""What was told for a request is forgotten half a year after it ended, as the form promises."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.aid.model import AidRequest
from shared.aid.rules import KEPT
from shared.audit import SYSTEM, record
from shared.messages import empty_thread

AT_ONCE = 100


def forget_requests(session: Session, *, practice_id: int, at: datetime) -> int:
    """Forget answers, conversation and documents of old requests. Returns how many."""
    old = session.scalars(
        select(AidRequest)
        .where(
            AidRequest.practice_id == practice_id,
            AidRequest.decided_at <= at - KEPT,
            AidRequest.answers.is_not(None),
        )
        .limit(AT_ONCE)
    ).all()
    for request in old:
        empty_thread(session, practice_id=practice_id, thread_id=request.thread_id)
        request.answers = None
        record(
            session,
            practice_id=practice_id,
            account_id=request.account_id,
            kind="aid_request.forgotten",
            actor=SYSTEM,
            at=at,
        )
    return len(old)
