"""Whether the card processor mails receipts by itself: it doesn't tell, so an owner gives their word."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared.audit import record
from shared.base.errors import NotAllowedError
from shared.processor import ProcessorAccount
from shared.staff import SignedIn


@dataclass(frozen=True, slots=True)
class Word:
    """Somebody said so, then."""

    name: str
    at: datetime


def receipts_word(session: Session, *, practice_id: int) -> Word | None:
    """Who gave their word that no receipts are mailed with the keys of now, and when."""
    query = select(ProcessorAccount.receipts_name, ProcessorAccount.receipts_at).where(
        ProcessorAccount.practice_id == practice_id, ProcessorAccount.receipts_at.is_not(None)
    )
    row = session.execute(query).first()
    return Word(row.receipts_name or "", row.receipts_at) if row is not None else None


def give_word(
    session: Session, *, practice_id: int, holds: bool, by: SignedIn, at: datetime
) -> None:
    """Note the word, or take it back. Raises NotAllowedError where no account is connected."""
    changed = session.execute(
        update(ProcessorAccount)
        .where(ProcessorAccount.practice_id == practice_id)
        .values(
            receipts_by=by.user_id if holds else None,
            receipts_name=by.name if holds else None,
            receipts_at=at if holds else None,
        )
        .returning(ProcessorAccount.id)
        .execution_options(synchronize_session=False)
    ).first()
    if changed is None:
        raise NotAllowedError(
            "Aucun compte de paiement n’est branché : il n’y a encore rien à confirmer."
        )
    record(
        session,
        practice_id=practice_id,
        account_id=None,
        kind="processor.receipts",
        actor=by.actor,
        at=at,
        off=holds,
    )
