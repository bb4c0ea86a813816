"""Threads and requests for help as patients see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy.orm import Session

from shared.aid import AidRequest, requests_of
from shared.base.clock import local_date
from shared.base.formats import marked
from shared.links import Visit
from shared.messages import (
    PATIENTS,
    Enclosure,
    Message,
    Thread,
    enclosures_of,
    messages_of,
    open_body,
    threads_of,
)
from shared.web.filters import near, t

SUBJECTS = {
    "paid": (
        marked("J’ai déjà payé"),
        marked("Nous cherchons votre paiement. Nos messages sont en pause."),
    ),
    "payer": (
        marked("Ma complémentaire doit payer"),
        marked("Nous voyons avec elle. Nos messages sont en pause."),
    ),
    "unclear": (marked("Je ne comprends pas"), ""),
    "wrong": (
        marked("Ce n’est pas à moi, ou pas juste"),
        marked("Nous vérifions. Nos messages sont en pause."),
    ),
    "other": (marked("Autre chose"), ""),
    "aid": (marked("Votre demande d’aide"), ""),
    "plan": (marked("Votre accord"), ""),
}
WISHES = {
    "later": (marked("Payer plus tard"), ""),
    "less_monthly": (marked("Payer moins chaque mois"), ""),
    "less_total": (
        marked("Payer moins en tout"),
        marked("Le secrétariat répond au cas par cas."),
    ),
    "talk": (marked("Parler à quelqu’un"), ""),
}
REASONS = {
    "less_money": marked("J’ai moins d’argent qu’avant"),
    "other_expenses": marked("J’ai d’autres grosses dépenses"),
    "waiting_right": marked("J’attends une aide ou un droit"),
    "family": marked("Ma famille a changé"),
    "rather_not": marked("Je préfère ne pas le dire"),
}
AID_STATES = {
    "asked": marked("Nous regardons votre demande."),
    "documents": marked("Nous avons besoin de documents."),
    "granted": marked("Nous avons dit oui."),
    "declined": marked("Nous ne pouvons pas faire cela."),
    "withdrawn": marked("Vous avez retiré votre demande."),
}


@dataclass(frozen=True, slots=True)
class ThreadView:
    """A line of the list. ``state`` is waiting, answered or closed; ``unread`` wants to be read,
    ``answered`` tells whether we ever wrote in it."""

    title: str
    url: str
    state: str
    unread: bool
    answered: bool
    answer_by: date
    moved_at: datetime


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message; ``mine`` is the patient's own."""

    mine: bool
    author: str
    at: datetime
    body: str
    documents: tuple[Enclosure, ...]


Talk = list[tuple[str, list[MessageView]]]


def subject_title(subject: str) -> str:
    """What a thread is about."""
    return t(SUBJECTS[subject][0])


def thread_list(session: Session, here: Visit) -> list[ThreadView]:
    """All threads of the account, in two statements; help leads to its own page."""
    practice_id, account_id = here.practice.id, here.account.id
    asked = requests_of(session, practice_id=practice_id, account_id=account_id)
    help_pages = {one.thread_id: one.id for one in asked}
    threads = threads_of(session, practice_id=practice_id, account_id=account_id)
    return [_line(thread, help_pages.get(thread.id)) for thread in threads]


def _line(thread: Thread, request_id: UUID | None) -> ThreadView:
    return ThreadView(
        title=subject_title(thread.subject),
        url=f"/messages/{thread.id}" if request_id is None else f"/help/{request_id}",
        state=thread.status,
        unread=thread.patient_unread,
        answered=thread.answered_at is not None,
        answer_by=thread.answer_by,
        moved_at=thread.moved_at,
    )


def talk_of(session: Session, here: Visit, thread_id: UUID) -> Talk:
    """What was said in a thread, day by day, in two statements."""
    practice_id, account_id = here.practice.id, here.account.id
    messages = messages_of(
        session, practice_id=practice_id, account_id=account_id, thread_id=thread_id
    )
    enclosures = (
        enclosures_of(session, practice_id=practice_id, account_id=account_id) if messages else []
    )
    shown = [_shown(here, message, enclosures) for message in messages]
    zone = here.practice.timezone
    days = groupby(shown, key=lambda message: local_date(message.at, zone))
    return [(_named(day), list(of_day)) for day, of_day in days]


def _named(day: date) -> str:
    words = near(day)
    return words[:1].upper() + words[1:]


def _shown(here: Visit, message: Message, enclosures: Sequence[Enclosure]) -> MessageView:
    mine = message.side == PATIENTS
    first_name = message.author.split(" ")[0]
    return MessageView(
        mine=mine,
        author=t("Vous") if mine else t("{name}, secrétariat", name=first_name),
        at=message.at,
        body=open_body(here.vault, message),
        documents=tuple(one for one in enclosures if one.message_id == message.id),
    )


def boxes(words: dict[str, tuple[str, str]]) -> list[tuple[str, str, str]]:
    """(name, title, sentence below it) of a list of boxes."""
    return [(name, t(title), t(more) if more else "") for name, (title, more) in words.items()]


def state_sentence(request: AidRequest) -> str:
    """Where a request for help stands."""
    return t(AID_STATES[request.status])
