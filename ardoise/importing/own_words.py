"""What people said in their own space: an export only changes it where it says something new."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, ContactPoint, open_contact
from shared.base.vault import Vault


def last_stated(account: Account) -> tuple[str, str]:
    """(language, channel) as the software last stated them, whatever the person has chosen since."""
    return account.source_language or account.language, account.source_channel or account.channel


def stood_for(session: Session, contacts: Sequence[ContactPoint], vault: Vault) -> dict[UUID, str]:
    """By contact that the person gave: the value that it took the place of, empty for none."""
    given = {contact.id: contact.replaces_id for contact in contacts if contact.by_person}
    before = {old for old in given.values() if old is not None}
    if not before:
        return dict.fromkeys(given, "")
    practice_id = contacts[0].practice_id
    query = select(ContactPoint).where(
        ContactPoint.practice_id == practice_id, ContactPoint.id.in_(before)
    )
    values = {old.id: open_contact(vault, old) for old in session.scalars(query)}
    return {new: values.get(old, "") if old else "" for new, old in given.items()}
