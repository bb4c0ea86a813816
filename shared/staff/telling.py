"""What is done with somebody's access is on the timeline before it is done.

The row-level policies of the tables look for that event (`deploy/postgresql/roles.sql`): a back-office in
wrong hands can then change nobody's credentials without a trace, which it can't take away.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.audit import Actor, record


def tell(
    session: Session,
    kind: str,
    user_id: UUID,
    *,
    practice_id: int,
    actor: Actor,
    at: datetime,
    **facts: Any,
) -> None:
    """Write it down at once, with whose access it is; what follows in this transaction may rely on it."""
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind=kind,
        actor=actor,
        at=at,
        user=str(user_id),
        **facts,
    )
    session.flush()
