"""People's data: who looked at the details, when and why; what is kept for how long."""

from shared.privacy.model import DetailAccess, DetailGrant, Retention, RetentionRun
from shared.privacy.opening import Opener, grant_of, open_details, with_lines
from shared.privacy.periods import PERIODS, Period, days_of
from shared.privacy.rules import LONGEST_NOTE, OPEN_FOR, REASONS
from shared.privacy.service import Look, accesses_of, note_access
from shared.privacy.sweeping import preview, retention_of, set_days, sweep_part, switch

__all__ = [
    "LONGEST_NOTE",
    "OPEN_FOR",
    "PERIODS",
    "REASONS",
    "DetailAccess",
    "DetailGrant",
    "Look",
    "Opener",
    "Period",
    "Retention",
    "RetentionRun",
    "accesses_of",
    "days_of",
    "grant_of",
    "note_access",
    "open_details",
    "preview",
    "retention_of",
    "set_days",
    "sweep_part",
    "switch",
    "with_lines",
]
