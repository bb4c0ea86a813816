"""The sums of an account's file: what was billed, what of it was paid, and what nobody asks for any more."""

from collections.abc import Sequence

from backoffice.desks.debts import sums_given_up
from backoffice.desks.decision_words import NATURE_WORDS
from shared.base.clock import local_date
from shared.base.formats import day, money
from shared.base.vault import Json
from shared.billing import Invoice
from shared.forgiving import Forgiveness

Row = list[Json]


def section(heading: str, head: Row, rows: list[Json], *, words: int = 0) -> Json:
    """A table of the file; none where nothing is to be said. ``words`` is the column that may wrap."""
    if not rows:
        return None
    return {"title": heading, "head": list(head), "rows": rows, "words": words}


def invoices_told(invoices: Sequence[Invoice], forgiven: Sequence[Forgiveness]) -> Json:
    """Every invoice in sums; of what it is for, nothing. What was given up is no payment: it has a column
    of its own, where there is any."""
    sums = sums_given_up(forgiven)
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
    """When each sum was given up, the earliest first, of which invoice and as what it is booked; why is not
    told: it may say more about a person than a debt does."""
    numbers = {invoice.id: invoice.number for invoice in invoices}
    rows: list[Json] = [
        [
            f"le {day(local_date(one.forgiven_at, timezone))}",
            f"facture n° {numbers[one.invoice_id]}, {NATURE_WORDS[one.nature]}",
            money(one.amount_cents),
        ]
        for one in reversed(forgiven)
    ]
    return section("Sommes qui ne sont plus demandées", ["Date", "Quoi", "Somme"], rows, words=1)
