"""What is left of a plan, read from what is open of the invoices that it covers."""

from sqlalchemy import Label, ScalarSelect, and_, case, func, or_, select

from shared.audit import PATIENT
from shared.billing import Invoice
from shared.forgiving import Forgiveness
from shared.payments import AttemptShare, PaymentAttempt
from shared.plans.model import Plan, PlanInvoice


def sums_of_plan() -> tuple[Label[int], Label[int], Label[int]]:
    """Of a plan in an outer statement: what is left, what is being paid, what was given up, in cents."""
    return _left().label("left"), _coming().label("coming"), _forgiven().label("forgiven")


def _left() -> ScalarSelect[int]:
    """Of a plan: what is open now of what it covers."""
    part = case(
        (Invoice.open_cents < PlanInvoice.amount_cents, Invoice.open_cents),
        else_=PlanInvoice.amount_cents,
    )
    return (
        select(func.coalesce(func.sum(part), 0))
        .select_from(PlanInvoice)
        .join(
            Invoice,
            and_(
                Invoice.practice_id == PlanInvoice.practice_id,
                Invoice.id == PlanInvoice.invoice_id,
            ),
        )
        .where(PlanInvoice.practice_id == Plan.practice_id, PlanInvoice.plan_id == Plan.id)
        .correlate(Plan)
        .scalar_subquery()
    )


def _coming() -> ScalarSelect[int]:
    """Of a plan: what is being paid on the invoices that it covers."""
    return (
        select(func.coalesce(func.sum(AttemptShare.amount_cents), 0))
        .select_from(PlanInvoice)
        .join(
            AttemptShare,
            and_(
                AttemptShare.practice_id == PlanInvoice.practice_id,
                AttemptShare.invoice_id == PlanInvoice.invoice_id,
            ),
        )
        .join(
            PaymentAttempt,
            and_(
                PaymentAttempt.practice_id == AttemptShare.practice_id,
                PaymentAttempt.id == AttemptShare.attempt_id,
                PaymentAttempt.status == "processing",
            ),
        )
        .where(PlanInvoice.practice_id == Plan.practice_id, PlanInvoice.plan_id == Plan.id)
        .correlate(Plan)
        .scalar_subquery()
    )


def _forgiven() -> ScalarSelect[int]:
    """Of a plan: what was given up since it was made of the invoices that it covers. What staff had asked
    for by then, their own offers leave out already."""
    return (
        select(func.coalesce(func.sum(Forgiveness.amount_cents), 0))
        .select_from(PlanInvoice)
        .join(
            Forgiveness,
            and_(
                Forgiveness.practice_id == PlanInvoice.practice_id,
                Forgiveness.invoice_id == PlanInvoice.invoice_id,
            ),
        )
        .where(
            PlanInvoice.practice_id == Plan.practice_id,
            PlanInvoice.plan_id == Plan.id,
            Forgiveness.forgiven_at > Plan.made_at,
            or_(Plan.made_by == PATIENT.kind, Forgiveness.asked_at > Plan.made_at),
        )
        .correlate(Plan)
        .scalar_subquery()
    )
