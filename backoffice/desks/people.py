"""Names of many accounts at once, opened with the master keys; and of colleagues."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import (
    Account,
    Party,
    PersonName,
    account_vault,
    find_account,
    find_with_people,
    get_account,
    get_with_people,
    open_name,
)
from shared.base.vault import KeyRing
from shared.staff import members_who_may


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


def name_of(session: Session, account: Account, *, keys: KeyRing | None) -> str:
    """The same of one account; empty for whoever reads no names (no ``keys``)."""
    if keys is None:
        return ""
    names = names_of(session, [account], practice_id=account.practice_id, keys=keys)
    return names[account.id].full if account.id in names else ""


def find_named(
    session: Session, *, practice_id: int, number: str, keys: KeyRing | None
) -> tuple[Account, str]:
    """An account with its name, as ``name_of`` gives it; one statement. Raises NotFoundError."""
    if keys is None:
        return find_account(session, practice_id=practice_id, number=number), ""
    account, people = find_with_people(session, practice_id=practice_id, number=number)
    return account, _first_name(account, people, keys)


def get_named(
    session: Session, *, practice_id: int, account_id: UUID, keys: KeyRing | None
) -> tuple[Account, str]:
    """The same of an account by its id. Raises NotFoundError."""
    if keys is None:
        return get_account(session, practice_id=practice_id, account_id=account_id), ""
    account, people = get_with_people(session, practice_id=practice_id, account_id=account_id)
    return account, _first_name(account, people, keys)


def _first_name(account: Account, people: Sequence[Party], keys: KeyRing) -> str:
    return open_name(account_vault(keys, account), people[0]).full if people else ""


def colleagues_who_may(
    session: Session, *, practice_id: int, permission: str
) -> list[tuple[UUID, str]]:
    """(id, name) of active colleagues whose role, one of ours or of the practice's own, has a permission, by
    name."""
    may = members_who_may(session, practice_id=practice_id, permission=permission)
    return list(may.items())
