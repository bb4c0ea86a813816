"""Noting who opens the lines of an invoice, and telling the person whose they are."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.audit import Actor, record
from shared.billing import Invoice
from shared.privacy.model import DetailAccess


@dataclass(frozen=True, slots=True)
class Look:
    """One opening as it is told: of which invoice, by whom, when."""

    at: datetime
    by: str
    role: str
    reason: str
    invoice: str


def note_access(session: Session, *, invoice: Invoice, actor: Actor, at: datetime) -> None:
    """Write down that the person whose they are opened the lines of an invoice, behind their code."""
    session.add(
        DetailAccess(
            practice_id=invoice.practice_id,
            account_id=invoice.account_id,
            invoice_id=invoice.id,
            by="patient",
            at=at,
        )
    )
    record(
        session,
        practice_id=invoice.practice_id,
        account_id=invoice.account_id,
        kind="details.opened",
        actor=actor,
        at=at,
        invoice=str(invoice.id),
        number=invoice.number,
    )


def accesses_of(
    session: Session, *, practice_id: int, account_id: UUID, limit: int = 200
) -> list[Look]:
    """Who opened the lines of an account's invoices, the latest first."""
    query = (
        select(
            DetailAccess.at,
            DetailAccess.by,
            DetailAccess.role,
            DetailAccess.reason,
            Invoice.number,
        )
        .join(
            Invoice,
            (Invoice.practice_id == DetailAccess.practice_id)
            & (Invoice.id == DetailAccess.invoice_id),
        )
        .where(DetailAccess.practice_id == practice_id, DetailAccess.account_id == account_id)
        .order_by(DetailAccess.at.desc(), DetailAccess.id.desc())
        .limit(limit)
    )
    return [Look(*row) for row in session.execute(query)]
