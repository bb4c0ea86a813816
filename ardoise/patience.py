"""How long one look of the worker waits for a card processor that does not answer.

Reminders and new links come after payments in a look. A processor that takes connections and stays
silent costs a time-out for each attempt; after a few of them the rest waits for the next look.
"""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar
from uuid import UUID

from shared.base.log import get_logger
from shared.processor import GatewayRefusedError, GatewayUnavailableError

T = TypeVar("T")
log = get_logger(__name__)
PROCESSOR_SECONDS = 10.0  # of one look; a question that was begun is waited for
MOST_UNANSWERED = 2  # in a row
LONGEST_WAIT_SECONDS = 600.0  # until what was asked about in vain is asked about again
LOCK_SECONDS = 10  # that the worker waits for a row which somebody else has locked


class Patience:
    """Kept by a worker from look to look: whom it asked in vain comes last the next time.

    So a few attempts that the processor never answers for do not keep it from all others. A command
    that somebody waits for may have more ``seconds``.
    """

    def __init__(self, seconds: float = PROCESSOR_SECONDS) -> None:
        self._seconds = seconds
        self._in_vain: set[UUID] = set()
        self._in_vain_before: set[UUID] = set()
        self._held: dict[UUID, int] = {}
        self._put_off: dict[UUID, tuple[int, float]] = {}
        self.begin()

    def begin(self) -> None:
        """A new look: all patience is back."""
        self._until = time.monotonic() + self._seconds
        self._unanswered = 0
        self._told = False
        self._waited = False
        self._in_vain_before, self._in_vain = self._in_vain, set()

    @property
    def is_over(self) -> bool:
        """Whether the processor is asked nothing more in this look."""
        return self._unanswered >= MOST_UNANSWERED or time.monotonic() >= self._until

    def answered(self) -> None:
        """The processor is there, whatever it said."""
        self._unanswered = 0

    def held(self, one: UUID) -> None:
        """Somebody keeps a row of this attempt or order locked. Waiting for it took nothing from the
        others; from now on it comes last, and once a look the worker waits for one such."""
        self._held[one] = self._held.get(one, 0) + 1
        self._waited = True
        self._until += LOCK_SECONDS

    def let_go(self, one: UUID) -> None:
        """Nobody keeps it locked, or no more."""
        self._held.pop(one, None)
        self._put_off.pop(one, None)

    def put_off(self, one: UUID) -> None:
        """Nothing came of asking about it, and no row says when to ask again: it waits, longer each
        time. A worker that starts anew asks at once."""
        times, _ = self._put_off.get(one, (0, 0.0))
        wait = min(5.0 * 2 ** min(times, 7), LONGEST_WAIT_SECONDS)
        self._put_off[one] = (times + 1, time.monotonic() + wait)

    def is_put_off(self, one: UUID) -> bool:
        """Whether it still waits after it was asked about in vain."""
        return time.monotonic() < self._put_off.get(one, (0, 0.0))[1]

    def would_wait(self, one: UUID) -> bool:
        """Whether it was locked the last time, and the worker has waited in this look."""
        return self._waited and one in self._held

    def held_last(self, ones: Iterable[UUID]) -> list[UUID]:
        """In the given order, but for those that were locked: the ones that were so most often last."""
        return sorted(ones, key=lambda one: self._held.get(one, 0))

    def unanswered(self, attempt_id: UUID | None = None) -> None:
        """The processor did not say how this attempt stands, or what it was asked beside attempts."""
        self._unanswered += 1
        if attempt_id is not None:
            self._in_vain.add(attempt_id)

    def ask(self, question: Callable[[], T]) -> T | None:
        """What the processor says to a question beside attempts; None when it did not answer."""
        try:
            told = question()
        except GatewayUnavailableError as error:
            log.warning("processor.unavailable", reason=str(error))
            self.unanswered()
            return None
        except GatewayRefusedError as error:
            log.error("processor.refused", reason=str(error))
            self.answered()
            return None
        self.answered()
        return told

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
        return self.held_last(sorted(attempts, key=lambda attempt: attempt in in_vain))
