"""Forms that came after their visit had ended: kept for an hour, for the same account alone.

What was typed is sealed under a key that only the browser holds, as a visit's is; ``owner`` is the
portal's own mark of the account, so that somebody else's visit in the same browser finds nothing.
"""

import hmac
import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from shared.base.errors import SealError
from shared.base.vault import Json, Vault, derive
from shared.links.model import LateForm

SECRET_BYTES = 32
LIFE = timedelta(hours=1)

Fields = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class LatePage:
    """A form as it came: the path that it was sent to, and its fields in their order."""

    path: str
    fields: Fields


def keep_late_form(
    session: Session, page: LatePage, *, practice_id: int, owner: str, at: datetime
) -> bytes:
    """Keep what was typed, in place of what was kept for this owner before.

    The returned secret, which opens it, goes into the browser only.
    """
    session.execute(
        delete(LateForm).where(LateForm.practice_id == practice_id, LateForm.owner == owner)
    )
    secret = practice_id.to_bytes(4, "big") + os.urandom(SECRET_BYTES - 4)
    row_id = _row_id(secret)
    fields: list[Json] = [[name, value] for name, value in page.fields]
    content: Json = {"path": page.path, "fields": fields}
    session.add(
        LateForm(
            practice_id=practice_id,
            id=row_id,
            owner=owner,
            content=_vault(secret).seal(content, table="late_form", row=row_id, column="content"),
            kept_at=at,
        )
    )
    return secret


def find_late_form(
    session: Session, *, practice_id: int, secret: bytes, owner: str, at: datetime
) -> LatePage | None:
    """What the browser's secret opens, if it is this account's and not too old."""
    row = session.get(LateForm, (practice_id, _row_id(secret)))
    if row is None or at - row.kept_at >= LIFE or not hmac.compare_digest(row.owner, owner):
        return None
    try:
        content = _vault(secret).open(row.content, table="late_form", row=row.id, column="content")
    except SealError:
        return None
    match content:
        case {"path": str(path), "fields": list(fields)}:
            return LatePage(path, [(str(f[0]), str(f[1])) for f in fields if isinstance(f, list)])
    return None


def drop_late_form(session: Session, *, practice_id: int, secret: bytes) -> None:
    """Forget what was kept."""
    session.execute(
        delete(LateForm).where(LateForm.practice_id == practice_id, LateForm.id == _row_id(secret))
    )


def sweep_late_forms(session: Session, *, practice_id: int, at: datetime) -> int:
    """Forget what nobody came back for. Returns how many."""
    result = session.execute(
        delete(LateForm).where(LateForm.practice_id == practice_id, LateForm.kept_at <= at - LIFE)
    )
    return int(getattr(result, "rowcount", 0))


def _row_id(secret: bytes) -> UUID:
    return UUID(bytes=derive(secret, "id", 16))


def _vault(secret: bytes) -> Vault:
    return Vault(derive(secret, "key"))
