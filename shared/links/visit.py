"""Visits: what a patient may see for a quarter of an hour after the identity check.

The cookie's secret is the practice number (4 bytes) and 28 random bytes; the row holds neither.
"""

import os
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from shared.accounts import Account, Party, PersonName, Practice, open_name
from shared.base.errors import NotFoundError, SealError
from shared.base.vault import Vault, derive
from shared.links.model import Link, PortalSession
from shared.links.page_owners import drop_pages, of_visit
from shared.links.rules import (
    EXTENSION,
    IDLE,
    MOST_EXTENSIONS,
    TOUCH_EVERY,
    VISIT,
    visit_is_over,
)
from shared.links.token import LARGEST_PRACTICE

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class Visit:
    """A patient's open visit: the account and the vault that opens its sealed data."""

    row: PortalSession
    account: Account
    practice: Practice
    debtor: Party
    vault: Vault

    @property
    def name(self) -> PersonName:
        """The debtor's name, unsealed."""
        return open_name(self.vault, self.debtor)

    def ends_at(self, now: datetime) -> datetime:
        """When it ends if this is the last sign of the patient."""
        return min(self.row.ends_at, now + IDLE)

    @property
    def extensible(self) -> bool:
        """Whether it can still be made longer."""
        return self.row.extensions < MOST_EXTENSIONS


def visit_id(secret: bytes) -> UUID:
    """Identifier of the visit's row."""
    return UUID(bytes=derive(secret, "id", 16))


def practice_of(secret: bytes) -> int:
    """The practice named in a visit's secret, or -1 for something that is none."""
    number = int.from_bytes(secret[:4], "big") if len(secret) == SECRET_BYTES else -1
    return number if number <= LARGEST_PRACTICE else -1


def open_visit(session: Session, *, link: Link, vault: Vault, language: str, at: datetime) -> bytes:
    """Open a visit; the returned secret exists in the patient's cookie only."""
    secret = link.practice_id.to_bytes(4, "big") + os.urandom(SECRET_BYTES - 4)
    row_id = visit_id(secret)
    session.add(
        PortalSession(
            practice_id=link.practice_id,
            id=row_id,
            account_id=link.account_id,
            link_id=link.id,
            wrapped_key=vault.wrapped(derive(secret, "key"), f"session|{row_id}"),
            language=language,
            started_at=at,
            seen_at=at,
            ends_at=at + VISIT,
            extensions=0,
        )
    )
    return secret


# Each page behind the identity check asks this; building it anew would cost more than running it.
_VISIT = (
    select(PortalSession, Account, Practice, Party)
    .join(
        Account,
        (Account.practice_id == PortalSession.practice_id)
        & (Account.id == PortalSession.account_id),
    )
    .join(Practice, Practice.id == PortalSession.practice_id)
    .join(
        Party,
        (Party.practice_id == PortalSession.practice_id)
        & (Party.account_id == PortalSession.account_id)
        & (Party.role == "debtor"),
    )
    .where(
        PortalSession.practice_id == bindparam("practice_id"),
        PortalSession.id == bindparam("visit_id"),
    )
)


def find_visit(session: Session, *, secret: bytes, at: datetime) -> Visit | None:
    """The visit of a cookie's secret, or None when it ended, was revoked or never was."""
    found = session.execute(
        _VISIT, {"practice_id": practice_of(secret), "visit_id": visit_id(secret)}
    ).one_or_none()
    if found is None:
        return None
    row, account, practice, debtor = found
    if visit_is_over(now=at, seen_at=row.seen_at, ends_at=row.ends_at):
        return None
    try:
        vault = Vault.unwrapped(derive(secret, "key"), row.wrapped_key, f"session|{row.id}")
    except SealError:
        return None
    return Visit(row, account, practice, debtor, vault)


def wants_touch(visit: Visit, at: datetime) -> bool:
    """Whether the last use is old enough to be written again."""
    return at - visit.row.seen_at >= TOUCH_EVERY


def touch(session: Session, *, practice_id: int, visit_id: UUID, at: datetime) -> None:
    """Note the visit's last use."""
    session.execute(
        update(PortalSession)
        .where(PortalSession.practice_id == practice_id, PortalSession.id == visit_id)
        .values(seen_at=at)
    )


@dataclass(frozen=True, slots=True)
class Stay:
    """How long a visit still lasts without another sign, and whether it can be made longer."""

    ends_at: datetime
    extensible: bool


def extend(session: Session, *, practice_id: int, visit_id: UUID, at: datetime) -> Stay:
    """Add a quarter of an hour, ten times at most; asking is a sign of the patient in any case.

    Raises NotFoundError for a visit that has just ended.
    """
    row = session.get(PortalSession, (practice_id, visit_id), with_for_update=True)
    if row is None:
        raise NotFoundError("Votre visite est terminée.")
    row.seen_at = at
    if row.extensions < MOST_EXTENSIONS:
        row.ends_at += EXTENSION
        row.extensions += 1
    return Stay(min(row.ends_at, at + IDLE), row.extensions < MOST_EXTENSIONS)


def leave(session: Session, *, practice_id: int, visit_id: UUID) -> bool:
    """End a visit at once, and forget its kept pages. Returns whether there was one."""
    row = session.get(PortalSession, (practice_id, visit_id))
    if row is None:
        return False
    drop_pages(session, [of_visit(row.account_id, visit_id)], practice_id=practice_id)
    ended = session.execute(
        delete(PortalSession).where(
            PortalSession.practice_id == practice_id, PortalSession.id == visit_id
        )
    )
    return bool(getattr(ended, "rowcount", 0))


def sweep_visits(session: Session, *, practice_id: int, at: datetime) -> int:
    """Delete visits that are over, and with them their wrapped keys. Returns how many."""
    result = session.execute(
        delete(PortalSession).where(
            PortalSession.practice_id == practice_id,
            or_(PortalSession.ends_at <= at, PortalSession.seen_at <= at - IDLE),
        )
    )
    return int(getattr(result, "rowcount", 0))
