"""Threads and requests for help on an account's page, for those who answer them."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.message_words import (
    AID_STATES,
    MEDIA,
    REASONS,
    RULES,
    SUBJECTS,
    THREAD_STATES,
    WISHES,
)
from backoffice.desks.words import title
from shared.accounts import Account
from shared.aid import OPEN, AidAnswers, AidRequest, open_answers, requests_of
from shared.base.vault import Vault
from shared.delivery import Finding, Profile, lint_text
from shared.messages import (
    AID,
    PATIENTS,
    Enclosure,
    Message,
    Thread,
    enclosures_of,
    messages_of,
    open_body,
    threads_of,
)

MOST_FINDINGS = 5


@dataclass(frozen=True, slots=True)
class Warned:
    """What the tone-and-secrecy lint says of a place in a text."""

    rule: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that was not sent yet, as it was typed, and what the lint says."""

    thread_id: UUID | None = None
    body: str = ""
    keeps_hold: bool = False
    decision: str = ""
    pause_until: str = ""
    no_pause: bool = False
    warned: tuple[Warned, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A document to open."""

    id: UUID
    title: str


@dataclass(frozen=True, slots=True)
class MessageShown:
    """One message; ``theirs`` is the patient's."""

    theirs: bool
    author: str
    at: datetime
    body: str
    read_at: datetime | None
    documents: tuple[DocumentShown, ...]


@dataclass(frozen=True, slots=True)
class AidShown:
    """What was asked for; ``answers`` is None once it is forgotten."""

    id: UUID
    state: str
    tone: str
    is_open: bool
    wishes: tuple[str, ...]
    reasons: tuple[str, ...]
    answers: AidAnswers | None


@dataclass(frozen=True, slots=True)
class ThreadShown:
    """A thread with its form: ``seen`` is the patient's latest message, ``once`` the form's mark."""

    id: UUID
    title: str
    state: str
    tone: str
    waits: bool
    closed: bool
    keeps_hold: bool
    answer_by: date
    messages: tuple[MessageShown, ...]
    aid: AidShown | None
    seen: str
    once: str = field(default_factory=lambda: secrets.token_hex(16))


def warnings_about(text: str) -> tuple[Warned, ...]:
    """What staff are asked to look at again before they send a text."""
    found: Sequence[Finding] = lint_text(text, profile=Profile.PORTAL)
    warned = dict.fromkeys(Warned(title(RULES, one.rule), one.excerpt) for one in found)
    return tuple(warned)[:MOST_FINDINGS]


def read_threads(session: Session, account: Account, vault: Vault) -> tuple[ThreadShown, ...]:
    """The account's threads, those that wait for us first; one statement where there are none."""
    practice_id, account_id = account.practice_id, account.id
    threads = threads_of(session, practice_id=practice_id, account_id=account_id)
    if not threads:
        return ()
    messages = messages_of(session, practice_id=practice_id, account_id=account_id)
    enclosures = enclosures_of(session, practice_id=practice_id, account_id=account_id)
    asked: Sequence[AidRequest] = ()
    if any(thread.subject == AID for thread in threads):
        asked = requests_of(session, practice_id=practice_id, account_id=account_id)
    by_thread = {request.thread_id: request for request in asked}
    shown = [
        _thread(
            thread,
            [message for message in messages if message.thread_id == thread.id],
            enclosures,
            by_thread.get(thread.id),
            vault,
        )
        for thread in threads
    ]
    return tuple(sorted(shown, key=lambda thread: not thread.waits))


def _thread(
    thread: Thread,
    messages: Sequence[Message],
    enclosures: Sequence[Enclosure],
    request: AidRequest | None,
    vault: Vault,
) -> ThreadShown:
    state, tone = THREAD_STATES[thread.status]
    theirs = [message for message in messages if message.side == PATIENTS]
    return ThreadShown(
        id=thread.id,
        title=title(SUBJECTS, thread.subject),
        state=state,
        tone=tone,
        waits=thread.status == "waiting",
        closed=thread.status == "closed",
        keeps_hold=thread.keeps_hold,
        answer_by=thread.answer_by,
        messages=tuple(_message(message, enclosures, vault) for message in messages),
        aid=_aid(request, vault) if request is not None else None,
        seen=str(theirs[-1].id) if theirs else "",
    )


def _message(message: Message, enclosures: Sequence[Enclosure], vault: Vault) -> MessageShown:
    its_own = [one for one in enclosures if one.message_id == message.id]
    return MessageShown(
        theirs=message.side == PATIENTS,
        author="La personne" if message.side == PATIENTS else message.author,
        at=message.at,
        body=open_body(vault, message),
        read_at=message.read_at,
        documents=tuple(
            DocumentShown(one.id, f"{MEDIA[one.media]} {place}")
            for place, one in enumerate(its_own, 1)
        ),
    )


def _aid(request: AidRequest, vault: Vault) -> AidShown:
    state, tone = AID_STATES[request.status]
    answers = open_answers(vault, request)
    return AidShown(
        id=request.id,
        state=state,
        tone=tone,
        is_open=request.status in OPEN,
        wishes=tuple(title(WISHES, one) for one in answers.wishes) if answers else (),
        reasons=tuple(title(REASONS, one) for one in answers.reasons) if answers else (),
        answers=answers,
    )
