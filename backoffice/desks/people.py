"""Names of many accounts at once, opened with the master keys; and of colleagues."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Party, PersonName, account_vault, open_name
from shared.base.vault import KeyRing
from shared.staff import StaffMembership, StaffUser, roles_with


def names_of(
    session: Session, accounts: Sequence[Account], *, practice_id: int, keys: KeyRing
) -> dict[UUID, PersonName]:
    """The debtor's name of each account, else that of another person on it; one statement."""
    if not accounts:
        return {}
    by_id = {account.id: account for account in accounts}
    query = select(Party).where(Party.practice_id == practice_id, Party.account_id.in_(by_id))
    names: dict[UUID, PersonName] = {}
    for party in sorted(session.scalars(query), key=lambda p: (p.role != "debtor", p.id)):
        if party.account_id not in names:
            vault = account_vault(keys, by_id[party.account_id])
            names[party.account_id] = open_name(vault, party)
    return names


def colleagues_who_may(
    session: Session, *, practice_id: int, permission: str
) -> list[tuple[UUID, str]]:
    """(id, name) of active colleagues whose role has a permission, by name; one statement."""
    query = (
        select(StaffUser.id, StaffUser.name)
        .join(StaffMembership, StaffMembership.user_id == StaffUser.id)
        .where(
            StaffMembership.practice_id == practice_id,
            StaffMembership.role.in_(sorted(roles_with(permission))),
            StaffUser.status == "active",
        )
        .order_by(StaffUser.name, StaffUser.id)
    )
    return [(row[0], row[1]) for row in session.execute(query)]
