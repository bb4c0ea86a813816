"""Recovery codes: ten, drawn together, each in the place of the second factor once.

Fifty random bits each, so that a slow hash is not needed; a keyed one is, so that who reads the table
alone can't even try. It also finds the row: the code is then used up by one conditional update.
"""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from shared.audit import Actor
from shared.base.ids import CROCKFORD
from shared.base.vault import BlindIndex
from shared.staff.access import locked
from shared.staff.factor_rules import RECOVERY_CODES, RECOVERY_LENGTH, normal_recovery
from shared.staff.model import RecoveryCode
from shared.staff.telling import tell

_OF_NO_PRACTICE = 0


def draw_codes(
    session: Session,
    *,
    user_id: UUID,
    practice_id: int,
    index: BlindIndex,
    actor: Actor,
    at: datetime,
) -> list[str]:
    """Ten new codes, to be shown once, in the place of all former ones."""
    locked(session, user_id)
    tell(session, "staff.codes_drawn", user_id, practice_id=practice_id, actor=actor, at=at)
    forget_codes(session, user_id)
    codes = [_draw() for _ in range(RECOVERY_CODES)]
    session.add_all(
        RecoveryCode(user_id=user_id, code_index=_hash(index, user_id, code), drawn_at=at)
        for code in codes
    )
    session.flush()
    half = RECOVERY_LENGTH // 2
    return [f"{code[:half]}-{code[half:]}" for code in codes]


def use_code(
    session: Session,
    *,
    user_id: UUID,
    practice_id: int,
    typed: str,
    index: BlindIndex,
    actor: Actor,
    at: datetime,
) -> bool:
    """Use a code up. False for a wrong or used one; of two uses at once one wins."""
    code = normal_recovery(typed)
    row_id = session.scalar(
        select(RecoveryCode.id).where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_index == _hash(index, user_id, code),
            RecoveryCode.used_at.is_(None),
        )
    )
    if not code or row_id is None:
        return False
    tell(session, "staff.recovery_used", user_id, practice_id=practice_id, actor=actor, at=at)
    taken = session.execute(
        update(RecoveryCode)
        .where(RecoveryCode.id == row_id, RecoveryCode.used_at.is_(None))
        .values(used_at=at)
        .returning(RecoveryCode.id)
    )
    return taken.first() is not None


def codes_left(session: Session, *, user_id: UUID) -> int:
    """How many of a person's codes are not used yet."""
    query = select(func.count()).where(
        RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(query) or 0


def forget_codes(session: Session, user_id: UUID) -> None:
    """A person's codes open nothing any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))


def _draw() -> str:
    return "".join(secrets.choice(CROCKFORD) for _ in range(RECOVERY_LENGTH))


def _hash(index: BlindIndex, user_id: UUID, code: str) -> bytes:
    return index.exact(_OF_NO_PRACTICE, "recovery", f"{user_id}|{code}")
