"""Which variant of the policy an account goes by: staff say so, nothing else does."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import Actor, record
from shared.base.errors import NotAllowedError
from shared.ladder.model import LadderSegment
from shared.ladder.rules import ORDINARY, SEGMENT_TITLES


def segment_of(session: Session, *, practice_id: int, account_id: UUID) -> str:
    """The account's segment as staff set it."""
    return (
        session.scalar(
            select(LadderSegment.segment).where(
                LadderSegment.practice_id == practice_id, LadderSegment.account_id == account_id
            )
        )
        or ORDINARY
    )


def set_segment(
    session: Session, account: Account, segment: str, *, actor: Actor, name: str, at: datetime
) -> None:
    """Put an account, whose lock is held, into a segment. The running conversation keeps its place and goes
    on by the other steps. Raises NotAllowedError for a segment that there is not."""
    if segment not in SEGMENT_TITLES:
        raise NotAllowedError("Choisissez un profil de la liste.")
    row = session.scalar(
        select(LadderSegment).where(
            LadderSegment.practice_id == account.practice_id,
            LadderSegment.account_id == account.id,
        )
    )
    before = row.segment if row is not None else ORDINARY
    if before == segment:
        return
    if row is None:
        row = LadderSegment(practice_id=account.practice_id, account_id=account.id)
        session.add(row)
    row.segment, row.set_at, row.set_name = segment, at, name
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="ladder.segment",
        actor=actor,
        at=at,
        before=before,
        after=segment,
    )
