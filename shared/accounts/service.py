"""Finding accounts, opening their vaults, and whom they are reached at."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from shared.accounts.model import Account, ContactPoint, Party, Practice
from shared.accounts.rules import KINDS_OF_WISH, IdentityOnFile, PersonName
from shared.base.errors import NotFoundError
from shared.base.together import Part, read_together
from shared.base.vault import KeyRing, Vault

_NO_ACCOUNT = "Ce compte n’existe pas."
OFF_FILE = ("replaced", "proposed")
_ASKED = {"representative": 0, "debtor": 1, "patient": 2}


def get_practice(session: Session, practice_id: int) -> Practice:
    """The practice. Raises NotFoundError."""
    practice = session.get(Practice, practice_id)
    if practice is None:
        raise NotFoundError("Ce cabinet n’existe pas.")
    return practice


def practice_vault(keys: KeyRing, practice: Practice) -> Vault:
    """The vault for what belongs to no account yet."""
    return keys.unwrap(practice.key_id, practice.wrapped_key, f"practice|{practice.id}")


def get_account(
    session: Session, *, practice_id: int, account_id: UUID, lock: bool = False
) -> Account:
    """The account; with ``lock`` its row is held until the transaction ends. Raises NotFoundError.

    Rows that only refer to the account may still be written: a long night holds nobody up.
    """
    account = _one(session, Account.practice_id == practice_id, Account.id == account_id, lock=lock)
    if account is None:
        raise NotFoundError(_NO_ACCOUNT)
    return account


def find_account(session: Session, *, practice_id: int, number: str, lock: bool = False) -> Account:
    """The account with this number, held as by ``get_account`` with ``lock``. Raises NotFoundError."""
    its_number = Account.number == number.strip().upper()
    account = _one(session, Account.practice_id == practice_id, its_number, lock=lock)
    if account is None:
        raise _unknown(number)
    return account


def find_with_people(
    session: Session, *, practice_id: int, number: str
) -> tuple[Account, list[Party]]:
    """The account with this number, and the people on it, the debtor first; one statement. Raises
    NotFoundError."""
    its_number = Account.number == number.strip().upper()
    found = _with_people(session, practice_id, its_number)
    if found is None:
        raise _unknown(number)
    return found


def get_with_people(
    session: Session, *, practice_id: int, account_id: UUID
) -> tuple[Account, list[Party]]:
    """The same of an account by its id. Raises NotFoundError."""
    found = _with_people(session, practice_id, Account.id == account_id)
    if found is None:
        raise NotFoundError(_NO_ACCOUNT)
    return found


def _with_people(
    session: Session, practice_id: int, which: ColumnElement[bool]
) -> tuple[Account, list[Party]] | None:
    its = (Account.practice_id == practice_id, which)
    accounts = Part(Account, its, [Account.id])
    its_id = select(Account.id).where(*its).scalar_subquery()
    on_it = (Party.practice_id == practice_id, Party.account_id == its_id)
    people = Part(Party, on_it, [Party.role != "debtor", Party.id])
    read = read_together(session, accounts, people)
    account = next(iter(read.of(accounts)), None)
    return (account, read.of(people)) if account is not None else None


def _unknown(number: str) -> NotFoundError:
    return NotFoundError(f"Le compte {number} n’existe pas : vérifiez son numéro.")


def _one(session: Session, *which: ColumnElement[bool], lock: bool) -> Account | None:
    query = select(Account).where(*which)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalar(query)


def account_vault(keys: KeyRing, account: Account) -> Vault:
    """The account's vault, opened by the master keys. Raises SealError without the right one."""
    return keys.unwrap(account.key_id, account.wrapped_key, f"account|{account.id}")


def open_name(vault: Vault, party: Party) -> PersonName:
    """The name of a person on the account."""
    value = vault.open(party.name, table="party", row=party.id, column="name")
    assert isinstance(value, dict)  # noqa: S101 - sealed by seal_name alone
    return PersonName(given=str(value["given"]), surname=str(value["surname"]))


