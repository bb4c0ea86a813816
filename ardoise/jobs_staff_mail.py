"""The worker's jobs about mails to staff: answer at the door, tell of changes, send."""

from sqlalchemy import select

from ardoise.office import House
from shared.base.log import get_logger
from shared.staff_mail import (
    PasswordRequest,
    Post,
    answer_requests,
    forget_mails,
    forget_requests,
    lose_claimed,
    mail_is_due,
    plan_changes,
    send_next_mail,
    untold_changes,
)

log = get_logger(__name__)
MOST = 50


def answer_door(house: House) -> int:
    """Plan mails for those who said that they forgot their password. Returns how many requests there were."""
    waiting = select(PasswordRequest.id).where(PasswordRequest.answered_at.is_(None)).limit(1)
    with house.database.reading() as session:
        if session.scalar(waiting) is None:
            return 0
    with house.database.unit_of_work() as work:
        answered = answer_requests(work.session, index=house.index, at=house.clock.now())
        work.commit()
    return answered


def tell_changes(house: House, practice_id: int) -> int:
    """Plan the words on what was done with people's access. Returns how many were planned."""
    now = house.clock.now()
    with house.database.reading(practice_id) as session:
        changes = untold_changes(session, practice_id=practice_id, at=now)
    if not changes:
        return 0
    with house.database.unit_of_work(practice_id) as work:
        planned = plan_changes(work.session, changes, practice_id=practice_id, at=now)
        if planned:
            work.commit()
    return planned


def send_mails(post: Post, practice_id: int) -> int:
    """Send what is due, at any hour: whoever it is for waits, or must know. Returns how many were tried."""
    with post.database.reading(practice_id) as session:
        if not mail_is_due(session, practice_id=practice_id, at=post.clock.now()):
            return 0
    tried = 0
    while tried < MOST:
        outcome = send_next_mail(post, practice_id=practice_id)
        if outcome is None:
            break
        tried += 1
        if outcome != "sent":
            log.info("staff_mail.outcome", outcome=outcome)
    return tried


def doubt_lost_mails(post: Post, practice_id: int, *, alone: bool = False) -> int:
    """Put mails in doubt whose sender was killed; ``alone`` as in `mark_lost`."""
    return lose_claimed(post, practice_id=practice_id, alone=alone)


def forget_old_mails(house: House, practice_id: int) -> int:
    """Mails that went a month ago go from the list."""
    with house.database.unit_of_work(practice_id) as work:
        gone = forget_mails(work.session, practice_id=practice_id, at=house.clock.now())
        if gone:
            work.commit()
    return gone


def forget_door(house: House) -> int:
    """Requests at the door of the day before are forgotten."""
    with house.database.unit_of_work() as work:
        gone = forget_requests(work.session, at=house.clock.now())
        if gone:
            work.commit()
    return gone
