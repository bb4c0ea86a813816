"""The worker's jobs about messages and help: tell that we answered, forget what was promised to be."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from ardoise.office import House
from ardoise.telling import plan_told
from shared.accounts import get_practice
from shared.aid import delete_aid_documents, forget_requests, requests_since
from shared.base.clock import local_date
from shared.delivery import NEWS, UNTOLD, News, Notice
from shared.messages import UnreadAnswer, note_broken, unread_answers
from shared.plans import Plan
from shared.worklist import Task

ANSWERED, NOTED = "answered", "message_noted"
NOTED_WITHIN = timedelta(days=2)
WAITING = ("planned", "claimed")


def tell_messages(house: House, practice_id: int) -> int:
    """Plan the words that an answer waits, or that a request came in. Returns how many were planned."""
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        news = _untold(session, practice_id, now)
    return plan_told(house, practice_id, news, at=now)


def _untold(session: Session, practice_id: int, now: datetime) -> list[News]:
    unread = unread_answers(session, practice_id=practice_id)
    asked = requests_since(session, practice_id=practice_id, since=now - NOTED_WITHIN)
    covered = _covered(session, practice_id, unread) | _told_by_plan(session, practice_id, unread)
    news = [
        *(
            News(answer.account_id, answer.message_id, 0, ANSWERED)
            for answer in unread
            if answer.account_id not in covered
        ),
        *(News(request.account_id, request.id, 0, NOTED) for request in asked),
    ]
    known = _known(session, practice_id, news) if news else set()
    return [one for one in news if str(one.cause_id) not in known]


def _covered(session: Session, practice_id: int, unread: list[UnreadAnswer]) -> set[object]:
    """Accounts to which a message goes, or went since: one word tells of all unread answers."""
    written = {answer.account_id: answer.at for answer in unread}
    notices = session.execute(
        select(Notice.account_id, Notice.status, Notice.outcome_at).where(
            Notice.practice_id == practice_id,
            Notice.account_id.in_(written),
            Notice.purpose == NEWS,
            Notice.template == ANSWERED,
            or_(Notice.status.in_(WAITING), Notice.status == "sent"),
        )
    )
    return {
        account_id
        for account_id, status, sent_at in notices
        if status in WAITING or (sent_at is not None and sent_at >= written[account_id])
    }


def _told_by_plan(session: Session, practice_id: int, unread: list[UnreadAnswer]) -> set[object]:
    """Accounts to which the word of a plan goes at the same instant: an offer of ours, or a proposal that
    was declined, brings the patient to the answer that says why."""
    written = {answer.account_id: answer.at for answer in unread}
    decided = session.execute(
        select(Plan.account_id, Plan.status, Plan.made_at, Plan.closed_at).where(
            Plan.practice_id == practice_id,
            Plan.account_id.in_(written),
            or_(
                (Plan.status == "offered") & (Plan.made_by == "staff"),
                (Plan.status == "declined") & (Plan.made_by == "patient"),
            ),
        )
    )
    return {
        account_id
        for account_id, status, made_at, closed_at in decided
        if (made_at if status == "offered" else closed_at) == written[account_id]
    }


def _known(session: Session, practice_id: int, news: list[News]) -> set[str]:
    """Causes that were planned once, or for which a person was asked to tell it."""
    causes = [one.cause_id for one in news]
    planned = session.scalars(
        select(Notice.cause_id).where(
            Notice.practice_id == practice_id,
            Notice.account_id.in_({one.account_id for one in news}),
            Notice.cause_id.in_(causes),
        )
    )
    asked = session.scalars(
        select(Task.key).where(
            Task.practice_id == practice_id,
            Task.kind == UNTOLD.name,
            Task.key.in_([f"{cause}:0" for cause in causes]),
        )
    )
    return {str(cause) for cause in planned} | {key.partition(":")[0] for key in asked}


def forget_old_requests(house: House, practice_id: int) -> int:
    """Forget what was told for requests that ended half a year ago."""
    with house.database.unit_of_work(practice_id) as work:
        forgotten = forget_requests(work.session, practice_id=practice_id, at=house.clock.now())
        if forgotten:
            work.commit()
    return forgotten


def delete_documents_of_aid(house: House, practice_id: int) -> int:
    """Delete documents of requests that were decided, as many days after as the practice wants."""
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        gone = delete_aid_documents(work.session, practice=practice, at=house.clock.now())
        if gone:
            work.commit()
    return gone


def note_broken_promises(house: House, practice_id: int) -> int:
    """Tell on the timelines which answers were not given by the promised day. Returns how many."""
    now = house.clock.now()
    with house.database.unit_of_work(practice_id) as work:
        zone = get_practice(work.session, practice_id).timezone
        noted = note_broken(
            work.session, practice_id=practice_id, today=local_date(now, zone), at=now
        )
        if noted:
            work.commit()
    return noted
