"""The sums of an account's file: what was billed, what of it was paid, and what nobody asks for any more."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.base.clock import local_date
from shared.base.formats import day, money
from shared.base.vault import Json
from shared.billing import Invoice
from shared.forgiving import WAIVED, WRITTEN_OFF, Forgiveness, forgiven_of
from shared.orders import FORGIVE, MoneyOrder

Row = list[Json]
NATURE_WORDS = {WAIVED: "remise accordée", WRITTEN_OFF: "irrécouvrable"}


def section(heading: str, head: Row, rows: list[Json], *, words: int = 0) -> Json:
    """A table of the file; none where nothing is to be said. ``words`` is the column that may wrap."""
    if not rows:
        return None
    return {"title": heading, "head": list(head), "rows": rows, "words": words}


def given_up(
    session: Session, account: Account, orders: Sequence[MoneyOrder]
) -> Sequence[Forgiveness]:
    """What is no longer asked for, the earliest first; no statement where nothing was given up."""
    if all(order.kind != FORGIVE or order.status != "done" for order in orders):
        return ()
    return forgiven_of(session, practice_id=account.practice_id, account_id=account.id)[::-1]


def invoices_told(invoices: Sequence[Invoice], forgiven: Sequence[Forgiveness]) -> Json:
    """Every invoice in sums; of what it is for, nothing. What was given up is no payment: it has a column
    of its own, where there is any."""
    sums: Counter[UUID] = Counter()
    for one in forgiven:
        sums[one.invoice_id] += one.amount_cents
    rows: list[Json] = []
    for invoice in invoices:
        less = sums[invoice.id]
        row: Row = [
            f"n° {invoice.number}, du {day(invoice.issued_on)}, à payer au plus tard le "
            f"{day(invoice.due_on)}",
            money(invoice.patient_cents),
            money(invoice.patient_cents - invoice.open_cents - less),
            *([money(less)] if sums else []),
            money(invoice.open_cents),
        ]
        rows.append(row)
    head: Row = ["Facture", "À charge", "Réglé", "Reste"]
    if sums:
        head.insert(3, "N’est plus demandé")
    return section("Factures", head, rows)


def given_up_told(
    invoices: Sequence[Invoice], forgiven: Sequence[Forgiveness], timezone: str
) -> Json:
    """When each sum was given up, of which invoice and as what it is booked; why is not told: it may say
    more about a person than a debt does."""
    numbers = {invoice.id: invoice.number for invoice in invoices}
    rows: list[Json] = [
        [
            f"le {day(local_date(one.forgiven_at, timezone))}",
            f"facture n° {numbers[one.invoice_id]}, {NATURE_WORDS[one.nature]}",
            money(one.amount_cents),
        ]
        for one in forgiven
    ]
    return section("Sommes qui ne sont plus demandées", ["Date", "Quoi", "Somme"], rows, words=1)
