"""What happened, by whom, when, sealed; and `advance`, the only way to change a status."""

from shared.audit.invariants import INVARIANTS
from shared.audit.model import AuditLink, TimelineEvent
from shared.audit.rules import Head
from shared.audit.sealing import Sealed, elide_batches, head_of, seal_events, sealed_until
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
from shared.audit.verifying import Verified, verify_chain

__all__ = [
    "INVARIANTS",
    "PATIENT",
    "PROCESSOR",
    "SYSTEM",
    "Actor",
    "AuditLink",
    "Happening",
    "Head",
    "Sealed",
    "TimelineEvent",
    "Verified",
    "advance",
    "advance_many",
    "elide_batches",
    "events_of_nobody",
    "facts_of",
    "head_of",
    "record",
    "record_many",
    "seal_events",
    "sealed_until",
    "timeline_of",
    "verify_chain",
]
