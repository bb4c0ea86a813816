"""How often the worker may count: what takes long waits the longer for its next time."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

SHARE = 20  # of the time, counting takes one part in so many


@dataclass(slots=True)
class Rests:
    """Till when each practice's counting rests."""

    _until: dict[int, float] = field(default_factory=dict)

    def rests(self, practice_id: int) -> bool:
        """Whether it is too early to count again."""
        return time.monotonic() < self._until.get(practice_id, 0.0)

    @contextmanager
    def counting(self, practice_id: int) -> Iterator[None]:
        """Count, and rest ``SHARE`` times as long as that takes; what fails does not rest."""
        began = time.monotonic()
        yield
        ended = time.monotonic()
        self._until[practice_id] = ended + SHARE * (ended - began)
