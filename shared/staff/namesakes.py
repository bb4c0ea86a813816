"""No two colleagues of a practice have names that read alike: a name stands for its person on timelines."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.base.database import take_turns
from shared.base.errors import NotAllowedError
from shared.staff.factor_rules import namesake
from shared.staff.model import StaffMembership, StaffUser


def check_new_name(session: Session, *, practice_id: int, name: str) -> None:
    """For whoever names a colleague to be. Raises NotAllowedError where one, even suspended, has it."""
    taken = _namesake(session, practice_id, name)
    if taken is not None:
        raise NotAllowedError(
            f"Ce nom se lit comme « {taken} », qui existe déjà ici : l’historique ne les distinguerait pas. "
            "Ajoutez-lui de quoi les reconnaître, comme un second prénom ou le service."
        )


def check_joins(session: Session, *, practice_id: int, name: str) -> None:
    """For whoever joins, one after the other. Raises NotAllowedError, as `check_new_name` does."""
    take_turns(session, f"names of {practice_id}")
    if _namesake(session, practice_id, name) is not None:
        raise NotAllowedError(
            "Une personne de ce cabinet porte déjà votre nom, et l’historique ne vous distinguerait pas. "
            "Demandez à un propriétaire une autre invitation, à une adresse qui n’a pas encore de compte et "
            "à un nom qui vous distingue."
        )


def _namesake(session: Session, practice_id: int, name: str) -> str | None:
    query = (
        select(StaffUser.name)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(StaffMembership.practice_id == practice_id)
    )
    return namesake(name, session.scalars(query))
