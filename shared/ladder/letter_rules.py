"""Decisions about a formal notice: what it may cover, and what must be true before somebody approves it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from shared.base.money import Cents
from shared.base.states import StateMachine

LETTER = StateMachine(
    "ladder_letter",
    initial=frozenset({"approved", "declined", "postponed"}),
    edges={
        ("open", "approve"): "approved",
        ("open", "decline"): "declined",
        ("open", "postpone"): "postponed",
        ("postponed", "approve"): "approved",
        ("postponed", "decline"): "declined",
        ("postponed", "postpone"): "postponed",
        ("approved", "undo"): "open",
        ("declined", "undo"): "open",
        ("approved", "send"): "sent",
    },
)
# As the carrier's slip has it: « 1A 123 456 7890 1 », « 2C 123 456 7890 1 ».
_TRACKING = re.compile(r"(?=.*[0-9])[0-9A-Za-z][0-9A-Za-z ]{6,18}[0-9A-Za-z]")
OPEN = frozenset({"open", "postponed"})
REMINDERS = 2
PRESCRIPTION_DAYS = 730
# Whose costs somebody else may have to bear: a letter to them would ask the wrong person.
HARD_PROTECTIONS = frozenset({"CSS", "AME", "ATMP"})
LEFT_OUT = {
    "held": "mise de côté par une pause",
    "reminders": "moins de deux rappels arrivés depuis qu’elle est due",
    "old": "bientôt deux ans : demandez conseil avant tout courrier",
}
OBSTACLES = {
    "hold": "une pause est active",
    "paying": "un paiement est en cours",
    "protected": "une protection est au dossier (CSS, AME ou accident du travail)",
    "nothing": "aucune facture n’a reçu ses deux rappels",
    "minimum": "la somme est sous le minimum de la règle",
    "address": "aucune adresse postale au dossier",
}
DECLINE_REASONS = {
    "talk": "une personne va appeler d’abord",
    "small": "la somme n’en vaut pas la peine",
    "fragile": "la situation de la personne",
    "mistake": "la facture est à revoir",
}


@dataclass(frozen=True, slots=True)
class Bill:
    """An open invoice; ``reminders`` counts the reminders that went out after it fell due."""

    invoice_id: UUID
    number: str
    issued_on: date
    due_on: date
    open_cents: Cents
    reminders: int
    held: bool


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What is true of an account for which a formal notice is asked."""

    bills: tuple[Bill, ...]
    hold: str | None
    paying: bool
    protections: frozenset[str]
    has_address: bool
    minimum_cents: Cents
    warn_days: int


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a letter would cover, what it leaves out and why, and what speaks against it now."""

    covers: tuple[Bill, ...]
    leaves: tuple[tuple[Bill, str], ...]
    obstacles: tuple[str, ...]

    @property
    def cents(self) -> Cents:
        """What the letter asks for."""
        return sum(bill.open_cents for bill in self.covers)


def judge(facts: LetterFacts, *, today: date) -> Judgement:
    """Which invoices a letter covers, and every reason for which none may go."""
    covers: list[Bill] = []
    leaves: list[tuple[Bill, str]] = []
    for bill in facts.bills:
        reason = _left_out(bill, facts.warn_days, today)
        if reason is None:
            covers.append(bill)
        else:
            leaves.append((bill, reason))
    cents = sum(bill.open_cents for bill in covers)
    speaks = (
        ("hold", facts.hold is not None),
        ("paying", facts.paying),
        ("protected", bool(facts.protections & HARD_PROTECTIONS)),
        ("nothing", not covers),
        ("minimum", bool(covers) and cents < facts.minimum_cents),
        ("address", not facts.has_address),
    )
    return Judgement(
        tuple(covers), tuple(leaves), tuple(name for name, against in speaks if against)
    )


def _left_out(bill: Bill, warn_days: int, today: date) -> str | None:
    if bill.held:
        return "held"
    if today >= bill.due_on + timedelta(days=PRESCRIPTION_DAYS - warn_days):
        return "old"
    return "reminders" if bill.reminders < REMINDERS else None


def covered_mark(covers: Sequence[Bill]) -> str:
    """What stands for the invoices and sums that somebody was shown; another one once they changed."""
    return "|".join(f"{bill.number}:{bill.open_cents}" for bill in covers)


def short_mark(mark: str) -> str:
    """The same in few signs, for a form that carries many."""
    return hashlib.sha256(mark.encode()).hexdigest()[:32]


def tracking_of(typed: str) -> str | None:
    """The number of a registered letter, which proves that it was sent; None for what can't be one."""
    bare = " ".join(typed.split())
    return bare if _TRACKING.fullmatch(bare) else None
