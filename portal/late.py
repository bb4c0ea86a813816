"""A form that came after its visit had ended gets its text back behind the identity form."""

import base64
import hashlib
import hmac
from datetime import datetime
from uuid import UUID

from flask import Request, session
from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.base.database import Database
from shared.links import (
    LatePage,
    drop_late_form,
    find_late_form,
    keep_late_form,
    practice_of,
)

MINE = "mine"
KEPT = "late"
SHOWN = "late_shown"
LEFT = "left"
MOST_LETTERS = 65_536
# Fields that stand in every form and say nothing of what was typed.
FRAME = frozenset({"csrf_token", "once", "back"})


def mark_of(account_id: UUID, secret: str) -> str:
    """How the browser's signed cookie names an account: to nobody but this portal."""
    message = b"late|" + account_id.bytes
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()[:32]


def note_account(mark: str, *, practice_id: int) -> None:
    """Remember whose visit this browser had last, and at which practice."""
    mine = [practice_id, mark]
    if session.get(MINE) != mine:
        session[MINE] = mine


def _owner(practice_id: int) -> str | None:
    """Whose visit this browser had last, if it was at this practice.

    The visit's own cookie names a practice too, but anyone can write that one; we signed this.
    """
    match session.get(MINE):
        case [int(number), str(mark)] if number == practice_id:
            return mark
    return None


def last_practice() -> int | None:
    """The practice where this browser was last, ended by itself or left; signed by us."""
    match session.get(MINE), session.get(LEFT):
        case ([int(number), str(_)], _) | (_, int(number)) if number > 0:
            return number
    return None


def keep(asked: Request, database: Database, *, practice_id: int, at: datetime) -> bool:
    """Keep the form that came too late. False when there is nothing to keep, or nobody to keep it for."""
    owner = _owner(practice_id)
    fields = [f for f in asked.form.items(multi=True) if f[0] not in FRAME]
    long = sum(len(name) + len(value) for name, value in fields) > MOST_LETTERS
    if asked.method != "POST" or not fields or long or owner is None:
        return False
    with database.unit_of_work(practice_id) as work:
        if work.session.get(Practice, practice_id) is None:
            return False
        secret = keep_late_form(
            work.session,
            LatePage(asked.path, fields),
            practice_id=practice_id,
            owner=owner,
            at=at,
        )
        work.commit()
    session[KEPT] = base64.urlsafe_b64encode(secret).decode()
    session.pop(SHOWN, None)
    return True


def waits() -> bool:
    """Whether something was kept that nobody has seen again yet."""
    return KEPT in session and SHOWN not in session


def found(reading: Session, *, practice_id: int, mark: str, at: datetime) -> LatePage | None:
    """What was kept for this account, if it is."""
    secret = _secret()
    if secret is None:
        return None
    session[SHOWN] = True
    return find_late_form(reading, practice_id=practice_id, secret=secret, owner=mark, at=at)


def forget(database: Database) -> None:
    """Let go of what was kept."""
    secret = _secret()
    session.pop(KEPT, None)
    if secret is not None:
        practice_id = practice_of(secret)
        with database.unit_of_work(practice_id) as work:
            drop_late_form(work.session, practice_id=practice_id, secret=secret)
            work.commit()


def _secret() -> bytes | None:
    kept = session.get(KEPT)
    return base64.urlsafe_b64decode(kept) if isinstance(kept, str) else None
