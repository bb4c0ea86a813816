"""What is on file of an account before an export is taken over, as plain values, opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from shared.accounts import PersonDetails
from shared.base.money import Cents


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """A person on file."""

    id: UUID
    role: str
    external_ref: str
    details: PersonDetails


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact on file; replaced ones are not among them.

    ``stands_for`` is what the software stated when the person gave this one in their space (empty for
    nothing, None for a contact that came from the software): as long as it does, this one stays.
    """

    id: UUID
    kind: str
    position: int
    status: str
    value: str
    stands_for: str | None = None


@dataclass(frozen=True, slots=True)
class KnownInvoice:
    """An invoice as the last export left it; ``parts`` are total, AMO, AMC and patient's share.

    ``disputed`` tells what the practice's software last said; ``care`` is None unless lines are kept.
    """

    id: UUID
    due_on: date
    source_left_cents: Cents
    unacknowledged_cents: Cents
    parts: tuple[Cents, Cents, Cents, Cents]
    absent: bool
    disputed: bool
    care: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class KnownAccount:
    """All of an account that an export may change; ``invoices`` by number. Empty for a new one."""

    key: str
    language: str
    channel: str
    protections: frozenset[str] = frozenset()
    people: tuple[KnownPerson, ...] = ()
    contacts: tuple[KnownContact, ...] = ()
    invoices: Mapping[str, KnownInvoice] = field(default_factory=dict)

    @property
    def debtor(self) -> KnownPerson | None:
        """Who owes."""
        return next((person for person in self.people if person.role == "debtor"), None)
