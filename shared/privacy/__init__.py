"""People's data: who looked at the details, when and why; what is kept for how long."""

from shared.privacy.copying import JSON, PAPER, make_copy, note_copy
from shared.privacy.model import DetailAccess, DetailGrant, Retention, RetentionRun
from shared.privacy.opening import Opener, grant_of, open_details, with_lines
from shared.privacy.periods import ACCOUNTS, PERIODS, Period, days_of, in_words, span
from shared.privacy.rules import COPY_REASONS, LONGEST_NOTE, OPEN_FOR, REASONS
from shared.privacy.service import Look, accesses_of, note_access
from shared.privacy.subject import EXPORTED, FORMAT, Record, SubjectData, subject_data
from shared.privacy.sweeping import (
    Fading,
    foresee_sweep,
    last_runs,
    preview,
    retention_of,
    set_days,
    sweep_part,
    switch,
)

__all__ = [
    "ACCOUNTS",
    "COPY_REASONS",
    "EXPORTED",
    "FORMAT",
    "JSON",
    "LONGEST_NOTE",
    "OPEN_FOR",
    "PAPER",
    "PERIODS",
    "REASONS",
    "DetailAccess",
    "DetailGrant",
    "Fading",
    "Look",
    "Opener",
    "Period",
    "Record",
    "Retention",
    "RetentionRun",
    "SubjectData",
    "accesses_of",
    "days_of",
    "foresee_sweep",
    "grant_of",
    "in_words",
    "last_runs",
    "make_copy",
    "note_access",
    "note_copy",
    "open_details",
    "preview",
    "retention_of",
    "set_days",
    "span",
    "subject_data",
    "sweep_part",
    "switch",
    "with_lines",
]
