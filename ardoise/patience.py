"""How long one look of the worker waits for a card processor that does not answer.

Reminders and new links come after payments in a look. A processor that takes connections and stays
silent costs a time-out for each attempt; after a few of them the rest waits for the next look.
"""

import time
from collections.abc import Iterable
from uuid import UUID

from shared.base.log import get_logger

log = get_logger(__name__)
PROCESSOR_SECONDS = 10.0  # of one look; a question that was begun is waited for
MOST_UNANSWERED = 2  # in a row


class Patience:
    """Kept by a worker from look to look: whom it asked in vain comes last the next time.

    So a few attempts that the processor never answers for do not keep it from all others.
    """

    def __init__(self) -> None:
        self._in_vain: set[UUID] = set()
        self._in_vain_before: set[UUID] = set()
        self.begin()

    def begin(self) -> None:
        """A new look: all patience is back."""
        self._until = time.monotonic() + PROCESSOR_SECONDS
        self._unanswered = 0
        self._told = False
        self._in_vain_before, self._in_vain = self._in_vain, set()

    @property
    def is_over(self) -> bool:
        """Whether the processor is asked nothing more in this look."""
        return self._unanswered >= MOST_UNANSWERED or time.monotonic() >= self._until

    def answered(self) -> None:
        """The processor is there, whatever it said."""
        self._unanswered = 0

    def unanswered(self, attempt_id: UUID) -> None:
        """The processor did not say how this attempt stands."""
        self._unanswered += 1
        self._in_vain.add(attempt_id)

    def leave(self, attempts: Iterable[UUID]) -> None:
        """These wait for the next look, which is told once a look."""
        left = set(attempts)
        self._in_vain |= left & self._in_vain_before  # they were not asked: still last
        if left and not self._told:
            log.warning("processor.rest_waits", left=len(left), unanswered=self._unanswered)
            self._told = True

    def in_turn(self, attempts: Iterable[UUID]) -> list[UUID]:
        """In the given order, but for those that were asked about in vain just now or last time."""
        in_vain = self._in_vain | self._in_vain_before
        return sorted(attempts, key=lambda attempt: attempt in in_vain)
