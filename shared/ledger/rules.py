"""The accounts of the journal, and what each event books. Debit is positive, credit negative, cents.

The numbers of the French chart of accounts behind these names are a practice's setting, not law.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from shared.base.errors import ArdoiseError
from shared.base.money import Cents, total_of

PATIENTS = "patients"  # what patients owe
AMO = "amo"  # what the compulsory insurer owes
AMC = "amc"  # what the complementary insurer owes
REVENUE = "revenue"
OPENING = "opening"  # counterpart of what was owed before the practice began here
ELSEWHERE = "elsewhere"  # paid or corrected in the practice's own software
PROCESSOR = "processor"  # money the card processor holds for the practice
CREDIT = "credit"  # money of patients' that settles no invoice
CASH = "cash"  # in the till
CHEQUES = "cheques"  # taken, not yet at the bank
TERMINAL = "terminal"  # taken by the desk's own card terminal
TRANSFERS = "transfers"  # seen on the bank account by a person
FEES = "fees"  # what the processor keeps for its work
UNASSIGNED = "unassigned"  # money of nobody known
TAKEN_TWICE = "taken_twice"  # disputed at the bank although it had been given back
# what a bank still has while another part of a dispute's money moves: nothing, once both are booked
AT_BANK = "at_bank"
WAIVED = "waived"  # no longer asked for: help, a gesture, an invoice that was wrong
WRITTEN_OFF = "written_off"  # owed, and can't be had
GIVEN_UP = frozenset({WAIVED, WRITTEN_OFF})
HOLDERS = frozenset(
    {PROCESSOR, CASH, CHEQUES, TERMINAL, TRANSFERS}
)  # where patients' money comes in

LEDGER_ACCOUNTS = frozenset(
    {
        *(PATIENTS, AMO, AMC, REVENUE, OPENING, ELSEWHERE, PROCESSOR, CREDIT),
        *(CASH, CHEQUES, TERMINAL, TRANSFERS, FEES, UNASSIGNED, TAKEN_TWICE),
        *(AT_BANK, WAIVED, WRITTEN_OFF),
    }
)


class UnbalancedEntryError(ArdoiseError):
    """An entry whose lines don't sum to zero: a defect, never a person's mistake."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry; debit positive, credit negative."""

    ledger_account: str
    amount_cents: Cents
    account_id: UUID | None = None
    invoice_id: UUID | None = None


def check_lines(lines: tuple[Line, ...]) -> None:
    """Raises UnbalancedEntryError unless there are lines, they sum to zero and name known accounts."""
    if not lines or sum(line.amount_cents for line in lines) != 0:
        raise UnbalancedEntryError("the lines of an entry must sum to zero")
    unknown = {line.ledger_account for line in lines} - LEDGER_ACCOUNTS
    if unknown:
        raise UnbalancedEntryError(f"unknown ledger account {sorted(unknown)[0]}")


def _without_zero(*lines: Line) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.amount_cents != 0)


def invoice_lines(
    account_id: UUID, invoice_id: UUID, *, patient: Cents, amo: Cents, amc: Cents
) -> tuple[Line, ...]:
    """An invoice issued since the practice began here: who owes which part, against revenue."""
    return _without_zero(
        Line(PATIENTS, patient, account_id, invoice_id),
        Line(AMO, amo, account_id, invoice_id),
        Line(AMC, amc, account_id, invoice_id),
        Line(REVENUE, -(patient + amo + amc), account_id, invoice_id),
    )


def opening_lines(account_id: UUID, invoice_id: UUID, left: Cents) -> tuple[Line, ...]:
    """An invoice older than the practice's beginning here: only what is left to be paid."""
    return _without_zero(
        Line(PATIENTS, left, account_id, invoice_id), Line(OPENING, -left, account_id, invoice_id)
    )


def adjustment_lines(account_id: UUID, invoice_id: UUID, change: Cents) -> tuple[Line, ...]:
    """The practice's software states another remainder; ``change`` negative means less is owed."""
    return _without_zero(
        Line(PATIENTS, change, account_id, invoice_id),
        Line(ELSEWHERE, -change, account_id, invoice_id),
    )


def received_lines(
    held: str, account_id: UUID, shares: Mapping[UUID, Cents], credit: Cents, twice: Cents = 0
) -> tuple[Line, ...]:
    """Money came in: ``held`` has it, invoices are settled, the rest is the patient's credit;
    ``twice`` is what had been taken although it had been given back, and is here again."""
    settled = [Line(PATIENTS, -cents, account_id, invoice) for invoice, cents in shares.items()]
    return _without_zero(
        Line(held, total_of(shares) + credit + twice, account_id),
        *settled,
        Line(CREDIT, -credit, account_id),
        Line(TAKEN_TWICE, -twice, account_id),
    )


def taken_back_lines(
    held: str, account_id: UUID, shares: Mapping[UUID, Cents], credit: Cents, twice: Cents = 0
) -> tuple[Line, ...]:
    """Such money went again: ``held`` has less, invoices are owed again, credit is used up; ``twice``
    is what goes although nothing of the payment is left."""
    taken = received_lines(held, account_id, shares, credit, twice)
    return tuple(replace(line, amount_cents=-line.amount_cents) for line in taken)


def card_lines(
    account_id: UUID, shares: Mapping[UUID, Cents], credit: Cents, twice: Cents = 0
) -> tuple[Line, ...]:
    """A card payment: the processor holds it, invoices are settled, the rest is the patient's credit."""
    return received_lines(PROCESSOR, account_id, shares, credit, twice)


def staying_lines(lines: tuple[Line, ...], cents: Cents) -> tuple[Line, ...]:
    """The same entry where so much of what the processor would have moved stays with the bank: what is
    booked of the processor is what it moved."""
    moved: list[Line] = []
    for line in lines:
        if line.ledger_account == PROCESSOR:
            stays = cents if line.amount_cents > 0 else -cents
            moved.append(replace(line, amount_cents=line.amount_cents - stays))
            moved.append(Line(AT_BANK, stays, line.account_id))
        else:
            moved.append(line)
    return _without_zero(*moved)


def credit_lines(account_id: UUID, invoice_id: UUID, cents: Cents) -> tuple[Line, ...]:
    """Credit settles an invoice: no money moves."""
    return (
        Line(CREDIT, cents, account_id),
        Line(PATIENTS, -cents, account_id, invoice_id),
    )


def forgiven_lines(
    given_up: str, account_id: UUID, shares: Mapping[UUID, Cents]
) -> tuple[Line, ...]:
    """So much is no longer asked for: invoices are owed less, and ``given_up`` says as what."""
    settled = [Line(PATIENTS, -cents, account_id, invoice) for invoice, cents in shares.items()]
    return _without_zero(Line(given_up, total_of(shares), account_id), *settled)


def fee_lines(account_id: UUID | None, cents: Cents) -> tuple[Line, ...]:
    """The processor keeps a fee for its work; below zero it gives one back."""
    return _without_zero(
        Line(FEES, cents, account_id),
        Line(PROCESSOR, -cents, account_id),
    )
