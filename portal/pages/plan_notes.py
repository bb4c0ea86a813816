"""What the statement says of a plan: a few words, and what could be spread."""

from collections.abc import Iterable, Sequence
from datetime import date

from portal.pages.invoices import InvoiceView
from shared.accounts import Practice
from shared.base.formats import day, marked, money
from shared.base.money import Cents
from shared.payments import LOOKED_AT_HOLDS
from shared.plans import Draft, PlanView, Wish, answer_by
from shared.web.filters import past, t

PAUSES = {
    "proposed": marked("Nous étudions votre proposition."),
    "offered": marked("Nous vous proposons d’autres dates : à vous de nous dire."),
    "paused": marked("Votre accord est en pause."),
}


def spreadable(invoices: Iterable[InvoiceView], holds: Iterable[str]) -> Cents:
    """What could be spread: what nothing holds back and can be settled now. What is in hand settles the
    first dates, and is no reason not to spread the rest."""
    if "dispute" in holds:
        return 0
    return sum(i.settleable_cents for i in invoices if i.askable)


def why_not(invoices: Sequence[InvoiceView], holds: Sequence[str], spread: Cents) -> str:
    """Why nothing can be spread, and what to do, in one sentence or two."""
    open_cents = sum(i.open_cents for i in invoices)
    if open_cents == 0:
        return t("Il ne reste rien à payer : il n’y a rien à étaler.")
    if "dispute" in holds:
        return t(
            "Nous vérifions d’abord avec vous ce qui n’est pas juste : vous pourrez étaler ensuite. "
            "La suite est dans vos messages."
        )
    if any(i.checked_cents for i in invoices):
        return t(
            "Nous vérifions ce qui reste vraiment après un remboursement "
            "ou une reprise par la banque : "
            "vous pourrez étaler quand ce sera fait. Ne payez rien pour l’instant."
        )
    if not any(i.askable for i in invoices):
        return t(
            "Nous vérifions vos factures : vous pourrez étaler quand ce sera fait. "
            "Une question ? Écrivez-nous."
        )
    if spread == 0 and any(i.processing_cents for i in invoices):
        return t(
            "Un paiement est en cours pour cette somme : "
            "attendez la réponse de la banque avant d’étaler ce qui resterait."
        )
    return t("La somme est trop petite pour être étalée : payez-la en une fois.")


def rest_joined(drafted: Draft, wish: Wish | None) -> Cents:
    """What would have been left for a date of its own, but no card takes so little: it is in the last
    part. Zero when there is no such rest."""
    monthly = wish.monthly_cents if wish is not None else None
    return max(drafted.parts[-1].cents - monthly, 0) if monthly is not None else 0


def plan_pause(plan: PlanView | None) -> str | None:
    """Why the patient is not reminded: the plan, as long as it does not simply run."""
    return PAUSES.get(plan.plan.status) if plan is not None else None


def announces_dates(plan: PlanView | None, holds: Iterable[str]) -> bool:
    """Whether dates are announced while reminders rest: nothing is asked, and what was given back
    or taken by a bank is not looked at."""
    if plan is None or plan.plan.status != "active" or plan.plan.asked is not None:
        return False
    return LOOKED_AT_HOLDS.isdisjoint(holds)


def answer_late(practice: Practice, plan: PlanView) -> bool:
    """Whether the day is over by which we promised an answer about a plan."""
    row = plan.plan
    waits = row.status == "proposed" or row.asked is not None
    return waits and past(answer_by(practice, row.asked_at or row.made_at))


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
