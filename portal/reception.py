"""Where documents wait to be cleaned: few at a time, one form of an account, so many a day.

Cleaning costs time of the processor, while somebody's request waits for it on one of a few threads.
So whoever comes while others are served waits a moment at most, and not everybody may wait.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import BoundedSemaphore, Condition
from uuid import UUID

from portal.context import portal, visit
from portal.daily import DailyCount
from shared.base.errors import NotAllowedError
from shared.base.formats import marked
from shared.messages import DocumentError, check_room

WAIT_SECONDS = 1.0
MOST_TRIES_A_DAY = 30
"""Forms with documents, taken or not: half as many again as messages, for those who err."""

BUSY = marked(
    "Trop de documents arrivent en ce moment. Réessayez dans un instant, votre texte est gardé."
)
TOO_MANY = marked(
    "Vous avez envoyé beaucoup de documents aujourd’hui. Appelez-nous, ou revenez demain."
)


class Reception:
    """Who may have documents cleaned now. ``chairs`` limits how many may wait for their turn."""

    def __init__(self, *, at_once: int, chairs: BoundedSemaphore) -> None:
        self._at_once = at_once
        self._chairs = chairs
        self._served: set[UUID] = set()
        self._moved = Condition()
        self._tries = DailyCount()

    @contextmanager
    def place(self, account_id: UUID, *, at: datetime) -> Iterator[None]:
        """A place for one form's documents.

        Raises NotAllowedError after too many tries in a day, DocumentError when there is no place.
        """
        if not self._tries.has_room(account_id, most=MOST_TRIES_A_DAY, at=at):
            raise NotAllowedError(TOO_MANY)
        self._enter(account_id)
        try:
            yield
        finally:
            with self._moved:
                self._served.discard(account_id)
                self._moved.notify_all()

    def _enter(self, account_id: UUID) -> None:
        if self._enters(account_id, wait=0):
            return
        if not self._chairs.acquire(blocking=False):
            raise DocumentError(BUSY)
        try:
            if not self._enters(account_id, wait=WAIT_SECONDS):
                raise DocumentError(BUSY)
        finally:
            self._chairs.release()

    def _enters(self, account_id: UUID, *, wait: float) -> bool:
        def is_free() -> bool:
            return len(self._served) < self._at_once and account_id not in self._served

        with self._moved:
            free = self._moved.wait_for(is_free, wait)
            if free:
                self._served.add(account_id)
        return free


@contextmanager
def place_here(once: str) -> Iterator[None]:
    """A place for the documents of this visit's form, marked ``once``; raises as ``place`` does."""
    here, parts = visit(), portal()
    now = parts.clock.now()
    with parts.reception.place(here.account.id, at=now):
        with parts.database.reading(here.practice.id) as session:
            check_room(
                session,
                practice_id=here.practice.id,
                account_id=here.account.id,
                once=once,
                at=now,
            )
        yield
