"""What an account's part of an export changes, decided over plain values: no session, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar
from uuid import UUID

from ardoise.importing.known import KnownAccount, KnownContact, KnownInvoice, KnownPerson
from ardoise.importing.wishes import POSITIONS, AccountWish, PersonWish
from shared.accounts import PersonDetails
from shared.billing import InvoiceRow, Synchronised, synchronise

# While one of these is stated, a patient may owe nothing at all: a human looks first.
HARD_PROTECTIONS = frozenset({"CSS", "AME", "ATMP"})

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PersonChange:
    """Someone new (``id`` None), or new details of someone known."""

    id: UUID | None
    role: str
    external_ref: str
    details: PersonDetails


@dataclass(frozen=True, slots=True)
class NewContact:
    """A contact that comes on file."""

    kind: str
    value: str
    status: str


@dataclass(frozen=True, slots=True)
class InvoiceChange:
    """A known invoice that the export states otherwise than before, or that is back in it."""

    row: InvoiceRow
    known: KnownInvoice
    synchronised: Synchronised
    due_on: date
    care: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class ContactPlan:
    """What happens to an account's contacts."""

    replaced: tuple[UUID, ...] = ()
    new: tuple[NewContact, ...] = ()
    opted_out: tuple[UUID, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether they stay as they are."""
        return not (self.replaced or self.new or self.opted_out)


@dataclass(frozen=True, slots=True)
class AccountPlan:
    """What happens to one account; None stands for what stays as it is."""

    key: str | None
    language: str | None
    channel: str | None
    protections: frozenset[str] | None
    newly_protected: bool
    people: tuple[PersonChange, ...]
    contacts: ContactPlan
    new_invoices: tuple[InvoiceRow, ...]
    changed_invoices: tuple[InvoiceChange, ...]
    newly_disputed: tuple[str, ...]
    no_longer_disputed: tuple[str, ...]
    unchanged: int

    @property
    def changes_account(self) -> bool:
        """Whether anything but its invoices changes."""
        stated = (self.key, self.language, self.channel, self.protections)
        says_more = any(value is not None for value in stated)
        return says_more or bool(self.people) or not self.contacts.is_empty

    @property
    def is_empty(self) -> bool:
        """Whether nothing at all is to be written."""
        invoices = (self.new_invoices, self.changed_invoices)
        disputes = (self.newly_disputed, self.no_longer_disputed)
        return not self.changes_account and not any(invoices + disputes)


def plan_account(known: KnownAccount, wish: AccountWish) -> AccountPlan:
    """Compare what is on file with what the export says."""
    protections = _other(wish.protections, known.protections)
    newly_protected = bool(((protections or frozenset()) - known.protections) & HARD_PROTECTIONS)
    changed = [c for row in wish.rows if (c := _invoice_change(row, known.invoices)) is not None]
    new = [row for row in wish.rows if row.invoice_number not in known.invoices]
    flagged = {n for n, invoice in known.invoices.items() if invoice.disputed}
    return AccountPlan(
        key=_other(wish.key, known.key),
        language=_other(wish.language, known.language),
        channel=_other(wish.channel, known.channel),
        protections=protections,
        newly_protected=newly_protected,
        people=tuple(p for who in wish.people if (p := _person_change(who, known)) is not None),
        contacts=_contact_plan(wish, known.contacts),
        new_invoices=tuple(new),
        changed_invoices=tuple(changed),
        newly_disputed=tuple(
            row.invoice_number
            for row in wish.rows
            if row.disputed and row.invoice_number not in flagged
        ),
        no_longer_disputed=tuple(
            row.invoice_number
            for row in wish.rows
            if row.disputed is False and row.invoice_number in flagged
        ),
        unchanged=len(wish.rows) - len(new) - len(changed),
    )


def _other(stated: T | None, known: T) -> T | None:
    return None if stated == known else stated


def known_as(who: PersonWish, known: KnownAccount) -> KnownPerson | None:
    """The person on file whom the export means: the debtor, or a patient by file number."""
    if who.role == "debtor":
        return known.debtor
    return next(
        (p for p in known.people if p.role == "patient" and p.external_ref == who.external_ref),
        None,
    )


def _person_change(who: PersonWish, known: KnownAccount) -> PersonChange | None:
    person = known_as(who, known)
    if person is None:
        return PersonChange(None, who.role, who.external_ref, who.details)
    details = replace(
        who.details,
        birth_date=who.details.birth_date or person.details.birth_date,
        address=who.details.address or person.details.address,
    )
    if details == person.details and who.external_ref == person.external_ref:
        return None
    return PersonChange(person.id, who.role, who.external_ref, details)


def _contact_plan(wish: AccountWish, known: tuple[KnownContact, ...]) -> ContactPlan:
    replaced: list[KnownContact] = []
    new: list[NewContact] = []
    for kind, value in wish.contacts.items():
        held = [c for c in known if c.kind == kind and c.position == POSITIONS[kind]]
        if any(_same_contact(contact, value) for contact in held):
            continue
        replaced += held
        if value:
            silent = wish.opt_out or any(contact.status == "opted_out" for contact in held)
            new.append(NewContact(kind, value, "opted_out" if silent else "usable"))
    gone = {contact.id for contact in replaced}
    silenced = [c.id for c in known if wish.opt_out and c.status == "usable" and c.id not in gone]
    return ContactPlan(tuple(c.id for c in replaced), tuple(new), tuple(silenced))


def _same_contact(contact: KnownContact, value: str) -> bool:
    """Mailboxes are the same in capitals and small letters; what a contact stands for is not news."""
    known = [contact.value, *([] if contact.stands_for is None else [contact.stands_for])]
    return value.casefold() in [one.casefold() for one in known]


def _invoice_change(row: InvoiceRow, invoices: Mapping[str, KnownInvoice]) -> InvoiceChange | None:
    known = invoices.get(row.invoice_number)
    if known is None:
        return None
    due_on = row.due_on or known.due_on
    care = row.care if row.care and row.care != known.care else None
    same = row.remaining_cents == known.source_left_cents and due_on == known.due_on
    same = same and known.unacknowledged_cents >= 0  # it does not count what was given back as owed
    if same and care is None and not known.absent:
        return None
    synchronised = synchronise(
        source_left=known.source_left_cents,
        unacknowledged=known.unacknowledged_cents,
        new_left=row.remaining_cents,
    )
    return InvoiceChange(row, known, synchronised, due_on, care)
