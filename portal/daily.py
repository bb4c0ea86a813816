"""How often an account did something within a day.

Counts live in this process, which is the portal's only one; a restart forgives them.
"""

from collections import Counter, deque
from datetime import datetime, timedelta
from threading import Lock
from uuid import UUID

DAY = timedelta(days=1)


class DailyCount:
    """Of one kind of deed, for all accounts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._deeds: deque[tuple[datetime, UUID]] = deque()
        self._deeds_of: Counter[UUID] = Counter()

    def has_room(self, account_id: UUID, *, most: int, at: datetime) -> bool:
        """Count one deed more, if it is not more than ``most`` within a day."""
        with self._lock:
            while self._deeds and self._deeds[0][0] <= at - DAY:
                _, former = self._deeds.popleft()
                self._deeds_of[former] -= 1
                if not self._deeds_of[former]:
                    del self._deeds_of[former]
            if self._deeds_of[account_id] >= most:
                return False
            self._deeds.append((at, account_id))
            self._deeds_of[account_id] += 1
            return True
