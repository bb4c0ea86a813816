"""What happened, by whom, when; and `advance`, the only way to change a status."""

from shared.audit.model import TimelineEvent
from shared.audit.service import (
    PATIENT,
    PROCESSOR,
    SYSTEM,
    Actor,
    Happening,
    advance,
    advance_many,
    events_of_nobody,
    facts_of,
    record,
    record_many,
    timeline_of,
)

__all__ = [
    "PATIENT",
    "PROCESSOR",
    "SYSTEM",
    "Actor",
    "Happening",
    "TimelineEvent",
    "advance",
    "advance_many",
    "events_of_nobody",
    "facts_of",
    "record",
    "record_many",
    "timeline_of",
]
