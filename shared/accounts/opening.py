"""Making practices, accounts, people and contacts, everything personal sealed as it is written."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.accounts.model import Account, ContactPoint, Party, Practice
from shared.accounts.rules import PersonName
from shared.base.ids import new_account_number, new_id
from shared.base.vault import BlindIndex, Json, KeyRing, Vault, folded, new_key


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """A person as the practice's software describes them."""

    name: PersonName
    birth_date: date | None
    address: dict[str, str] | None


def new_practice_key(keys: KeyRing, practice_id: int) -> tuple[str, bytes]:
    """(key name, wrapped key) of a fresh data key for a practice."""
    return keys.wrap(Vault(new_key()), f"practice|{practice_id}")


def new_account(
    practice: Practice,
    *,
    external_key: str,
    language: str,
    channel: str,
    keys: KeyRing,
    at: datetime,
) -> tuple[Account, Vault]:
    """A fresh account with its own data key; the caller adds it to a session."""
    account_id = new_id()
    vault = Vault(new_key())
    key_id, wrapped = keys.wrap(vault, f"account|{account_id}")
    account = Account(
        practice_id=practice.id,
        id=account_id,
        number=new_account_number(),
        external_key=external_key,
        language=language,
        channel=channel,
        balance_cents=0,
        opened_at=at,
        key_id=key_id,
        wrapped_key=wrapped,
    )
    return account, vault


def describe(party: Party, details: PersonDetails, *, vault: Vault, index: BlindIndex) -> None:
    """Write a person's details onto their row, sealed, with the blind indexes of the name."""

    def seal(value: Json, column: str) -> bytes:
        return vault.seal(value, table="party", row=party.id, column=column)

    name = details.name
    party.name = seal({"given": name.given, "surname": name.surname}, "name")
    party.birth_date = (
        seal(details.birth_date.isoformat(), "birth_date") if details.birth_date else None
    )
    address: dict[str, Json] = dict(details.address or {})
    party.address = seal(address, "address") if address else None
    practice_id = party.practice_id
    party.surname_index = index.of(practice_id, "surname", name.surname)
    party.surname3_index = index.of(practice_id, "surname3", folded(name.surname)[:3])
    party.given_index = index.of(practice_id, "given", name.given)


def new_party(
    account: Account,
    *,
    role: str,
    external_ref: str,
    details: PersonDetails,
    vault: Vault,
    index: BlindIndex,
) -> Party:
    """A person on an account."""
    party = Party(
        practice_id=account.practice_id,
        id=new_id(),
        account_id=account.id,
        role=role,
        external_ref=external_ref,
    )
    describe(party, details, vault=vault, index=index)
    return party


def new_contact(
    account: Account,
    *,
    kind: str,
    value: str,
    position: int,
    status: str,
    vault: Vault,
    index: BlindIndex,
) -> ContactPoint:
    """A contact on file: ``kind`` is phone (E.164) or email."""
    contact_id = new_id()
    return ContactPoint(
        practice_id=account.practice_id,
        id=contact_id,
        account_id=account.id,
        kind=kind,
        position=position,
        status=status,
        value=vault.seal(value, table="contact_point", row=contact_id, column="value"),
        value_index=contact_index(index, account.practice_id, kind, value),
    )


def contact_index(index: BlindIndex, practice_id: int, kind: str, value: str) -> bytes:
    """The blind index by which a contact is found by its exact value."""
    return index.exact(practice_id, kind, value.strip())


def seal_protection(vault: Vault, account_id: UUID, protections: list[str]) -> bytes:
    """An account's protections, sealed."""
    words: list[Json] = list(protections)
    return vault.seal(words, table="account", row=account_id, column="protection")
