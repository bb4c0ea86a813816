"""What payments and plans know of each other only here: charges are made for dates, cards for plans."""

from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Hold, Practice
from shared.base.clock import local_date
from shared.base.errors import NotFoundError
from shared.billing import Invoice
from shared.payments import PaymentAttempt, SavedCard, ends_before, kept_cards, shares_meant
from shared.plans import PlanView, get_plan, is_set, live_plans

CARD_ENDS = "card_ends"
TOLD_BEFORE = timedelta(days=30)
FIRST_HOUR = 8  # banks tell of a charge at once, and nobody should be woken by it


def may_ask_again(session: Session, attempt: PaymentAttempt) -> bool:
    """Whether a charge that may never have reached the processor is still meant.

    The very plan of its card runs and still has its date, nothing that the patient asked waits, no
    invoice was paid since.
    """
    practice_id, account_id = attempt.practice_id, attempt.account_id
    card = session.get(SavedCard, (practice_id, attempt.card_id))
    plan = plan_of_card(session, card) if card is not None else None
    if plan is None or not is_set(plan, attempt.cause or ""):
        return False
    if is_looked_into(session, account_id, practice_id=practice_id):
        return False
    return all(
        session.get_one(Invoice, (practice_id, invoice_id)).open_cents >= cents
        for invoice_id, cents in shares_meant(session, attempt)
    )


def is_hour_for_cards(practice: Practice, at: datetime) -> bool:
    """Whether cards are charged at this hour of the practice's day: a first time or again."""
    return at.astimezone(ZoneInfo(practice.timezone)).hour >= FIRST_HOUR


def is_looked_into(session: Session, account_id: UUID, *, practice_id: int) -> bool:
    """Whether the account is paused for more than its plan: a dispute, a question, a request for help."""
    held = session.scalar(
        select(Hold.id)
        .where(
            Hold.practice_id == practice_id,
            Hold.account_id == account_id,
            Hold.status == "active",
            Hold.kind != "plan",
        )
        .limit(1)
    )
    return held is not None


def plan_of_card(session: Session, card: SavedCard) -> PlanView | None:
    """The plan that a card was given for, while it runs or rests; None when the card serves no more."""
    try:
        plan = get_plan(session, practice_id=card.practice_id, plan_id=card.agreement_id)
    except NotFoundError:
        return None
    return plan if _is_served(plan) else None


def plans_of_cards(
    session: Session, *, practice_id: int
) -> list[tuple[SavedCard, PlanView | None]]:
    """Every card that is kept, with its plan as ``plan_of_card`` says: two statements, however many."""
    cards = kept_cards(session, practice_id=practice_id)
    live = live_plans(session, practice_id=practice_id) if cards else []
    served = {view.plan.id: view for view in live if _is_served(view)}
    return [(card, served.get(card.agreement_id)) for card in cards]


def _is_served(view: PlanView) -> bool:
    return view.plan.way == "card" and view.plan.status in ("active", "paused")


def card_ends(session: Session, *, practice: Practice, card_id: UUID, at: datetime) -> bool:
    """Whether it is time to say that a card ends before the last date of the plan that it is for."""
    card = session.get(SavedCard, (practice.id, card_id))
    if card is None or card.status != "kept":
        return False
    plan = plan_of_card(session, card)
    return plan is not None and is_ending(card, plan, local_date(at, practice.timezone))


def is_ending(card: SavedCard, plan: PlanView, today: date) -> bool:
    """Whether a card ends before the last open date of its plan, which runs, and soon."""
    if plan.plan.status != "active":
        return False
    last = max((part.due_on for part in plan.open_parts), default=None)
    if last is None or card.expires_on is None or not ends_before(card, last):
        return False
    return card.expires_on - today <= TOLD_BEFORE
