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
    SUBJECTS,
    THREAD_STATES,
    WISHES,
)
from backoffice.desks.thread_ends import Closing, closing_of, lasting_pause
from backoffice.desks.words import title
from shared.accounts import Account
from shared.aid import OPEN, AidAnswers, AidRequest, open_answers, requests_part
from shared.base.together import read_together
from shared.base.vault import Vault
from shared.messages import (
    PATIENTS,
    Document,
    Message,
    Thread,
    documents_part,
    messages_part,
    open_body,
    threads_part,
)


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
    """A thread with its form: ``seen`` is the patient's latest message, ``answered`` our latest answer,
    ``once`` the form's mark."""

    id: UUID
    title: str
    state: str
    tone: str
    waits: bool
    closed: bool
    keeps_hold: bool
    lasting: str
    closing: Closing | None
    answer_by: date
    messages: tuple[MessageShown, ...]
    aid: AidShown | None
    seen: str
    answered: str
    once: str = field(default_factory=lambda: secrets.token_hex(16))


def read_threads(session: Session, account: Account, vault: Vault) -> tuple[ThreadShown, ...]:
    """The account's threads, those that wait for us first; one statement."""
    of = account.practice_id, account.id
    threads, messages, documents, requests = (
        threads_part(practice_id=of[0], account_id=of[1]),
        messages_part(practice_id=of[0], account_id=of[1]),
        documents_part(practice_id=of[0], account_id=of[1]),
        requests_part(practice_id=of[0], account_id=of[1]),
    )
    read = read_together(session, threads, messages, documents, requests)
    return threads_shown(
        read.of(threads), read.of(messages), read.of(documents), read.of(requests), vault
    )


def threads_shown(
    threads: Sequence[Thread],
    messages: Sequence[Message],
    documents: Sequence[Document],
    requests: Sequence[AidRequest],
    vault: Vault,
) -> tuple[ThreadShown, ...]:
    """The account's threads with all that belongs to them, those that wait for us first."""
    by_thread = {request.thread_id: request for request in requests}
    shown = [
        _thread(
            thread,
            [message for message in messages if message.thread_id == thread.id],
            documents,
            by_thread.get(thread.id),
            vault,
        )
        for thread in threads
    ]
    return tuple(sorted(shown, key=lambda thread: not thread.waits))


def _thread(
    thread: Thread,
    messages: Sequence[Message],
    documents: Sequence[Document],
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
        lasting=lasting_pause(thread),
        closing=closing_of(thread),
        answer_by=thread.answer_by,
        messages=tuple(_message(message, documents, vault) for message in messages),
        aid=aid_shown(request, vault) if request is not None else None,
        seen=str(theirs[-1].id) if theirs else "",
        answered=str(thread.answer_id or ""),
    )


def _message(message: Message, documents: Sequence[Document], vault: Vault) -> MessageShown:
    its_own = [one for one in documents if one.message_id == message.id]
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


def aid_shown(request: AidRequest, vault: Vault) -> AidShown:
    """What was asked for, and where the request stands."""
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
