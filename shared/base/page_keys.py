"""Where a page of a list ends, as the address of the next one says it: what the list is ordered by, and
which row."""

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar
from uuid import UUID

from shared.base.errors import NotFoundError
from shared.base.money import Cents

LARGEST: Cents = 2**62  # what a column of the database holds, and more than anyone owes
NO_PAGE = "Cette page de la liste n’existe pas."
T = TypeVar("T")


def write_key(by: date | Cents | str, row_id: UUID) -> str:
    """What leads to the page after this row; ``by`` is a day, an instant, a sum or a word."""
    said = by.isoformat() if isinstance(by, date) else by
    return base64.urlsafe_b64encode(f"{said}|{row_id}".encode()).decode()


def read_key(text: str, read: Callable[[str], T], *, no_page: str = NO_PAGE) -> tuple[T, UUID]:
    """The same read again, what the list is ordered by with ``read``. Raises NotFoundError for what is no
    key."""
    try:
        by, _, row_id = base64.urlsafe_b64decode(text.encode()).decode().rpartition("|")
        if "\0" in by:  # no database keeps one, and PostgreSQL compares with none
            raise ValueError(by)
        return read(by), UUID(row_id)
    except (binascii.Error, ValueError, OverflowError):
        raise NotFoundError(no_page) from None


def read_row(text: str) -> UUID | None:
    """The row after which a page begins, of a list that is ordered by its rows alone; None for the first
    page. Raises NotFoundError."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFoundError(NO_PAGE) from None


def cents_of(text: str) -> Cents:
    """A sum that a database can compare with. Raises ValueError."""
    cents = int(text)
    if abs(cents) > LARGEST:
        raise ValueError(text)
    return cents


def instant_of(text: str) -> datetime:
    """An instant in UTC. Raises ValueError, and OverflowError for one beyond the calendar there."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(text)
    return instant.astimezone(UTC)
