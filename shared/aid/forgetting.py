"""What was told for a request is forgotten half a year after it ended, as the form promises; documents that
came along go days after."""

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.aid.model import AidRequest
from shared.aid.rules import KEPT
from shared.audit import SYSTEM, record
from shared.messages import Document, Message, delete_documents, empty_thread

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


def delete_aid_documents(session: Session, *, practice: Practice, at: datetime) -> int:
    """Delete documents that came with requests which ended as many days ago as the practice keeps them.
    Returns of how many requests."""
    sent = (
        select(Document.id)
        .join(
            Message,
            (Message.practice_id == Document.practice_id) & (Message.id == Document.message_id),
        )
        .where(
            Message.practice_id == AidRequest.practice_id,
            Message.thread_id == AidRequest.thread_id,
        )
    )
    over = session.scalars(
        select(AidRequest)
        .where(
            AidRequest.practice_id == practice.id,
            AidRequest.decided_at <= at - timedelta(days=practice.aid_documents_days),
            sent.exists(),
        )
        .limit(AT_ONCE)
    ).all()
    for request in over:
        count = delete_documents(session, practice_id=practice.id, thread_id=request.thread_id)
        request.documents_gone_at = at
        record(
            session,
            practice_id=practice.id,
            account_id=request.account_id,
            kind="aid_request.documents_deleted",
            actor=SYSTEM,
            at=at,
            id=str(request.id),
            count=count,
        )
    return len(over)
