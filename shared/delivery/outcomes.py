"""What became of a notice, written down once it is known."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.accounts import CONTACT, ContactPoint, Practice
from shared.audit import SYSTEM, Actor, advance
from shared.base.clock import local_date
from shared.delivery.model import Notice
from shared.delivery.rules import NOTICE, retry_at
from shared.links import Link, revoke
from shared.worklist import TO_CORRECT, TO_SAY_SENT, TaskKind, close_tasks, offer, open_task

IN_DOUBT = offer("notice_in_doubt", "Envoi incertain : est-il parti ?", TO_SAY_SENT)


BOUNCED = offer("contact_bounced", "Contact qui ne marche plus", TO_CORRECT)


UNSENDABLE = offer("notice_failed", "Message qui n’a pas pu partir", TO_CORRECT)


def note_sent(session: Session, notice: Notice, *, message_ref: str, at: datetime) -> None:
    """The vendor took it."""
    advance(
        session,
        notice,
        NOTICE,
        "send",
        account_id=notice.account_id,
        actor=SYSTEM,
        at=at,
        channel=notice.channel,
        template=notice.template,
        purpose=notice.purpose,
    )
    notice.message_ref, notice.outcome_at, notice.outcome = message_ref, at, None


def note_later(session: Session, notice: Notice, *, reason: str, at: datetime) -> None:
    """Clearly not taken for the moment: planned again, its unsent link revoked."""
    advance(
        session,
        notice,
        NOTICE,
        "retry",
        account_id=notice.account_id,
        actor=SYSTEM,
        at=at,
        reason=reason,
        channel=notice.channel,
        template=notice.template,
    )
    notice.not_before, notice.outcome = retry_at(at, notice.tries), reason[:80]
    _revoke_unsent(session, notice, at=at)


def note_refused(
    session: Session, notice: Notice, *, practice: Practice, reason: str, at: datetime
) -> None:
    """The contact does not work: a task, not a step."""
    advance(
        session,
        notice,
        NOTICE,
        "refuse",
        account_id=notice.account_id,
        actor=SYSTEM,
        at=at,
        reason=reason,
        channel=notice.channel,
        template=notice.template,
    )
    notice.outcome_at, notice.outcome = at, reason[:80]
    _revoke_unsent(session, notice, at=at)
    contact = session.get(ContactPoint, (notice.practice_id, notice.contact_id))
    if contact is not None and contact.status == "usable":
        advance(
            session,
            contact,
            CONTACT,
            "bounce",
            account_id=notice.account_id,
            actor=SYSTEM,
            at=at,
            channel=notice.channel,
        )
    if contact is None or contact.status != "proposed":  # of that one staff know nothing yet
        _task(session, BOUNCED, notice, practice=practice, key=str(notice.contact_id), at=at)


def note_failed(
    session: Session, notice: Notice, *, practice: Practice, reason: str, at: datetime
) -> None:
    """It can't be sent as it is (its text breaks a rule, too many tries): a task for staff."""
    advance(
        session,
        notice,
        NOTICE,
        "fail",
        account_id=notice.account_id,
        actor=SYSTEM,
        at=at,
        reason=reason[:80],
        channel=notice.channel,
        template=notice.template,
    )
    notice.outcome_at, notice.outcome = at, reason[:80]
    _revoke_unsent(session, notice, at=at)
    _task(session, UNSENDABLE, notice, practice=practice, key=str(notice.id), at=at)


def note_in_doubt(
    session: Session, notice: Notice, *, practice: Practice, reason: str, at: datetime
) -> None:
    """Nobody knows whether it went out: it is never sent again by itself; staff decide."""
    advance(
        session,
        notice,
        NOTICE,
        "lose",
        account_id=notice.account_id,
        actor=SYSTEM,
        at=at,
        reason=reason,
        channel=notice.channel,
        template=notice.template,
    )
    notice.outcome_at, notice.outcome = at, reason[:80]
    _task(session, IN_DOUBT, notice, practice=practice, key=str(notice.id), at=at)


def decide_doubt(
    session: Session, notice: Notice, *, sent: bool, actor: Actor, at: datetime
) -> None:
    """Staff say whether a notice in doubt went out. Raises NotAllowedError for any other notice."""
    event = "confirm" if sent else "deny"
    advance(session, notice, NOTICE, event, account_id=notice.account_id, actor=actor, at=at)
    notice.outcome_at = at
    if not sent:
        _revoke_unsent(session, notice, at=at)
    close_tasks(
        session,
        IN_DOUBT,
        practice_id=notice.practice_id,
        key=str(notice.id),
        event="done",
        actor=actor,
        at=at,
    )


def _revoke_unsent(session: Session, notice: Notice, *, at: datetime) -> None:
    if notice.link_id is not None:
        link = session.get(Link, (notice.practice_id, notice.link_id))
        if link is not None and link.status == "live":
            revoke(session, link, actor=SYSTEM, at=at, reason="not_sent")
    notice.link_id = None


def _task(
    session: Session, kind: TaskKind, notice: Notice, *, practice: Practice, key: str, at: datetime
) -> None:
    open_task(
        session,
        kind,
        practice_id=notice.practice_id,
        account_id=notice.account_id,
        key=key,
        due_on=local_date(at, practice.timezone),
        actor=SYSTEM,
        at=at,
    )
