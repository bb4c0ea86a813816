"""Asking for help, following the request, taking it back."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Practice, get_account, place_hold, release_kind
from shared.aid.model import AidRequest
from shared.aid.reading import get_request, open_request, seal_answers
from shared.aid.rules import AID_REQUEST, OPEN, AidAnswers
from shared.audit import PATIENT, Actor, advance, record
from shared.base.database import wake_worker
from shared.base.ids import new_id
from shared.base.vault import Vault
from shared.messages import AID, Words, promised_day, reply, start_thread
from shared.worklist import TO_DECIDE_AID, close_tasks, offer, open_task

DECIDE = offer("aid_decide", "Demande d’aide à décider", TO_DECIDE_AID)
HOLD = "aid"


def ask_aid(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    vault: Vault,
    answers: AidAnswers,
    once: str,
    at: datetime,
) -> AidRequest:
    """A patient asks for help: the clock stops, staff get a task.

    The same form sent twice gives the request that is there. While one waits there is no second:
    what was typed is then written to its conversation. Raises NotAllowedError when the account has
    written its most of a day.
    """
    account = get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    known = session.scalar(
        select(AidRequest).where(
            AidRequest.practice_id == practice.id,
            AidRequest.account_id == account_id,
            AidRequest.once == once,
        )
    )
    if known is not None:
        return known
    waiting = open_request(session, practice_id=practice.id, account_id=account_id)
    if waiting is not None:
        if answers.words:
            reply(
                session,
                practice=practice,
                account_id=account_id,
                thread_id=waiting.thread_id,
                vault=vault,
                words=Words(answers.words, once),
                at=at,
            )
        return waiting
    thread = start_thread(session, practice=practice, account_id=account_id, subject=AID, at=at)
    request_id = new_id()
    request = AidRequest(
        practice_id=practice.id,
        id=request_id,
        account_id=account_id,
        thread_id=thread.id,
        status="asked",
        answers=seal_answers(vault, request_id, answers),
        once=once,
        asked_at=at,
    )
    session.add(request)
    record(
        session,
        practice_id=practice.id,
        account_id=account_id,
        kind="aid_request.asked",
        actor=PATIENT,
        at=at,
    )
    place_hold(
        session,
        account=account,
        kind=HOLD,
        actor=PATIENT,
        at=at,
        review_on=thread.answer_by,
    )
    _give_work(session, request, practice=practice, at=at)
    wake_worker(session)
    return request


def follow_up(
    session: Session,
    *,
    practice: Practice,
    account_id: UUID,
    request_id: UUID,
    vault: Vault,
    words: Words,
    at: datetime,
) -> AidRequest:
    """A patient writes on about a request; documents that were asked for put it before staff again.

    Raises NotFoundError, and NotAllowedError when the account has written its most of a day.
    """
    get_account(session, practice_id=practice.id, account_id=account_id, lock=True)
    request = get_request(
        session, practice_id=practice.id, account_id=account_id, request_id=request_id
    )
    brings = request.status == "documents" and bool(words.documents)
    reply(
        session,
        practice=practice,
        account_id=account_id,
        thread_id=request.thread_id,
        vault=vault,
        words=words,
        at=at,
        asks_answer=not brings,
    )
    if brings:
        advance_request(session, request, "send_documents", actor=PATIENT, at=at)
        _give_work(session, request, practice=practice, at=at)
    return request


def withdraw_aid(
    session: Session, *, practice_id: int, account_id: UUID, request_id: UUID, at: datetime
) -> AidRequest:
    """A patient needs no help any more; doing so twice is harmless. Raises NotFoundError."""
    get_account(session, practice_id=practice_id, account_id=account_id, lock=True)
    request = get_request(
        session, practice_id=practice_id, account_id=account_id, request_id=request_id
    )
    if request.status in OPEN:
        advance_request(session, request, "withdraw", actor=PATIENT, at=at)
        request.decided_at = at
        end_request(session, request, event="vanished", actor=PATIENT, at=at, reason="withdrawn")
    return request


def advance_request(
    session: Session, request: AidRequest, event: str, *, actor: Actor, at: datetime
) -> None:
    """Move a request on. Raises NotAllowedError where its state has no such way."""
    account_id = request.account_id
    advance(session, request, AID_REQUEST, event, account_id=account_id, actor=actor, at=at)


def end_request(
    session: Session, request: AidRequest, *, event: str, actor: Actor, at: datetime, reason: str
) -> None:
    """Nobody waits for a decision any more: task and hold end."""
    close_tasks(
        session,
        DECIDE,
        practice_id=request.practice_id,
        key=str(request.id),
        event=event,
        actor=actor,
        at=at,
    )
    release_kind(
        session,
        practice_id=request.practice_id,
        account_id=request.account_id,
        kind=HOLD,
        actor=actor,
        at=at,
        reason=reason,
    )


def _give_work(session: Session, request: AidRequest, *, practice: Practice, at: datetime) -> None:
    open_task(
        session,
        DECIDE,
        practice_id=request.practice_id,
        account_id=request.account_id,
        key=str(request.id),
        due_on=promised_day(practice, at),
        actor=PATIENT,
        at=at,
    )
