"""The sandbox's own time: the machine's, or moved away from it by tests and by the demo's history."""

import time
from datetime import UTC, datetime


class Clock:
    """Runs on from wherever it was set to."""

    def __init__(self) -> None:
        self._shift = 0.0

    def now(self) -> float:
        """The sandbox's present, in Unix seconds."""
        return time.time() + self._shift

    def set_to(self, instant: float | None) -> None:
        """Go to an instant; None goes back to the machine's time."""
        self._shift = 0.0 if instant is None else instant - time.time()


CLOCK = Clock()
"""One a process; signatures keep the machine's time, since receivers compare with theirs."""


def stamp() -> datetime:
    """The sandbox's present as an instant."""
    return datetime.fromtimestamp(CLOCK.now(), UTC)
