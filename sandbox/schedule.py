"""When an account's money leaves for the practice's bank by itself."""

import calendar
from dataclasses import dataclass
from datetime import date

INTERVALS = ("daily", "weekly", "monthly", "manual")
_SATURDAY = 5


@dataclass(slots=True)
class Schedule:
    """``anchor`` is the weekday (0 is Monday) or the day of the month; ``manual`` sends nothing.

    ``looked_on`` is the last day that was seen to. ``stopped``: the bank refused a payout, and nothing
    leaves until somebody says where to. ``refused``: what the bank will say of the next ones.
    """

    looked_on: date
    interval: str = "daily"
    anchor: int = 0
    stopped: bool = False
    refused: str = ""

    def pays_on(self, day: date) -> bool:
        """Whether a payout is due; a month too short for its day pays on its last."""
        if self.stopped:
            return False
        match self.interval:
            case "daily":
                return day.weekday() < _SATURDAY
            case "weekly":
                return day.weekday() == self.anchor
            case "monthly":
                last = calendar.monthrange(day.year, day.month)[1]
                return day.day == min(self.anchor, last)
        return False
