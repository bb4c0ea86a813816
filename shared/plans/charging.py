"""Dates that are to be taken from a saved card: which, whether still, and who takes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.base.clock import local_date
from shared.base.money import Cents
from shared.plans.following import step_of, words_of_day
from shared.plans.holding import is_held_for_refund
from shared.plans.reading import PartView, PlanView, get_plan
from shared.plans.rules import DUE, NEAR


@dataclass(frozen=True, slots=True)
class DueCharge:
    """What is open of a date that is to be taken from a saved card. ``moves`` tells a date that was
    put off from what it was before."""

    account_id: UUID
    plan_id: UUID
    instalment_id: UUID
    cents: Cents
    moves: int = 0

    @property
    def cause(self) -> str:
        """What a charge is made for: once for each date as it holds."""
        return _cause_of(self.instalment_id, self.moves)

    @property
    def causes(self) -> str:
        """How the causes of all charges for this date begin, as it held before and as it holds."""
        return _causes_of(self.instalment_id)

    @property
    def announced_by(self) -> int:
        """The step of the notice that tells of the date before it comes."""
        return step_of(NEAR, self.moves)


def _cause_of(instalment_id: UUID, moves: int) -> str:
    return f"{_causes_of(instalment_id)}{moves}"


def _causes_of(instalment_id: UUID) -> str:
    return f"instalment:{instalment_id.hex}:"


class Charger(Protocol):
    """Whatever can take a date's sum from a card that the patient saved."""

    def charge(self, due: DueCharge) -> str:
        """Take the sum once for an instalment, however often it is asked. TAKEN (or on its way);
        REFUSED when the card will not give it or the patient must confirm, NO_CARD when there is none
        to ask: a link then goes out instead."""
        ...


def charges_due(views: Iterable[PlanView], *, practice: Practice, at: datetime) -> list[DueCharge]:
    """Dates to be taken from saved cards today; those of a while ago are a human's business."""
    today = local_date(at, practice.timezone)
    return [
        DueCharge(view.plan.account_id, view.plan.id, part.id, part.open_cents, part.moves)
        for view, part, word in words_of_day(views, today, practice.timezone)
        if word == DUE and view.plan.way == "card"
    ]


def still_meant(session: Session, *, practice: Practice, due: DueCharge) -> PartView | None:
    """A date that may be taken now, as it stands; None when its plan does not run any more, a request
    of the patient waits, a refund is to be looked at, the date was put off, or nothing of it is open.
    Read under the account's lock.
    """
    view = get_plan(session, practice_id=practice.id, plan_id=due.plan_id)
    if not is_set(view, due.cause):
        return None
    if is_held_for_refund(session, view.plan):
        return None
    return next(
        (p for p in view.open_parts if p.id == due.instalment_id and p.moves == due.moves), None
    )


def is_set(view: PlanView, cause: str) -> bool:
    """Whether a plan that runs by card, with nothing asked, still has the date of a charge's cause."""
    plan = view.plan
    if plan.status != "active" or plan.asked is not None or plan.way != "card":
        return False
    return any(_cause_of(part.id, part.moves) == cause for part in view.parts)
