"""Who an account is: name, birth year, masked contacts; sealed for roles that see no names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import Session

from backoffice.desks.words import CONTACT_KINDS, CONTACT_STATES, PARTY_ROLES
from shared.accounts import (
    Account,
    ContactPoint,
    Party,
    Practice,
    asked_party,
    masked_email,
    masked_phone,
    open_birth_date,
    open_contact,
    open_name,
)
from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.base.vault import Vault
from shared.erasing import UNDER_WAY, Erasure
from shared.ladder import address_lines
from shared.links import Link
from shared.payments import PaymentAttempt


@dataclass(frozen=True, slots=True)
class Found:
    """An account with its people, the sum being paid now and the end of its latest live link; whether what
    is held about them is ``being_erased``."""

    practice: Practice
    account: Account
    parties: tuple[Party, ...]
    processing_cents: Cents
    link_ends_at: datetime | None
    being_erased: bool


@dataclass(frozen=True, slots=True)
class ContactShown:
    """A contact of which only the end shows; ``state`` says what is wrong with it."""

    kind: str
    masked: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class PersonShown:
    """Somebody else on the account."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class AskedShown:
    """Who is asked for their birth date in another's place; ``represents`` the account, or not."""

    name: str
    birth_year: int | None
    represents: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """What roles with names may see.

    ``birth_year`` is that of who is named; ``asked`` is who is asked for their birth date at the
    entry where that is somebody else. ``contacts`` are the account's own, ``their_contacts`` those of
    the representative, who alone is written to. ``postal`` is where who is named lives, line by line.
    """

    name: str
    birth_year: int | None
    asked: AskedShown | None
    contacts: tuple[ContactShown, ...]
    their_contacts: tuple[ContactShown, ...]
    others: tuple[PersonShown, ...]
    protections: tuple[str, ...]
    postal: tuple[str, ...] = ()


def read_account(session: Session, *, practice_id: int, number: str, at: datetime) -> Found:
    """The account and its people; one statement. Raises NotFoundError."""
    processing = (
        select(func.coalesce(func.sum(PaymentAttempt.amount_cents), 0))
        .where(
            PaymentAttempt.practice_id == Account.practice_id,
            PaymentAttempt.account_id == Account.id,
            PaymentAttempt.status == "processing",
        )
        .scalar_subquery()
    )
    link_ends = (
        select(func.max(Link.expires_at, type_=Link.expires_at.type))
        .where(
            Link.practice_id == Account.practice_id,
            Link.account_id == Account.id,
            Link.status == "live",
            Link.expires_at > at,
        )
        .scalar_subquery()
    )
    erasing = exists().where(
        Erasure.practice_id == Account.practice_id,
        Erasure.account_id == Account.id,
        Erasure.status.in_(UNDER_WAY),
    )
    rows = session.execute(
        select(Practice, Account, Party, processing, link_ends, erasing)
        .join(Account, Account.practice_id == Practice.id)
        .outerjoin(
            Party, and_(Party.practice_id == Account.practice_id, Party.account_id == Account.id)
        )
        .where(Account.practice_id == practice_id, Account.number == number.upper())
    ).all()
    if not rows:
        raise NotFoundError("Ce compte n’existe pas : vérifiez son numéro.")
    practice, account, _, processing_cents, link_ends_at, erasing_now = rows[0]
    parties = sorted(
        (row[2] for row in rows if row[2] is not None), key=lambda p: (p.role != "debtor", p.id)
    )
    return Found(
        practice,
        account,
        tuple(parties),
        int(processing_cents),
        link_ends_at,
        bool(erasing_now),
    )


def identity_of(found: Found, contacts: Sequence[ContactPoint], vault: Vault) -> Identity:
    """What is shown of the people and their contacts."""
    names = [(open_name(vault, party).full, party.role) for party in found.parties]
    named = found.parties[0] if found.parties else None
    asked = asked_party(list(found.parties))
    elsewhere = asked is not None and asked is not named
    return Identity(
        name=names[0][0] if names else "",
        birth_year=_birth_year(vault, named),
        asked=_asked(vault, asked) if asked is not None and elsewhere else None,
        contacts=tuple(contact_shown(vault, one) for one in contacts if not one.of_representative),
        their_contacts=tuple(
            contact_shown(vault, one) for one in contacts if one.of_representative
        ),
        others=tuple(
            PersonShown(name, PARTY_ROLES.get(role, role))
            for name, role in names[1:]
            if name != names[0][0]
        ),
        protections=_protections(vault, found.account.id, found.account.protection),
        postal=address_lines(vault, named) if named else (),
    )


def _birth_year(vault: Vault, party: Party | None) -> int | None:
    born = None if party is None else open_birth_date(vault, party)
    return born.year if born else None


def _asked(vault: Vault, party: Party) -> AskedShown:
    name = open_name(vault, party).full
    return AskedShown(name, _birth_year(vault, party), party.role == "representative")


def contact_shown(vault: Vault, contact: ContactPoint) -> ContactShown:
    """A contact of which only the end shows."""
    value = open_contact(vault, contact)
    masked = masked_email(value) if contact.kind == "email" else masked_phone(value)
    state, tone = CONTACT_STATES.get(contact.status, (contact.status, "warn"))
    return ContactShown(CONTACT_KINDS.get(contact.kind, contact.kind), masked, state, tone)


def _protections(vault: Vault, account_id: UUID, sealed: bytes | None) -> tuple[str, ...]:
    if sealed is None:
        return ()
    words = vault.open(sealed, table="account", row=account_id, column="protection")
    return tuple(str(word) for word in words) if isinstance(words, list) else ()
