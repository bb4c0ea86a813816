"""The plan on an account's page, for those who decide on what a patient proposes or asks."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.base.money import Cents
from shared.plans import PlanView, live_plan, plans_of

STATES = {
    "proposed": "Proposition de la personne, à décider",
    "offered": "Proposition de notre part, sans réponse encore",
    "active": "En cours",
    "paused": "En pause",
}
ASKED = {
    "pause": "La personne demande une pause.",
    "dates": "La personne demande d’autres dates ou d’autres sommes.",
}
WAYS = {"card": "sur la carte de la personne, sinon par un lien", "link": "par un lien"}


@dataclass(frozen=True, slots=True)
class DateShown:
    """One date of a plan, with what is neither paid nor being paid of it."""

    due_on: date
    cents: Cents
    open_cents: Cents


@dataclass(frozen=True, slots=True)
class PlanShown:
    """The plan that runs or waits for an answer. ``acts`` are what may be decided now."""

    id: UUID
    state: str
    asked: str
    way: str
    total_cents: Cents
    dates: tuple[DateShown, ...]
    acts: tuple[str, ...]


def read_plan(session: Session, account: Account) -> PlanShown | None:
    """The account's plan, if one runs or waits."""
    view = live_plan(plans_of(session, practice_id=account.practice_id, account_id=account.id))
    if view is None:
        return None
    return PlanShown(
        id=view.plan.id,
        state=STATES[view.plan.status],
        asked=ASKED.get(view.plan.asked or "", ""),
        way=WAYS[view.plan.way],
        total_cents=view.plan.total_cents,
        dates=tuple(DateShown(p.due_on, p.cents, p.open_cents) for p in view.parts),
        acts=acts_of(view),
    )


def acts_of(view: PlanView) -> tuple[str, ...]:
    """What staff may do with a plan as it stands."""
    if view.plan.status == "proposed":
        return ("accept", "decline")
    if view.plan.status == "paused":
        return ("resume",)
    if view.plan.status == "active" and view.plan.asked:
        return ("pause", "keep")
    return ()
