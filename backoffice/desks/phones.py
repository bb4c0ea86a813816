"""Telephone numbers in full, for the one reason there is: somebody has to call. Each look is noted."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from backoffice.desks.words import CONTACT_KINDS, CONTACT_STATES
from shared.accounts import account_vault, contacts_of, find_account, open_contact
from shared.audit import Actor, record
from shared.base.errors import NotAllowedError
from shared.base.vault import KeyRing
from shared.ladder import CALLS
from shared.web.filters import dialled
from shared.worklist import open_tasks_of


@dataclass(frozen=True, slots=True)
class PhoneShown:
    """A number as it is dialled; ``state`` says what is wrong with it."""

    kind: str
    number: str
    state: str
    tone: str


def look_at_phones(
    session: Session,
    *,
    practice_id: int,
    number: str,
    keys: KeyRing,
    actor: Actor,
    at: datetime,
) -> tuple[PhoneShown, ...]:
    """The account's telephone numbers. Raises NotFoundError, NotAllowedError when no call waits."""
    account = find_account(session, practice_id=practice_id, number=number)
    tasks = open_tasks_of(session, practice_id=practice_id, account_id=account.id)
    if not any(task.kind in CALLS for task in tasks):
        raise NotAllowedError("Le numéro ne se montre que pour un appel à faire.")
    contacts = contacts_of(session, practice_id=practice_id, account_id=account.id)
    vault = account_vault(keys, account)
    record(
        session,
        practice_id=practice_id,
        account_id=account.id,
        kind="contact.shown",
        actor=actor,
        at=at,
    )
    return tuple(
        PhoneShown(
            CONTACT_KINDS[contact.kind],
            dialled(open_contact(vault, contact)),
            *CONTACT_STATES.get(contact.status, (contact.status, "warn")),
        )
        for contact in contacts
        if contact.kind != "email"
    )
