"""A contact that refused what was sent to it, and staff's word that it works after all."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import CONTACT, Account, ContactPoint
from shared.audit import Actor, advance
from shared.base.errors import NotAllowedError, NotFoundError
from shared.delivery.outcomes import BOUNCED
from shared.worklist import close_tasks


def get_bounced(session: Session, account: Account, contact_id: UUID) -> ContactPoint:
    """A contact of the account that refused. Raises NotFoundError, NotAllowedError once it is otherwise."""
    contact = session.get(ContactPoint, (account.practice_id, contact_id))
    if contact is None or contact.account_id != account.id:
        raise NotFoundError("Ce contact n’existe pas.")
    if contact.status != "bounced":
        raise NotAllowedError("Ce contact n’est plus au dossier comme refusé : rien n’est à dire.")
    return contact


def confirm_contact(
    session: Session, account: Account, contact_id: UUID, *, actor: Actor, at: datetime
) -> None:
    """Write to it again from now on. The message that it refused is not sent again itself; a step of the
    ladder that it refused did not take place, so the coming night plans that step once more.

    Raises NotFoundError, NotAllowedError.
    """
    contact = get_bounced(session, account, contact_id)
    advance(session, contact, CONTACT, "confirm", account_id=account.id, actor=actor, at=at)
    close_tasks(
        session,
        BOUNCED,
        practice_id=account.practice_id,
        key=str(contact_id),
        event="done",
        actor=actor,
        at=at,
        reason="works",
    )
