"""One thread with all that was said in it, on both sides and among staff; opened for the page alone."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import literal, null, select, union_all
from sqlalchemy.orm import Session

from backoffice.desks.account_messages import AidShown, DocumentShown, aid_shown
from backoffice.desks.inbox_beside import Beside
from backoffice.desks.inbox_found import FoundThread
from backoffice.desks.inbox_words import StateShown, event_words, state_of
from backoffice.desks.message_words import MEDIA, SUBJECTS
from backoffice.desks.thread_ends import Closing, closing_of, lasting_pause
from backoffice.desks.words import title
from shared.base.clock import local_date
from shared.base.formats import near_day
from shared.base.vault import Vault
from shared.inbox import PRESENT_FOR, CannedAnswer, ThreadPresence
from shared.messages import (
    AID,
    PATIENTS,
    Document,
    Message,
    ThreadNote,
    mark_of,
    open_note,
    open_words,
)
from shared.staff import SignedIn, StaffMembership, StaffUser, roles_with

NOTE = "note"


@dataclass(frozen=True, slots=True)
class EntryShown:
    """Something of the thread: ``kind`` is theirs, ours, note or fact (in small)."""

    kind: str
    author: str
    at: datetime
    body: str
    read_at: datetime | None = None
    documents: tuple[DocumentShown, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """A colleague, or a ready-made answer, to choose."""

    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class ThreadShown:
    """The thread of the page. ``seen``, ``answered`` and ``mark`` are its state as its forms carry it;
    ``last_id`` is the latest message of either side."""

    id: UUID
    number: str
    who: str
    subject: str
    state: StateShown
    status: str
    keeps_hold: bool
    lasting: str
    closing: Closing | None
    awaits_until: date | None
    assigned_to: UUID | None
    assigned: str
    days: tuple[tuple[str, tuple[EntryShown, ...]], ...]
    aid: AidShown | None
    colleagues: tuple[Choice, ...]
    canned: tuple[Choice, ...]
    writing: tuple[str, ...]
    seen: str
    answered: str
    mark: str
    last_id: UUID | None
    once: str = field(default_factory=lambda: secrets.token_hex(16))


def read_thread(
    session: Session,
    found: FoundThread,
    beside: Beside,
    vault: Vault,
    *,
    who: SignedIn,
    at: datetime,
) -> ThreadShown:
    """The thread as this person sees it; two statements."""
    thread, today = found.thread, local_date(at, who.timezone)
    said, last_id, seen = _said(session, found, vault)
    choices = _choices(session, found, who, at)
    entries = sorted([*said, *_events(beside, found, who, today)], key=lambda one: one.at)
    request = None
    if thread.subject == AID:
        request = next((one for one in beside.requests if one.thread_id == thread.id), None)
    return ThreadShown(
        id=thread.id,
        number=found.account.number,
        who=found.name or found.account.number,
        subject=title(SUBJECTS, thread.subject),
        state=state_of(thread, today),
        status=thread.status,
        keeps_hold=thread.keeps_hold,
        lasting=lasting_pause(thread),
        closing=closing_of(thread),
        awaits_until=thread.awaits_until,
        assigned_to=thread.assigned_to,
        assigned=thread.assigned_name or "",
        days=tuple(
            (_day_words(on, today), tuple(of_day))
            for on, of_day in groupby(entries, key=lambda one: local_date(one.at, who.timezone))
        ),
        aid=aid_shown(request, vault) if request is not None else None,
        colleagues=choices["colleague"],
        canned=choices["canned"],
        writing=tuple(one.title for one in choices["writing"]),
        seen=str(seen or ""),
        answered=str(thread.answer_id or ""),
        mark=mark_of(thread.status, thread.moved_at),
        last_id=last_id,
    )


def _day_words(on: date, today: date) -> str:
    words = near_day(on, "fr", today)
    return words[:1].upper() + words[1:]


def _said(
    session: Session, found: FoundThread, vault: Vault
) -> tuple[list[EntryShown], UUID | None, UUID | None]:
    """(messages with what came along and notes, the latest message, the patient's latest)."""
    of = (found.thread.practice_id, found.thread.id)
    written = (
        select(
            Message.side.label("side"),
            Message.id.label("id"),
            Message.author,
            Message.body,
            Message.at.label("at"),
            Message.read_at,
            Document.id.label("document_id"),
            Document.media,
        )
        .outerjoin(
            Document,
            (Document.practice_id == Message.practice_id) & (Document.message_id == Message.id),
        )
        .where(Message.practice_id == of[0], Message.thread_id == of[1])
    )
    notes = select(
        literal(NOTE),
        ThreadNote.id,
        ThreadNote.author,
        ThreadNote.body,
        ThreadNote.at,
        null(),
        null(),
        null(),
    ).where(ThreadNote.practice_id == of[0], ThreadNote.thread_id == of[1])
    read: Sequence[Any] = session.execute(union_all(written, notes)).all()
    both = sorted(
        read,
        key=lambda row: (row.at, row.id, row.document_id or row.id),
    )
    entries: list[EntryShown] = []
    last_id = seen = None
    for _, rows in groupby(both, key=lambda row: row.id):
        parts = list(rows)
        entries.append(_entry(parts, found, vault))
        side, row_id = parts[0].side, parts[0].id
        last_id = last_id if side == NOTE else row_id
        seen = row_id if side == PATIENTS else seen
    return entries, last_id, seen


def _entry(rows: Sequence[Any], found: FoundThread, vault: Vault) -> EntryShown:
    first = rows[0]
    if first.side == NOTE:
        return EntryShown("note", first.author, first.at, open_note(vault, first.id, first.body))
    theirs = first.side == PATIENTS
    came = [(row.document_id, row.media) for row in rows if row.document_id is not None]
    return EntryShown(
        kind="theirs" if theirs else "ours",
        author=(found.name or "La personne") if theirs else first.author,
        at=first.at,
        body=open_words(vault, first.id, first.body),
        read_at=first.read_at,
        documents=tuple(
            DocumentShown(document_id, f"{MEDIA[media]} {place}")
            for place, (document_id, media) in enumerate(came, 1)
        ),
    )


def _events(beside: Beside, found: FoundThread, who: SignedIn, today: date) -> list[EntryShown]:
    """What happened beside the words, for who may read the timeline."""
    if not who.may("timeline.read"):
        return []
    told = [(one.at, event_words(one, found.thread, today)) for one in beside.events]
    return [EntryShown("fact", "", at, words) for at, words in reversed(told) if words]


def _choices(
    session: Session, found: FoundThread, who: SignedIn, at: datetime
) -> dict[str, tuple[Choice, ...]]:
    """Who may be given the thread, ready-made answers, and who writes in it now; one statement."""
    practice_id = found.thread.practice_id
    people = (
        select(literal("colleague").label("what"), StaffUser.id, StaffUser.name.label("title"))
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(
            StaffMembership.practice_id == practice_id,
            StaffMembership.role.in_(sorted(roles_with("messages.write"))),
            StaffUser.status == "active",
        )
    )
    canned = select(literal("canned"), CannedAnswer.id, CannedAnswer.title).where(
        CannedAnswer.practice_id == practice_id, CannedAnswer.removed_at.is_(None)
    )
    writing = select(literal("writing"), ThreadPresence.user_id, ThreadPresence.name).where(
        ThreadPresence.practice_id == practice_id,
        ThreadPresence.thread_id == found.thread.id,
        ThreadPresence.user_id != who.user_id,
        ThreadPresence.at > at - PRESENT_FOR,
    )
    chosen: dict[str, list[Choice]] = {"colleague": [], "canned": [], "writing": []}
    for what, row_id, words in session.execute(union_all(people, canned, writing)):
        chosen[what].append(Choice(row_id, words))
    return {what: tuple(sorted(some, key=lambda one: one.title)) for what, some in chosen.items()}
