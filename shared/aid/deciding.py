"""Staff decide about a request for help, or ask for documents first; the words are an answer."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Account, Practice, place_hold
from shared.aid.model import AidRequest
from shared.aid.reading import get_request
from shared.aid.rules import GRANTED_HOLD, OPEN, check_pause
from shared.aid.service import DECIDE, advance_request, end_request
from shared.audit import Actor
from shared.base.clock import local_date
from shared.base.vault import Vault
from shared.messages import Words, answer_thread
from shared.worklist import close_tasks

DECISIONS = ("want_documents", "grant", "decline")


def answer_aid(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    request_id: UUID,
    vault: Vault,
    decision: str | None,
    words: Words,
    by: UUID | None,
    actor: Actor,
    at: datetime,
    seen: UUID | None,
    answered: UUID | str | None = "any",
    pause_until: date | None = None,
) -> AidRequest:
    """Answer a request; ``decision`` is one of DECISIONS, or None for words alone.

    ``by`` is the member of staff who decides; whether they may, the caller asked.
    After a decision the clock runs again, but not before ``pause_until`` when help is granted. The
    same form counts once. ``seen`` and ``answered`` are what was read (``answer_thread``). Raises
    NotFoundError, MovedOnError when the patient or a colleague wrote meanwhile, and
    NotAllowedError when the request has been decided or taken back, or for an impossible pause.
    """
    check_pause(pause_until, today=local_date(at, practice.timezone))
    request = get_request(
        session, practice_id=practice.id, account_id=account.id, request_id=request_id
    )
    is_new = answer_thread(
        session,
        practice_id=practice.id,
        account_id=account.id,
        thread_id=request.thread_id,
        vault=vault,
        words=words,
        actor=actor,
        at=at,
        seen=seen,
        answered=answered,
    )
    if decision is None or not is_new:
        return request
    request.decided_by = by
    advance_request(session, request, decision, actor=actor, at=at)
    if request.status in OPEN:  # it waits for the patient, not for us
        close_tasks(
            session,
            DECIDE,
            practice_id=practice.id,
            key=str(request.id),
            event="done",
            actor=actor,
            at=at,
        )
        return request
    request.decided_at = at
    end_request(session, request, event="done", actor=actor, at=at, reason=decision)
    if pause_until is not None and decision == "grant":
        hold = place_hold(
            session, account=account, kind=GRANTED_HOLD, actor=actor, at=at, review_on=pause_until
        )
        hold.review_on = max(hold.review_on, pause_until)  # one of staff's may be there already
    return request
