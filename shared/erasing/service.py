"""Requests to erase, as staff note them; and the work that they are until somebody decides."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import Actor, record
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError
from shared.base.formats import clock_time, day
from shared.base.ids import new_id
from shared.erasing.model import Erasure
from shared.erasing.rules import (
    OPEN,
    UNDER_WAY,
    answer_by,
    check_request,
)
from shared.erasing.standing import obstacles_of
from shared.worklist import TO_ERASE, close_tasks, offer, open_task

ASKED = offer("erasure_asked", "Effacement demandé : répondre dans le mois", TO_ERASE)
READY = offer("erasure_ready", "Effacement demandé : plus rien ne l’empêche", TO_ERASE)


@dataclass(frozen=True, slots=True)
class By:
    """Who acts; ``user_id`` is None for the command line."""

    user_id: UUID | None
    name: str
    actor: Actor


@dataclass(frozen=True, slots=True)
class Asked:
    """What staff note of a request: codes of ``rules``, and the day on which it came."""

    asker: str
    checked: str
    received_on: date

    def check(self, *, today: date) -> None:
        """Raises NotAllowedError for what can't be, in a sentence that says what to do."""
        check_request(
            asker=self.asker, checked=self.checked, received_on=self.received_on, today=today
        )


def open_erasure(session: Session, account: Account) -> Erasure | None:
    """The request that waits, or is being carried out."""
    return session.scalar(
        select(Erasure).where(
            Erasure.practice_id == account.practice_id,
            Erasure.account_id == account.id,
            Erasure.status.in_(OPEN),
        )
    )


def last_erasure(session: Session, account: Account) -> Erasure | None:
    """The latest request, whatever became of it."""
    return session.scalar(
        select(Erasure)
        .where(Erasure.practice_id == account.practice_id, Erasure.account_id == account.id)
        .order_by(Erasure.noted_at.desc(), Erasure.id.desc())
        .limit(1)
    )


def note_request(
    session: Session, asked: Asked, *, practice: Practice, account: Account, by: By, at: datetime
) -> Erasure:
    """Note that the data of an account's persons are to be erased. The caller holds the account's lock.

    Raises NotAllowedError where they are erased, or the same was noted by somebody before.
    """
    today = local_date(at, practice.timezone)
    refuse_erased(account, timezone=practice.timezone)
    known = open_erasure(session, account)
    if known is not None:
        same = (known.noted_by, known.asker, known.checked, known.received_on)
        if same == (by.user_id, asked.asker, asked.checked, asked.received_on):
            return known  # the same form again
        raise NotAllowedError(
            f"Une demande est déjà notée, par {known.noted_name}, "
            f"{moment(known.noted_at, practice)} : voyez-la ci-dessous."
        )
    asked.check(today=today)
    erasure = Erasure(
        practice_id=practice.id,
        id=new_id(),
        account_id=account.id,
        status="received",
        asker=asked.asker,
        checked=asked.checked,
        received_on=asked.received_on,
        due_on=answer_by(asked.received_on),
        noted_by=by.user_id,
        noted_name=by.name,
        noted_at=at,
        waits=bool(obstacles_of(session, account)),
    )
    record(
        session,
        practice_id=practice.id,
        account_id=account.id,
        kind="privacy.erasure_asked",
        actor=by.actor,
        at=at,
        id=str(erasure.id),
        asker=asked.asker,
        checked=asked.checked,
    )
    session.flush()  # PostgreSQL's rules want it told before it is so
    session.add(erasure)
    session.flush()
    ask_staff(session, erasure, actor=by.actor, at=at)
    return erasure


def ask_staff(session: Session, erasure: Erasure, *, actor: Actor, at: datetime) -> None:
    """A request stands on the list, with its term, until it is answered."""
    open_task(
        session,
        ASKED,
        practice_id=erasure.practice_id,
        account_id=erasure.account_id,
        key=str(erasure.id),
        due_on=erasure.due_on,
        actor=actor,
        at=at,
    )


def refuse_erased(account: Account, *, timezone: str) -> None:
    """Raises NotAllowedError where the data of the account's persons are erased."""
    if account.erased_at is not None:
        on = day(local_date(account.erased_at, timezone))
        raise NotAllowedError(f"Les données de ce compte sont effacées depuis le {on}.")


def refuse_under_way(session: Session, account: Account) -> None:
    """Raises NotAllowedError while the worker erases the data of the account's persons, and after that."""
    last = last_erasure(session, account)
    if account.erased_at is not None or (last is not None and last.status in UNDER_WAY):
        raise NotAllowedError(
            "Les données de ce compte sont effacées, ou vont l’être dans quelques minutes : sa porte reste "
            "fermée."
        )


def end_work(session: Session, erasure: Erasure, *, event: str, actor: Actor, at: datetime) -> None:
    """Nobody need do anything about a request any more."""
    for kind in (ASKED, READY):
        close_tasks(
            session,
            kind,
            practice_id=erasure.practice_id,
            key=str(erasure.id),
            event=event,
            actor=actor,
            at=at,
        )


def moment(instant: datetime, practice: Practice) -> str:
    """« le 24 novembre 2026 à 9 h 40 »"""
    on = day(local_date(instant, practice.timezone))
    return f"le {on} à {clock_time(instant, practice.timezone)}"
