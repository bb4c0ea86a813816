"""Formal notices: what somebody decides, and that the letter was sent. Under the account's lock."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Account, get_practice
from shared.audit import Actor, advance
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError
from shared.base.ids import new_id
from shared.ladder.board_model import LadderLetter
from shared.ladder.letter_calls import TALK, ask_call, end_call
from shared.ladder.letter_rules import DECLINE_REASONS, LETTER, OBSTACLES, OPEN
from shared.ladder.letters import LetterCase
from shared.ladder.service import APPROVAL_TASK, SEND_TASK
from shared.worklist import close_tasks, open_task

DONE_WORDS = {
    "approved": "approuvée",
    "declined": "refusée",
    "postponed": "reportée",
    "sent": "envoyée",
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Who decides: the actor of the story, and the name that colleagues read."""

    actor: Actor
    user_id: UUID
    name: str


def _today(session: Session, account: Account, at: datetime) -> date:
    return local_date(at, get_practice(session, account.practice_id).timezone)


def approve_letter(
    session: Session, account: Account, case: LetterCase, *, seen: str, by: Staff, at: datetime
) -> LadderLetter:
    """Somebody says that the letter goes; it is then prepared and sent by hand.

    Raises NotAllowedError when something speaks against it, when it is not what was ``seen``, or when a
    colleague has decided meanwhile.
    """
    _ask_whether_open(case)
    if case.judged.obstacles:
        word = OBSTACLES[case.judged.obstacles[0]]
        raise NotAllowedError(f"Cette lettre ne peut pas partir : {word}.")
    if seen != case.mark:
        raise NotAllowedError(
            "Les factures ou les sommes ont changé depuis que vous les avez vues : relisez, puis décidez."
        )
    letter = _decided(session, account, case, "approve", by=by, at=at)
    letter.covers = [
        {
            "id": str(bill.invoice_id),
            "number": bill.number,
            "issued_on": bill.issued_on.isoformat(),
            "due_on": bill.due_on.isoformat(),
            "cents": bill.open_cents,
        }
        for bill in case.judged.covers
    ]
    letter.total_cents, letter.days = case.judged.cents, case.days
    letter.reason = letter.until = None
    _end_task(session, account, case, by=by, at=at)
    open_task(
        session,
        SEND_TASK,
        practice_id=account.practice_id,
        account_id=account.id,
        key=str(case.cycle.id),
        due_on=_today(session, account, at),
        actor=by.actor,
        at=at,
    )
    return letter


def decline_letter(
    session: Session, account: Account, case: LetterCase, *, reason: str, by: Staff, at: datetime
) -> LadderLetter:
    """No letter goes in this conversation, for a reason; where somebody calls first, that is work, and the
    letter waits again after it. Raises NotAllowedError as approving does."""
    _ask_whether_open(case)
    if reason not in DECLINE_REASONS:
        raise NotAllowedError("Choisissez la raison pour laquelle la lettre ne part pas.")
    letter = _decided(session, account, case, "decline", by=by, at=at, reason=reason)
    letter.reason, letter.until = reason, None
    _end_task(session, account, case, by=by, at=at)
    if reason == TALK:
        ask_call(session, letter, due_on=_today(session, account, at), by=by.actor, at=at)
    return letter


def postpone_letter(
    session: Session, account: Account, case: LetterCase, *, until: date, by: Staff, at: datetime
) -> LadderLetter:
    """Look at it again on a day. Raises NotAllowedError as approving does."""
    _ask_whether_open(case)
    letter = _decided(session, account, case, "postpone", by=by, at=at, until=until.isoformat())
    letter.until = until
    return letter


def undo_letter(
    session: Session, letter: LadderLetter, *, by: Staff, at: datetime, today: date
) -> None:
    """Take an approval or a refusal back before the letter was sent: it waits for a word again.

    Raises NotAllowedError when it was sent.
    """
    if letter.status == "sent":
        raise NotAllowedError(f"{letter.sent_name} a noté cette lettre comme envoyée.")
    advance(session, letter, LETTER, "undo", account_id=letter.account_id, actor=by.actor, at=at)
    letter.decided_at, letter.decided_by, letter.decided_name = at, by.user_id, by.name
    close_tasks(
        session,
        SEND_TASK,
        practice_id=letter.practice_id,
        key=str(letter.cycle_id),
        event="done",
        actor=by.actor,
        at=at,
    )
    end_call(session, letter.practice_id, letter.cycle_id, by=by.actor, at=at)
    open_task(
        session,
        APPROVAL_TASK,
        practice_id=letter.practice_id,
        account_id=letter.account_id,
        key=f"{letter.cycle_id}:undone",
        due_on=today,
        actor=by.actor,
        at=at,
    )


def note_sent(
    session: Session,
    letter: LadderLetter,
    *,
    sent_on: date,
    tracking: str,
    by: Staff,
    at: datetime,
    today: date,
) -> None:
    """Staff sent the letter: the conversation moves up to it. Noting it again changes nothing.

    Raises NotAllowedError when it was not approved, or for a day on which it can't have been sent.
    """
    if letter.status == "sent":
        raise NotAllowedError(f"{letter.sent_name} a déjà noté cet envoi.")
    if letter.status != "approved":
        raise NotAllowedError("Cette lettre n’est pas approuvée : demandez d’abord l’approbation.")
    if not letter.decided_at.date() <= sent_on <= today:
        raise NotAllowedError(
            "Donnez le jour de l’envoi : entre celui de l’approbation et aujourd’hui."
        )
    advance(
        session,
        letter,
        LETTER,
        "send",
        account_id=letter.account_id,
        actor=by.actor,
        at=at,
        sent_on=sent_on.isoformat(),
        tracking=tracking,
    )
    letter.sent_on, letter.tracking, letter.sent_name = sent_on, tracking, by.name
    close_tasks(
        session,
        SEND_TASK,
        practice_id=letter.practice_id,
        key=str(letter.cycle_id),
        event="done",
        actor=by.actor,
        at=at,
    )


def _ask_whether_open(case: LetterCase) -> None:
    letter = case.letter
    if letter is not None and letter.status not in OPEN:
        raise NotAllowedError(
            f"{letter.decided_name} a déjà décidé : cette lettre est {DONE_WORDS[letter.status]}."
        )


def _decided(
    session: Session,
    account: Account,
    case: LetterCase,
    event: str,
    *,
    by: Staff,
    at: datetime,
    **facts: Any,
) -> LadderLetter:
    letter = case.letter or LadderLetter(
        practice_id=account.practice_id,
        id=new_id(),
        account_id=account.id,
        cycle_id=case.cycle.id,
        status="open",
        covers=[],
        total_cents=0,
        days=case.days,
    )
    advance(session, letter, LETTER, event, account_id=account.id, actor=by.actor, at=at, **facts)
    letter.decided_at, letter.decided_by, letter.decided_name = at, by.user_id, by.name
    session.add(letter)
    session.flush()
    return letter


def _end_task(
    session: Session, account: Account, case: LetterCase, *, by: Staff, at: datetime
) -> None:
    for suffix in (str(case.cycle.asked_position), "undone"):
        close_tasks(
            session,
            APPROVAL_TASK,
            practice_id=account.practice_id,
            key=f"{case.cycle.id}:{suffix}",
            event="done",
            actor=by.actor,
            at=at,
        )
