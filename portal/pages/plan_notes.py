"""What the statement says of a plan: a few words, and what could be spread."""

from collections.abc import Iterable
from datetime import date

from portal.pages.invoices import InvoiceView
from shared.base.formats import day, marked, money
from shared.base.money import Cents
from shared.plans import PlanView
from shared.web.filters import t

PAUSES = {
    "proposed": marked("Nous étudions votre proposition."),
    "offered": marked("Nous vous proposons d’autres dates : à vous de nous dire."),
    "paused": marked("Votre accord est en pause."),
}


def spreadable(invoices: Iterable[InvoiceView], holds: Iterable[str]) -> Cents:
    """What could be spread: what nothing holds back, less what is being paid already."""
    if "dispute" in holds:
        return 0
    return sum(max(i.open_cents - i.processing_cents, 0) for i in invoices if i.askable)


def plan_pause(plan: PlanView) -> str:
    """Why the patient hears nothing: the plan."""
    return t(PAUSES.get(plan.plan.status, marked("Votre accord est en cours.")))


def plan_note(plan: PlanView, *, language: str, today: date) -> str | None:
    """The next date of a plan that runs, or that one has come."""
    part = plan.next_part
    if plan.plan.status != "active" or part is None:
        return None
    if part.due_on <= today:
        return t(
            "Une date est arrivée : {amount}.", amount=money(plan.expected_cents(today), language)
        )
    return t(
        "Prochaine date : {day}, {amount}.",
        day=day(part.due_on, language, today),
        amount=money(part.open_cents, language),
    )
