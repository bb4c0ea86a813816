"""What became of payments of nobody known, and who asked for it."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.payments import StrayPayment


def accounts_of_strays(
    session: Session, strays: Collection[StrayPayment], *, practice_id: int
) -> Mapping[UUID, str]:
    """The number of the account that each belongs to now; one statement."""
    ids = [stray.account_id for stray in strays if stray.account_id is not None]
    if not ids:
        return {}
    rows = session.execute(
        select(Account.id, Account.number).where(
            and_(Account.practice_id == practice_id, Account.id.in_(ids))
        )
    )
    numbers = {row[0]: row[1] for row in rows}
    return {s.id: numbers[s.account_id] for s in strays if s.account_id is not None}


def became(stray: StrayPayment, number: str) -> str:
    """What became of one that waits no more; ``number`` of the account that has it."""
    if stray.status == "assigned":
        return f"Ce paiement est au compte {number} maintenant."
    return "Ce paiement a été rendu entre-temps, ou repris par la banque."
