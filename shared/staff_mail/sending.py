"""The sender of mails to staff: claim in a short transaction, send with none open, write down the outcome.

A link is made when its mail is claimed: its secret is in the mail alone, and in this process for as long as
it takes to hand it over. One that did not leave is revoked.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Practice, get_practice
from shared.audit import SYSTEM, advance
from shared.base.clock import Clock, local_date
from shared.base.database import Database
from shared.base.formats import clock_time, day
from shared.base.log import describe_failure, get_logger
from shared.delivery import (
    Carrier,
    Envelope,
    NeverError,
    NotNowError,
    UnknownOutcomeError,
    UnsendableError,
)
from shared.staff import StaffUser, drop_link, role_titles
from shared.staff_mail.gate import obstacle
from shared.staff_mail.linking import link_for
from shared.staff_mail.model import StaffMail
from shared.staff_mail.render import MailValues, render
from shared.staff_mail.rules import (
    DAY,
    HOUR,
    INVITATION,
    LEASE,
    MOST_INVITATIONS_A_DAY,
    MOST_TRIES,
    STAFF_MAIL,
    retry_at,
)

log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Post:
    """What it takes to write to staff; ``site`` is the back-office's address."""

    database: Database
    clock: Clock
    carrier: Carrier
    site: str


@dataclass(frozen=True, slots=True, repr=False)
class _Claimed:
    mail_id: UUID
    practice_id: int
    kind: str
    to: str
    values: MailValues
    last_try: bool


def mail_is_due(session: Session, *, practice_id: int, at: datetime) -> bool:
    """Whether one waits to be sent."""
    query = select(StaffMail.id).where(
        StaffMail.practice_id == practice_id,
        StaffMail.status == "planned",
        StaffMail.not_before <= at,
    )
    return session.scalar(query.limit(1)) is not None


def send_next_mail(post: Post, *, practice_id: int) -> str | None:
    """Send one mail. Returns what became of it (sent, withheld, planned…) or None: none is due."""
    claimed = _claim_next(post, practice_id)
    if claimed is None or isinstance(claimed, str):
        return claimed
    sender = claimed.values.sender
    try:
        mail = render(claimed.kind, claimed.values)
        reference = claimed.mail_id.hex
        post.carrier.send(
            Envelope(claimed.to, sender, reference, mail.subject, mail.text, mail.html)
        )
    except NotNowError as error:
        return _write(post, claimed, "fail" if claimed.last_try else "retry", str(error))
    except NeverError as error:
        return _write(post, claimed, "refuse", str(error))
    except UnknownOutcomeError as error:
        return _write(post, claimed, "lose", str(error))
    except UnsendableError as error:
        return _write(post, claimed, "fail", str(error))
    except (
        Exception
    ) as error:  # whatever it is: nothing has left, and it must not be tried for ever
        log.error("staff_mail.unsendable", mail=str(claimed.mail_id), **describe_failure(error))
        return _write(post, claimed, "fail", type(error).__name__)
    return _write(post, claimed, "send", "")


def lose_claimed(post: Post, *, practice_id: int, alone: bool = False) -> int:
    """Put mails in doubt whose sender was killed; ``alone`` as in `mark_lost`. Returns how many."""
    now = post.clock.now()
    lost = select(StaffMail).where(
        StaffMail.practice_id == practice_id,
        StaffMail.status == "claimed",
        StaffMail.claimed_at <= (now if alone else now - LEASE),
    )
    with post.database.unit_of_work(practice_id) as work:
        mails = list(work.session.scalars(lost.with_for_update(skip_locked=True)))
        for mail in mails:
            _move(work.session, mail, "lose", at=now, outcome="interrupted")
        if mails:
            work.commit()
    return len(mails)


def _claim_next(post: Post, practice_id: int) -> _Claimed | str | None:
    with post.database.unit_of_work(practice_id) as work:
        session, now = work.session, post.clock.now()
        mail = session.scalar(
            select(StaffMail)
            .where(
                StaffMail.practice_id == practice_id,
                StaffMail.status == "planned",
                StaffMail.not_before <= now,
            )
            .order_by(StaffMail.not_before, StaffMail.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if mail is None:
            return None
        if mail.kind == INVITATION and _went_today(session, practice_id, now):
            mail.not_before = now + HOUR
            work.commit()
            return "later"
        reason = obstacle(session, mail, at=now)
        if reason is not None:
            _move(session, mail, "withhold", at=now, outcome=reason)
            work.commit()
            return "withheld"
        practice = get_practice(session, practice_id)
        claimed = _claim(post, session, mail, practice, now)
        work.commit()
        return claimed


def _went_today(session: Session, practice_id: int, now: datetime) -> bool:
    """Whether as many invitations left as a practice sends in a day, whoever asked for them."""
    went = select(func.count()).where(
        StaffMail.practice_id == practice_id,
        StaffMail.kind == INVITATION,
        StaffMail.claimed_at > now - DAY,
    )
    return (session.scalar(went) or 0) >= MOST_INVITATIONS_A_DAY


def _claim(
    post: Post, session: Session, mail: StaffMail, practice: Practice, now: datetime
) -> _Claimed:
    user = session.get(StaffUser, mail.user_id)
    to = mail.email or (user.email if user is not None else "")
    link = link_for(session, mail, to=to, at=now)
    mail.tries += 1
    mail.claimed_at, mail.link_id = now, link.link_id if link else None
    _move(session, mail, "claim", at=now, outcome=None)
    roles = role_titles(session, practice_id=practice.id) if mail.role else {}
    return _Claimed(
        mail_id=mail.id,
        practice_id=practice.id,
        kind=mail.kind,
        to=to,
        values=MailValues(
            sender=practice.sender,
            name=mail.name,
            maker=mail.made_name,
            role=roles.get(mail.role or "", ""),
            link=f"{post.site}/welcome/{link.token}" if link else "",
            at=_moment(mail.made_at, practice.timezone),
            until=_moment(link.ends_at, practice.timezone) if link else "",
        ),
        last_try=mail.tries >= MOST_TRIES,
    )


def _write(post: Post, claimed: _Claimed, event: str, detail: str) -> str:
    with post.database.unit_of_work(claimed.practice_id) as work:
        session, now = work.session, post.clock.now()
        key = (claimed.practice_id, claimed.mail_id)
        mail = session.get(StaffMail, key, with_for_update=True)
        if mail is None or mail.status != "claimed":
            return "in_doubt"
        _move(session, mail, event, at=now, outcome=detail[:80] or None)
        if event in {"send", "lose"}:
            mail.times += 1
        else:
            drop_link(
                session,
                practice_id=claimed.practice_id,
                link_id=mail.link_id,
                actor=SYSTEM,
                at=now,
            )
        if event == "retry":
            mail.not_before = retry_at(now, mail.tries)
        else:
            mail.tries = 0
        work.commit()
        return mail.status


def _move(
    session: Session, mail: StaffMail, event: str, *, at: datetime, outcome: str | None
) -> None:
    facts = {"mail": mail.kind, "user": str(mail.user_id)}
    if outcome:
        facts["reason"] = outcome
    advance(session, mail, STAFF_MAIL, event, account_id=None, actor=SYSTEM, at=at, **facts)
    if event != "claim":
        mail.outcome_at, mail.outcome = at, outcome


def _moment(instant: datetime, timezone: str) -> str:
    return f"{day(local_date(instant, timezone))}, {clock_time(instant, timezone)}"
