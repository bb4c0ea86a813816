"""What must always be true of requests for help."""

from sqlalchemy import exists, or_, select

from shared.accounts import Hold
from shared.aid.model import AidRequest
from shared.aid.rules import AID_REQUEST, OPEN
from shared.aid.service import HOLD
from shared.base.invariants import Invariant

_held = exists().where(
    Hold.practice_id == AidRequest.practice_id,
    Hold.account_id == AidRequest.account_id,
    Hold.kind == HOLD,
    Hold.status == "active",
)

INVARIANTS = (
    Invariant(
        "aid-status",
        "every request is on its edge table, and only one that ended has its day",
        select(AidRequest.id).where(
            or_(
                AidRequest.status.not_in(AID_REQUEST.statuses),
                AidRequest.status.in_(OPEN) != AidRequest.decided_at.is_(None),
            )
        ),
    ),
    Invariant(
        "aid-held",
        "nothing is sent while help is asked for",
        select(AidRequest.id).where(AidRequest.status.in_(OPEN), ~_held),
    ),
)
