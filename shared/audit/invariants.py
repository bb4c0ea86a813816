"""What must always be true of sealed batches, as far as it can be told without their key."""

from sqlalchemy import case, func, select

from shared.audit.model import AuditLink, TimelineEvent
from shared.base.invariants import Invariant

_sealed = select(AuditLink.seq).where(
    AuditLink.practice_id == TimelineEvent.practice_id, AuditLink.seq == TimelineEvent.link_seq
)
_held = (
    select(func.count())
    .where(
        TimelineEvent.practice_id == AuditLink.practice_id,
        TimelineEvent.link_seq == AuditLink.seq,
    )
    .scalar_subquery()
)

INVARIANTS = (
    Invariant(
        "audit-batch",
        "every event that was sealed stands in a batch that there is",
        select(TimelineEvent.id).where(TimelineEvent.link_seq.is_not(None), ~_sealed.exists()),
    ),
    Invariant(
        "audit-count",
        "every sealed batch holds as many events as it says, or none once it was removed for its age",
        select(AuditLink.seq).where(
            _held != case((AuditLink.elided_at.is_(None), AuditLink.count), else_=0)
        ),
    ),
)
