"""One row that an import made or changed, put back as it was; see ``undoing``."""

from collections import Counter
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ardoise.importing.absent import ABSENCE_REVIEW
from ardoise.importing.touched import decoded, encoded
from shared.accounts import CONTACT, Account, ContactPoint, Hold, Party, place_hold, release_hold
from shared.audit import Actor, advance
from shared.billing import INVOICE_ABSENT, Invoice
from shared.imports import ImportTouch
from shared.worklist import close_tasks, open_task

# How a contact's status goes back to what it was, step by step along its edges.
_BACK: dict[tuple[str, str], tuple[str, ...]] = {
    ("replaced", "usable"): ("restore",),
    ("replaced", "opted_out"): ("restore", "opt_out"),
    ("replaced", "bounced"): ("restore", "bounce"),
    ("replaced", "unsafe"): ("restore", "mark_unsafe"),
    ("opted_out", "usable"): ("opt_in",),
}
UNDONE = "import_undone"


def put_back(
    session: Session,
    row: Any,
    touch: ImportTouch,
    *,
    counts: Counter[str],
    actor: Actor,
    at: datetime,
    today: date,
) -> None:
    """Put one row back. What somebody else changed since stays; ``counts`` says how often that was."""
    if isinstance(row, ContactPoint):
        _contact(session, row, touch, counts, actor, at)
    elif isinstance(row, Hold):
        _hold(session, row, touch, actor, at, today)
    elif isinstance(row, Party) and touch.made:
        row.role, row.external_ref = "former", ""
    elif not touch.made:
        _columns(row, touch, counts)


def _columns(row: Any, touch: ImportTouch, counts: Counter[str]) -> None:
    for name, was in touch.before.items():
        if encoded(getattr(row, name)) == touch.after[name]:
            setattr(row, name, decoded(was))
        else:
            counts["left"] += 1
    counts["invoices_restored" if isinstance(row, Invoice) else "restored"] += 1


def _contact(
    session: Session,
    contact: ContactPoint,
    touch: ImportTouch,
    counts: Counter[str],
    actor: Actor,
    at: datetime,
) -> None:
    events: tuple[str, ...]
    if touch.made:
        events = ("replace",) if CONTACT.allows(contact.status, "replace") else ()
    elif contact.status == touch.after.get("status"):
        events = _BACK.get((contact.status, touch.before["status"]), ())
    else:
        events = ()
        counts["left"] += 1
    for event in events:
        advance(session, contact, CONTACT, event, account_id=contact.account_id, actor=actor, at=at)


def _in_its_place(session: Session, hold: Hold) -> list[Hold]:
    """The pause that an import placed, or that stands for it since a later import that had ended it was
    taken back: what is absent from a list only imports pause."""
    if hold.kind != "absent":
        return [hold] if hold.status == "active" else []
    query = select(Hold).where(
        Hold.practice_id == hold.practice_id,
        Hold.invoice_id == hold.invoice_id,
        Hold.kind == hold.kind,
        Hold.status == "active",
    )
    return list(session.scalars(query))


def _hold(
    session: Session, hold: Hold, touch: ImportTouch, actor: Actor, at: datetime, today: date
) -> None:
    """A pause of the import ends, and its task; one that the import ended begins again."""
    if touch.made:
        for active in _in_its_place(session, hold):
            release_hold(session, active, actor=actor, at=at, reason=UNDONE)
        if hold.kind == "absent":
            close_tasks(
                session,
                INVOICE_ABSENT,
                practice_id=hold.practice_id,
                key=str(hold.invoice_id),
                event="vanished",
                actor=actor,
                at=at,
            )
    elif not touch.made and hold.status == "released" and hold.invoice_id is not None:
        review_on = today + ABSENCE_REVIEW
        place_hold(
            session,
            account=session.get_one(Account, (hold.practice_id, hold.account_id)),
            kind=hold.kind,
            actor=actor,
            at=at,
            review_on=review_on,
            invoice_id=hold.invoice_id,
        )
        open_task(
            session,
            INVOICE_ABSENT,
            practice_id=hold.practice_id,
            account_id=hold.account_id,
            key=str(hold.invoice_id),
            due_on=review_on,
            actor=actor,
            at=at,
        )
