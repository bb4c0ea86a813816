"""Lines of the inbox, whichever way the threads were found. Words are opened for the page alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from backoffice.desks.inbox_words import StateShown, said_at, state_of
from backoffice.desks.message_words import SUBJECTS
from backoffice.desks.thread_ends import Closing, closing_of
from backoffice.desks.words import title
from shared.accounts import Account, Party, account_vault, open_name
from shared.base.clock import local_date
from shared.base.formats import clock_time
from shared.base.vault import KeyRing
from shared.inbox import PRESENT_FOR, ThreadPresence, ThreadSeen
from shared.messages import PATIENTS, Message, Thread, mark_of, open_body
from shared.staff import SignedIn

FIRST_WORDS = 90


@dataclass(frozen=True, slots=True)
class Row:
    """One thread. ``who`` is the name, or the account's number for roles without names; ``mark`` its state
    as forms carry it."""

    id: UUID
    who: str
    number: str
    subject: str
    words: str
    when: str
    state: StateShown
    assigned: str
    mine: bool
    writing: str
    unread: bool
    mark: str
    closing: Closing | None


def rows_of(
    session: Session, ids: Sequence[UUID], *, who: SignedIn, keys: KeyRing, at: datetime
) -> tuple[Row, ...]:
    """The lines in the order of ``ids``; one statement."""
    if not ids:
        return ()
    shown = {
        row.thread.id: row.row for row in read_rows(session, Thread.id.in_(ids), who, keys, at)
    }
    return tuple(shown[thread_id] for thread_id in ids if thread_id in shown)


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A line with the thread that it is of."""

    thread: Thread
    row: Row


def read_rows(
    session: Session, chosen: ColumnElement[bool], who: SignedIn, keys: KeyRing, at: datetime
) -> list[ReadRow]:
    """The lines of the threads that are chosen, in no order; one statement."""
    latest = (
        select(Message.id)
        .where(Message.practice_id == Thread.practice_id, Message.thread_id == Thread.id)
        .order_by(Message.at.desc(), Message.id.desc())
        .limit(1)
        .correlate(Thread)
        .scalar_subquery()
    )
    # found first, so that each message is then looked up by its key and not among everybody's
    last = (
        select(Thread.id, latest.label("message_id"))
        .where(Thread.practice_id == who.practice_id, chosen)
        .cte("last")
        .prefix_with("MATERIALIZED")
    )
    query = (
        select(Thread, Account, Message, ThreadSeen, ThreadPresence.name, Party)
        .join(last, last.c.id == Thread.id)
        .join(
            Account,
            and_(Account.practice_id == Thread.practice_id, Account.id == Thread.account_id),
        )
        .outerjoin(
            Message,
            and_(Message.practice_id == Thread.practice_id, Message.id == last.c.message_id),
        )
        .outerjoin(
            ThreadSeen,
            and_(
                ThreadSeen.practice_id == Thread.practice_id,
                ThreadSeen.thread_id == Thread.id,
                ThreadSeen.user_id == who.user_id,
            ),
        )
        .outerjoin(
            ThreadPresence,
            and_(
                ThreadPresence.practice_id == Thread.practice_id,
                ThreadPresence.thread_id == Thread.id,
                ThreadPresence.user_id != who.user_id,
                ThreadPresence.at > at - PRESENT_FOR,
            ),
        )
        .outerjoin(
            Party, and_(Party.practice_id == Thread.practice_id, Party.account_id == Account.id)
        )
        .where(Thread.practice_id == who.practice_id)
    )
    found: dict[UUID, Any] = {}
    for row in session.execute(query):
        known = found.get(row[0].id)
        if known is None or named_first(row[5]) < named_first(known[5]):
            found[row[0].id] = row
    return [
        ReadRow(
            row[0], _row(*row[:5], name=_name(row[1], row[5], who, keys), who=who, keys=keys, at=at)
        )
        for row in found.values()
    ]


def named_first(party: Party | None) -> tuple[bool, bool, UUID]:
    """Of an account's people the debtor names it, else the first."""
    if party is None:
        return True, True, UUID(int=0)
    return False, party.role != "debtor", party.id


def _name(account: Account, party: Party | None, who: SignedIn, keys: KeyRing) -> str:
    if party is None or not who.may("accounts.names"):
        return ""
    return open_name(account_vault(keys, account), party).full


def _row(
    thread: Thread,
    account: Account,
    last: Message | None,
    seen: ThreadSeen | None,
    writing: str | None,
    *,
    name: str,
    who: SignedIn,
    keys: KeyRing,
    at: datetime,
) -> Row:
    today = local_date(at, who.timezone)
    when = last.at if last is not None else thread.moved_at
    on = local_date(when, who.timezone)
    return Row(
        id=thread.id,
        who=name or account.number,
        number=account.number,
        subject=title(SUBJECTS, thread.subject),
        words=_first_words(last, account, keys),
        when=said_at(today, on, clock_time(when, who.timezone)),
        state=state_of(thread, today),
        assigned=thread.assigned_name or "",
        mine=thread.assigned_to == who.user_id,
        writing=writing or "",
        unread=is_unread(thread, last, seen),
        mark=mark_of(thread.status, thread.moved_at),
        closing=closing_of(thread),
    )


def is_unread(thread: Thread, last: Message | None, seen: ThreadSeen | None) -> bool:
    """Whether the latest word is the patient's, and whoever looks has not opened the thread since."""
    if last is None:
        return seen is None and thread.status == "waiting"
    return last.side == PATIENTS and (seen is None or seen.message_id != last.id)


def _first_words(last: Message | None, account: Account, keys: KeyRing) -> str:
    if last is None:
        return ""
    said = " ".join(open_body(account_vault(keys, account), last).split())
    if not said:
        return "Un document"
    whole = len(said) <= FIRST_WORDS
    begins = said if whole else said[:FIRST_WORDS].rsplit(" ", 1)[0] + "…"
    return begins if last.side == PATIENTS else f"Réponse : {begins}"
