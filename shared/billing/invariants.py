"""What must always be true of invoices."""

from sqlalchemy import or_, select

from shared.base.invariants import Invariant
from shared.billing.lifecycle import INVOICE
from shared.billing.model import Invoice

INVARIANTS = (
    Invariant(
        "invoice-status",
        "an invoice is settled or withdrawn exactly when nothing of it is open",
        select(Invoice.id).where(
            or_(
                (Invoice.status != "issued") & (Invoice.open_cents != 0),
                (Invoice.status == "issued") & (Invoice.open_cents == 0),
                Invoice.status.not_in(INVOICE.statuses),
            )
        ),
    ),
    Invariant(
        "invoice-open",
        "what is open is never negative and is the source's remainder less what it does not know yet",
        select(Invoice.id).where(
            or_(
                Invoice.open_cents < 0,
                Invoice.open_cents != Invoice.source_left_cents - Invoice.unacknowledged_cents,
            )
        ),
    ),
    Invariant(
        "invoice-most",
        "no more is open than the patient's share, or what the practice's software says is left",
        select(Invoice.id).where(
            Invoice.open_cents > Invoice.patient_cents,
            Invoice.open_cents > Invoice.source_left_cents,
        ),
    ),
)
