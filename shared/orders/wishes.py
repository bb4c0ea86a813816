"""Who asks for what to be done with money."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from shared.audit import Actor
from shared.base.money import Cents


@dataclass(frozen=True, slots=True)
class Colleague:
    """Who asks or agrees."""

    user_id: UUID
    name: str

    @property
    def actor(self) -> Actor:
        """This person as timelines name them."""
        return Actor("staff", self.name)


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done. See ``MoneyOrder`` for what the fields mean; ``account_id`` is whose debt is to be
    given up, of such a wish alone."""

    kind: str
    once: str
    reason: str
    amount_cents: Cents = 0
    payment_id: UUID | None = None
    stray_id: UUID | None = None
    method: str | None = None
    received_on: date | None = None
    reference: str | None = None
    note: bytes | None = None
    id: UUID | None = None
    account_id: UUID | None = None
