"""What became of payments after they were exported: cancelled at the desk, their credit used since."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeVarTuple

from sqlalchemy import ScalarSelect, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from ardoise.export_natures import CANCELLED, CREDIT_USED, of_forgiven
from ardoise.export_period import Period
from shared.accounts import Party
from shared.base.money import Cents
from shared.billing import Invoice
from shared.desk import DESK_CAUSES, DESK_KINDS
from shared.forgiving import Forgiveness
from shared.ledger import CREDIT, PATIENTS, JournalEntry, JournalLine
from shared.payments import CreditUse, Payment

Row = TypeVarTuple("Row")


@dataclass(frozen=True, slots=True)
class Move:
    """So much more, or less, of a payment went to an invoice; without invoice, it is in hand. Without a
    payment no money moved: so much of the invoice is no longer asked for.

    ``nature`` says what it is. ``reference`` is None where the payment's own name stands for it, and
    ``method`` where it went the way of the payment.
    """

    payment: Payment | None
    day: date
    invoice: str
    file_number: str
    cents: Cents
    nature: str
    reference: str | None = None
    method: str | None = None


def debtor_ref() -> ScalarSelect[str]:
    """Of a payment: the debtor's number in the practice's software."""
    debtor = aliased(Party)
    return (
        select(debtor.external_ref)
        .where(
            debtor.practice_id == Payment.practice_id,
            debtor.account_id == Payment.account_id,
            debtor.role == "debtor",
        )
        .limit(1)
        .correlate(Payment)
        .scalar_subquery()
    )


def with_patient(query: Select[*Row], patient: type[Party]) -> Select[*Row]:
    """Lines of the journal with their invoice, where they have one, and whose it is."""
    return query.outerjoin(
        Invoice,
        and_(Invoice.practice_id == JournalLine.practice_id, Invoice.id == JournalLine.invoice_id),
    ).outerjoin(
        patient,
        and_(patient.practice_id == Invoice.practice_id, patient.id == Invoice.patient_id),
    )


def cancelled(session: Session, practice_id: int, period: Period) -> Iterator[Move]:
    """What payments that were cancelled had settled, less; the oldest first."""
    patient = aliased(Party)
    query = (
        select(
            JournalEntry.booked_on,
            JournalLine.amount_cents,
            Payment,
            Invoice.number,
            func.coalesce(patient.external_ref, debtor_ref()).label("external_ref"),
        )
        .join(
            JournalLine,
            and_(
                JournalLine.practice_id == JournalEntry.practice_id,
                JournalLine.entry_id == JournalEntry.id,
                JournalLine.ledger_account.in_((PATIENTS, CREDIT)),
            ),
        )
        .join(
            Payment,
            and_(
                Payment.practice_id == JournalEntry.practice_id,
                JournalEntry.cause == DESK_CAUSES[1] + Payment.processor_ref,
            ),
        )
        .where(
            JournalEntry.practice_id == practice_id,
            JournalEntry.kind == DESK_KINDS[1],
            *period.holds(JournalEntry.at),
        )
        .order_by(
            JournalEntry.booked_on, JournalEntry.at, JournalEntry.id, Invoice.due_on, Invoice.number
        )
    )
    for day, cents, payment, number, ref in session.execute(
        with_patient(query, patient).execution_options(yield_per=1000)
    ):
        yield Move(payment, day, number or "", ref or "", -cents, CANCELLED)


def used_credit(session: Session, practice_id: int, period: Period) -> Iterator[Move]:
    """What was in hand and settles an invoice since: less in hand, more of the invoice."""
    patient = aliased(Party)
    query = (
        select(CreditUse, Payment, Invoice.number, patient.external_ref, debtor_ref())
        .join(
            Payment,
            and_(Payment.practice_id == CreditUse.practice_id, Payment.id == CreditUse.payment_id),
        )
        .join(
            Invoice,
            and_(Invoice.practice_id == CreditUse.practice_id, Invoice.id == CreditUse.invoice_id),
        )
        .outerjoin(
            patient,
            and_(patient.practice_id == Invoice.practice_id, patient.id == Invoice.patient_id),
        )
        .where(CreditUse.practice_id == practice_id, *period.holds(CreditUse.used_at))
        .order_by(CreditUse.booked_on, CreditUse.id)
    )
    for use, payment, number, ref, debtor in session.execute(
        query.execution_options(yield_per=1000)
    ):
        yield Move(payment, use.booked_on, "", debtor or "", -use.amount_cents, CREDIT_USED)
        whose = ref or debtor or ""
        yield Move(payment, use.booked_on, number, whose, use.amount_cents, CREDIT_USED)


def given_up(session: Session, practice_id: int, period: Period) -> Iterator[Move]:
    """What is no longer asked for although nobody paid it: less is owed of the invoice."""
    patient = aliased(Party)
    query = (
        select(Forgiveness, Invoice.number, patient.external_ref)
        .join(
            Invoice,
            and_(
                Invoice.practice_id == Forgiveness.practice_id, Invoice.id == Forgiveness.invoice_id
            ),
        )
        .outerjoin(
            patient,
            and_(patient.practice_id == Invoice.practice_id, patient.id == Invoice.patient_id),
        )
        .where(Forgiveness.practice_id == practice_id, *period.holds(Forgiveness.forgiven_at))
        .order_by(Forgiveness.booked_on, Forgiveness.id)
    )
    for one, number, ref in session.execute(query.execution_options(yield_per=1000)):
        yield Move(
            None,
            one.booked_on,
            number,
            ref or "",
            one.amount_cents,
            of_forgiven(one.nature),
            "",
            "",
        )
