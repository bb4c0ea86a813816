"""Finding accounts, opening their vaults, and holds."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from shared.accounts.model import Account, ContactPoint, Hold, Party, Practice
from shared.accounts.rules import HOLD, KINDS_OF_WISH, IdentityOnFile, PersonName
from shared.audit import Actor, advance, record
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.vault import KeyRing, Vault

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
    query = select(Account).where(Account.practice_id == practice_id, Account.id == account_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    account = session.scalar(query)
    if account is None:
        raise NotFoundError("Ce compte n’existe pas.")
    return account


def find_account(session: Session, *, practice_id: int, number: str) -> Account:
    """The account with this number. Raises NotFoundError."""
    account = session.scalar(
        select(Account).where(
            Account.practice_id == practice_id, Account.number == number.strip().upper()
        )
    )
    if account is None:
        raise NotFoundError(f"Le compte {number} n’existe pas : vérifiez son numéro.")
    return account


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
    query = (
        select(ContactPoint)
        .where(
            ContactPoint.practice_id == practice_id,
            ContactPoint.account_id == account_id,
            ContactPoint.status.not_in(OFF_FILE),
        )
        .order_by(ContactPoint.position, ContactPoint.id)
    )
    return list(session.scalars(query))


def can_be_written_to() -> ColumnElement[bool]:
    """Of a contact of an account: the account wants to be written to there, and it works."""
    return and_(
        ContactPoint.practice_id == Account.practice_id,
        ContactPoint.account_id == Account.id,
        ContactPoint.status == "usable",
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


def identity_on_file(
    vault: Vault, parties: list[Party], contacts: list[ContactPoint]
) -> IdentityOnFile:
    """What the identity check compares with: the representative's data where there is one, else the
    debtor's, else the patient's birth date.
    """
    birth_date: date | None = None
    postcode: str | None = None
    for party in sorted((p for p in parties if p.role in _ASKED), key=lambda p: _ASKED[p.role]):
        if birth_date is None and party.birth_date is not None:
            birth_date = date.fromisoformat(
                open_text(vault, party.birth_date, table="party", row=party.id, column="birth_date")
            )
        if postcode is None and party.address is not None:
            address = vault.open(party.address, table="party", row=party.id, column="address")
            if isinstance(address, dict) and address.get("postcode"):
                postcode = str(address["postcode"])
    own_first = sorted(contacts, key=lambda contact: not contact.of_representative)
    phone = next((open_contact(vault, c) for c in own_first if c.kind != "email"), None)
    return IdentityOnFile(birth_date, postcode, phone[-4:] if phone else None)


def place_hold(
    session: Session,
    *,
    account: Account,
    kind: str,
    actor: Actor,
    at: datetime,
    review_on: date,
    invoice_id: UUID | None = None,
    note: str | None = None,
    vault: Vault | None = None,
) -> Hold:
    """Stop the clock for a reason; asking twice for the same hold gives the one that is there.

    Raises NotAllowedError when a note is given without the vault that seals it.
    """
    known = session.scalar(
        select(Hold).where(
            Hold.practice_id == account.practice_id,
            Hold.account_id == account.id,
            Hold.kind == kind,
            Hold.status == "active",
            Hold.invoice_id == invoice_id if invoice_id is not None else Hold.invoice_id.is_(None),
        )
    )
    if known is not None:
        return known
    hold = Hold(
        practice_id=account.practice_id,
        account_id=account.id,
        invoice_id=invoice_id,
        kind=kind,
        status="active",
        placed_at=at,
        placed_by=actor.name,
        review_on=review_on,
    )
    session.add(hold)
    session.flush()
    if note:
        if vault is None:
            raise NotAllowedError("Une note de pause doit être scellée.")
        hold.note = vault.seal(note, table="hold", row=hold.id, column="note")
    record(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        kind="hold.placed",
        actor=actor,
        at=at,
        hold=kind,
        review_on=review_on.isoformat(),
    )
    return hold


def release_hold(session: Session, hold: Hold, *, actor: Actor, at: datetime, reason: str) -> None:
    """End a hold. ``reason`` is one of the plain words of the release form. Raises NotAllowedError."""
    advance(
        session,
        hold,
        HOLD,
        "release",
        account_id=hold.account_id,
        actor=actor,
        at=at,
        hold=hold.kind,
        reason=reason,
    )
    hold.released_at = at
    hold.released_by = actor.name
    hold.release_reason = reason


def active_holds(session: Session, *, practice_id: int, account_id: UUID) -> list[Hold]:
    """What stops the clock on an account now, oldest first."""
    query = (
        select(Hold)
        .where(
            Hold.practice_id == practice_id,
            Hold.account_id == account_id,
            Hold.status == "active",
        )
        .order_by(Hold.placed_at, Hold.id)
    )
    return list(session.scalars(query))