def open_text(vault: Vault, sealed: bytes, *, table: str, row: UUID, column: str) -> str:
    """A sealed text."""
    return str(vault.open(sealed, table=table, row=row, column=column))


def open_contact(vault: Vault, contact: ContactPoint) -> str:
    """The telephone number (E.164) or e-mail address of a contact point."""
    return open_text(vault, contact.value, table="contact_point", row=contact.id, column="value")


def parties_of(session: Session, *, practice_id: int, account_id: UUID) -> list[Party]:
    """The people on an account, the debtor first."""
    query = select(Party).where(Party.practice_id == practice_id, Party.account_id == account_id)
    return sorted(session.scalars(query), key=lambda p: (p.role != "debtor", p.id))


def contacts_of(session: Session, *, practice_id: int, account_id: UUID) -> list[ContactPoint]:
    """The contacts on file, first one first; not those that were replaced or wait for staff."""
    return contacts_part(practice_id=practice_id, account_id=account_id).read(session)


def contacts_part(*, practice_id: int, account_id: UUID) -> Part[ContactPoint]:
    """The contacts on file, first one first."""
    return Part(
        ContactPoint,
        [
            ContactPoint.practice_id == practice_id,
            ContactPoint.account_id == account_id,
            ContactPoint.status.not_in(OFF_FILE),
        ],
        [ContactPoint.position, ContactPoint.id],
    )


def can_be_written_to() -> ColumnElement[bool]:
    """Of a contact of an account: the account wants to be written to there, and it works."""
    return and_(
        ContactPoint.practice_id == Account.practice_id,
        ContactPoint.account_id == Account.id,
        ContactPoint.status == "usable",
        Account.erased_at.is_(None),
        ContactPoint.of_representative == Account.represented,
        or_(
            *(
                and_(Account.channel == wish, ContactPoint.kind.in_(kinds))
                for wish, kinds in KINDS_OF_WISH.items()
                if kinds
            )
        ),
    )


def usable_contacts(session: Session, *, practice_id: int, account: Account) -> list[ContactPoint]:
    """Contacts that can be written to by themselves, in the order of the account's wish."""
    query = (
        select(ContactPoint)
        .join(Account, can_be_written_to())
        .where(Account.practice_id == practice_id, Account.id == account.id)
        .order_by(ContactPoint.position, ContactPoint.id)
    )
    return list(session.scalars(query))


def _asked_first(parties: list[Party]) -> list[Party]:
    return sorted((p for p in parties if p.role in _ASKED), key=lambda p: _ASKED[p.role])


def asked_party(parties: list[Party]) -> Party | None:
    """Whose birth date the identity check asks for; None when none is on file."""
    return next((p for p in _asked_first(parties) if p.birth_date is not None), None)


def open_birth_date(vault: Vault, party: Party) -> date | None:
    """A person's birth date, opened; None when it is not on file."""
    if party.birth_date is None:
        return None
    said = open_text(vault, party.birth_date, table="party", row=party.id, column="birth_date")
    return date.fromisoformat(said)


def open_address(vault: Vault, party: Party) -> dict[str, str]:
    """A person's postal address as it was imported, in its order; empty when none is on file."""
    if party.address is None:
        return {}
    said = vault.open(party.address, table="party", row=party.id, column="address")
    return {name: str(value) for name, value in said.items()} if isinstance(said, dict) else {}


def identity_on_file(
    vault: Vault, parties: list[Party], contacts: list[ContactPoint]
) -> IdentityOnFile:
    """What the identity check compares with: the representative's data where there is one, else the
    debtor's, else the patient's birth date.
    """
    asked = asked_party(parties)
    birth_date = None if asked is None else open_birth_date(vault, asked)
    postcode: str | None = None
    for party in _asked_first(parties):
        postcode = postcode or open_address(vault, party).get("postcode") or None
    own_first = sorted(contacts, key=lambda contact: not contact.of_representative)
    phone = next((open_contact(vault, c) for c in own_first if c.kind != "email"), None)
    return IdentityOnFile(birth_date, postcode, phone[-4:] if phone else None)
