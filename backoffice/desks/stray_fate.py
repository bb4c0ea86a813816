"""What became of payments of nobody known, and who asked for it."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.payments import StrayPayment
from shared.reversals import disputes_of_strays


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


# How what waits no more went, as a sentence and as a line of a list; by whether a part of it was given
# back, and whether a bank has a part.
_WENT: Mapping[tuple[bool, bool], tuple[str, str]] = {
    (True, False): ("Ce paiement a été rendu entre-temps.", "Rendu chez le prestataire"),
    (False, True): (
        "Ce paiement a été repris par la banque de qui l’avait payé.",
        "Repris par la banque",
    ),
    (True, True): (
        "Ce paiement a été rendu en partie entre-temps, et la banque a repris le reste.",
        "Rendu en partie, le reste repris par la banque",
    ),
}


def fate_of(session: Session, stray: StrayPayment, number: str) -> str:
    """As ``became``, and whether it was given back or a bank took it."""
    if stray.status == "assigned":
        return became(stray, number)
    return _WENT[_how(session, stray)][0]


def way_it_went(session: Session, stray: StrayPayment) -> str:
    """The same of one that went without anybody having asked for it here, in a list."""
    return _WENT[_how(session, stray)][1]


def _how(session: Session, stray: StrayPayment) -> tuple[bool, bool]:
    disputes = disputes_of_strays(session, [stray.id], practice_id=stray.practice_id)
    taken = sum(dispute.taken_cents for dispute in disputes[stray.id])
    return stray.returned_cents > taken or not taken, taken > 0
