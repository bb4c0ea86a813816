"""What must always be true of one-time codes."""

from sqlalchemy import or_, select

from shared.base.invariants import Invariant
from shared.codes.model import OneTimeCode
from shared.codes.rules import CONTACT_CODE, DETAILS_CODE, MOST_TRIES, ONE_TIME_CODE

INVARIANTS = (
    Invariant(
        "code-status",
        "every code is on its edge table, and one that opens something was drawn for a contact",
        select(OneTimeCode.id).where(
            or_(
                OneTimeCode.status.not_in(ONE_TIME_CODE.statuses),
                OneTimeCode.purpose.not_in((DETAILS_CODE, CONTACT_CODE)),
                OneTimeCode.status.in_(("drawn", "used"))
                & or_(
                    OneTimeCode.code.is_(None),
                    OneTimeCode.contact_id.is_(None),
                    OneTimeCode.expires_at.is_(None),
                ),
            )
        ),
    ),
    Invariant(
        "code-tries",
        "no code lives on after its last try",
        select(OneTimeCode.id).where(
            OneTimeCode.wrong_tries >= MOST_TRIES, OneTimeCode.status != "dead"
        ),
    ),
)
