"""What goes when its time is over: of each kind, which rows, and what becomes of them. Set-based."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import CursorResult, Delete, Select, Update, delete, exists, func, select, update
from sqlalchemy.orm import Session

from shared.accounts import Account, Hold, IdentityFailure
from shared.codes import OneTimeCode
from shared.delivery import Notice
from shared.links import Link
from shared.messages import Document, Message, Thread
from shared.payments import WebhookEvent
from shared.privacy.model import DetailGrant

Which = Callable[[int, datetime], Select[UUID]]
HANDLED = ("handled", "ignored")


def _failures(practice_id: int, before: datetime) -> Select[UUID]:
    return select(IdentityFailure.id).where(
        IdentityFailure.practice_id == practice_id, IdentityFailure.at < before
    )


def _links(practice_id: int, before: datetime) -> Select[UUID]:
    return select(Link.id).where(
        Link.practice_id == practice_id,
        Link.expires_at < before,
        func.length(Link.wrapped_key) > 0,
    )


def _codes(practice_id: int, before: datetime) -> Select[UUID]:
    return select(OneTimeCode.id).where(
        OneTimeCode.practice_id == practice_id,
        OneTimeCode.expires_at < before,
        func.length(OneTimeCode.code) > 0,
    )


def _refs(practice_id: int, before: datetime) -> Select[UUID]:
    return select(Notice.id).where(
        Notice.practice_id == practice_id,
        Notice.outcome_at < before,
        Notice.message_ref.is_not(None),
        Notice.status != "in_doubt",  # staff look for it at the vendor's by its reference
    )


def _signals(practice_id: int, before: datetime) -> Select[UUID]:
    return select(WebhookEvent.id).where(
        WebhookEvent.practice_id == practice_id,
        WebhookEvent.handled_at < before,
        WebhookEvent.status.in_(HANDLED),
    )


def _hold_notes(practice_id: int, before: datetime) -> Select[UUID]:
    return select(Hold.id).where(
        Hold.practice_id == practice_id, Hold.released_at < before, Hold.note.is_not(None)
    )


def _detail_notes(practice_id: int, before: datetime) -> Select[UUID]:
    return select(DetailGrant.id).where(
        DetailGrant.practice_id == practice_id,
        DetailGrant.ends_at < before,
        DetailGrant.note.is_not(None),
    )


def _threads(practice_id: int, before: datetime) -> Select[UUID]:
    settled = exists().where(
        Account.practice_id == Thread.practice_id,
        Account.id == Thread.account_id,
        Account.balance_cents <= 0,
    )
    written = exists().where(
        Message.practice_id == Thread.practice_id, Message.thread_id == Thread.id
    )
    return select(Thread.id).where(
        Thread.practice_id == practice_id,
        Thread.status == "closed",
        Thread.moved_at < before,
        settled,
        written,
    )


VICTIMS: Mapping[str, Which] = {
    "identity_failures": _failures,
    "links": _links,
    "codes": _codes,
    "message_refs": _refs,
    "signals": _signals,
    "hold_notes": _hold_notes,
    "detail_notes": _detail_notes,
    "threads": _threads,
}


def count_of(session: Session, name: str, *, practice_id: int, before: datetime) -> int:
    """How many would go."""
    found = VICTIMS[name](practice_id, before).subquery()
    return session.scalar(select(func.count()).select_from(found)) or 0


def remove(session: Session, name: str, *, practice_id: int, before: datetime, most: int) -> int:
    """Have at most so many go. Returns how many went."""
    table = _TABLES[name]
    chosen = VICTIMS[name](practice_id, before).limit(most)
    if name == "threads":
        return _empty_threads(session, practice_id, list(session.scalars(chosen)))
    within = (table.practice_id == practice_id, table.id.in_(chosen.scalar_subquery()))
    values = _EMPTIED.get(name)
    statement: Delete | Update = (
        delete(table).where(*within)
        if values is None
        else update(table).where(*within).values(values)
    )
    done = session.execute(statement.execution_options(synchronize_session=False))
    return cast(CursorResult[Any], done).rowcount


_TABLES: Mapping[str, Any] = {
    "identity_failures": IdentityFailure,
    "links": Link,
    "codes": OneTimeCode,
    "message_refs": Notice,
    "signals": WebhookEvent,
    "hold_notes": Hold,
    "detail_notes": DetailGrant,
    "threads": Thread,
}
# Where the row stays, as something refers to it or says that it took place: what goes of it.
_EMPTIED: Mapping[str, dict[str, Any]] = {
    "links": {"wrapped_key": b""},
    "codes": {"code": b""},
    "message_refs": {"message_ref": None},
    "hold_notes": {"note": None},
    "detail_notes": {"note": None},
}


def _empty_threads(session: Session, practice_id: int, threads: list[UUID]) -> int:
    """What was written and sent goes; that it took place stays known."""
    if not threads:
        return 0
    its_own = (Message.practice_id == practice_id, Message.thread_id.in_(threads))
    session.execute(
        delete(Document).where(
            Document.practice_id == practice_id,
            Document.message_id.in_(select(Message.id).where(*its_own)),
        )
    )
    session.execute(delete(Message).where(*its_own))
    session.execute(
        update(Thread)
        .where(Thread.practice_id == practice_id, Thread.id.in_(threads))
        .values(patient_unread=False)
    )
    return len(threads)
