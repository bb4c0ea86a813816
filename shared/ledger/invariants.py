"""What must always be true of the journal and its projections."""

from sqlalchemy import func, select

from shared.accounts import Account
from shared.base.invariants import Invariant
from shared.billing import Invoice
from shared.ledger.model import JournalEntry, JournalLine
from shared.ledger.rules import LEDGER_ACCOUNTS, PATIENTS

_by_entry = (
    select(JournalLine.entry_id)
    .group_by(JournalLine.practice_id, JournalLine.entry_id)
    .having(func.sum(JournalLine.amount_cents) != 0)
)
_by_invoice = (
    select(
        JournalLine.practice_id,
        JournalLine.invoice_id,
        func.sum(JournalLine.amount_cents).label("cents"),
    )
    .where(JournalLine.ledger_account == PATIENTS)
    .group_by(JournalLine.practice_id, JournalLine.invoice_id)
    .subquery()
)
_by_account = (
    select(
        JournalLine.practice_id,
        JournalLine.account_id,
        func.sum(JournalLine.amount_cents).label("cents"),
    )
    .where(JournalLine.ledger_account == PATIENTS)
    .group_by(JournalLine.practice_id, JournalLine.account_id)
    .subquery()
)

INVARIANTS = (
    Invariant("journal-balances", "every entry of the journal sums to zero", _by_entry),
    Invariant(
        "journal-lines",
        "every entry of the journal has lines",
        select(JournalEntry.id)
        .outerjoin(
            JournalLine,
            (JournalLine.practice_id == JournalEntry.practice_id)
            & (JournalLine.entry_id == JournalEntry.id),
        )
        .where(JournalLine.id.is_(None)),
    ),
    Invariant(
        "journal-accounts",
        "every line names a known account of the journal",
        select(JournalLine.id).where(JournalLine.ledger_account.not_in(LEDGER_ACCOUNTS)),
    ),
    Invariant(
        "invoice-projection",
        "what is open of an invoice is what the journal says",
        select(Invoice.id)
        .outerjoin(
            _by_invoice,
            (_by_invoice.c.practice_id == Invoice.practice_id)
            & (_by_invoice.c.invoice_id == Invoice.id),
        )
        .where(Invoice.open_cents != func.coalesce(_by_invoice.c.cents, 0)),
    ),
    Invariant(
        "balance-projection",
        "an account's balance is what the journal says",
        select(Account.id)
        .outerjoin(
            _by_account,
            (_by_account.c.practice_id == Account.practice_id)
            & (_by_account.c.account_id == Account.id),
        )
        .where(Account.balance_cents != func.coalesce(_by_account.c.cents, 0)),
    ),
)
