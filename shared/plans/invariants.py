"""What must always be true of plans."""

from sqlalchemy import ScalarSelect, func, or_, select

from shared.accounts import Hold
from shared.base.invariants import Invariant
from shared.plans.model import Instalment, Plan, PlanInvoice
from shared.plans.rules import LEAST_PART, LIVE, PLAN, RUNNING


def _sum_of(table: type[Instalment] | type[PlanInvoice]) -> ScalarSelect[int]:
    return (
        select(func.coalesce(func.sum(table.amount_cents), 0))
        .where(table.practice_id == Plan.practice_id, table.plan_id == Plan.id)
        .correlate(Plan)
        .scalar_subquery()
    )


_held = (
    select(Hold.id)
    .where(
        Hold.practice_id == Plan.practice_id,
        Hold.account_id == Plan.account_id,
        Hold.kind == "plan",
        Hold.status == "active",
    )
    .correlate(Plan)
    .exists()
)

INVARIANTS = (
    Invariant(
        "plan-status",
        "every plan is on its edge table, and one that ran names the words that were agreed",
        select(Plan.id).where(
            or_(
                Plan.status.not_in(PLAN.statuses),
                Plan.status.in_((*RUNNING, "kept", "ended"))
                & or_(Plan.text_hash.is_(None), Plan.agreed_text.is_(None)),
            )
        ),
    ),
    Invariant(
        "plan-parts",
        "the dates of a plan add up to its sum, to the cent",
        select(Plan.id).where(_sum_of(Instalment) != Plan.total_cents),
    ),
    Invariant(
        "plan-covers",
        "what a plan covers adds up to its sum, to the cent",
        select(Plan.id).where(_sum_of(PlanInvoice) != Plan.total_cents),
    ),
    Invariant(
        "plan-least",
        "no date of a plan is for less than a card can take",
        select(Instalment.id).where(Instalment.amount_cents < LEAST_PART),
    ),
    Invariant(
        "plan-hold",
        "the ladder is still as long as a plan lives",
        select(Plan.id).where(Plan.status.in_(LIVE), ~_held),
    ),
)
