"""The card of a plan as its page shows it: brand, last digits, until when, and what to do about it."""

from dataclasses import dataclass
from datetime import date

from flask import request

from portal.context import portal, reading, visit
from shared.base.formats import marked
from shared.base.money import Cents
from shared.delivery import tells_known
from shared.payments import ends_before, kept_card
from shared.plans import Leaving, Plan, PlanView, charges_leaving, charges_made
from shared.web.filters import t, today

# Names of brands as they stand on cards; the processor's own word where it is none of these.
BRANDS = {
    "amex": "American Express",
    "cartes_bancaires": "CB",
    "mastercard": "Mastercard",
    "visa": "Visa",
}
TOLD = {
    "kept": marked("Votre carte est enregistrée."),
    "none_yet": marked("Votre accord est noté, sans carte pour le moment."),
    "removed": marked("Votre carte est retirée."),
    "not_kept": marked("Aucune carte n’a été enregistrée."),
    "later": marked("La page de paiement ne répond pas. Rien n’a été pris. Réessayez plus tard."),
    "often": marked(
        "La page de paiement a été ouverte beaucoup de fois. Rien n’a été pris. Réessayez dans une heure."
    ),
    "refused": marked("La page de paiement n’a pas pu s’ouvrir. Rien n’a été pris. Appelez-nous."),
}
OF_A_CARD = frozenset({"kept"})
OF_ANY = frozenset({"not_kept", "later", "often", "refused"})


@dataclass(frozen=True, slots=True)
class CardNote:
    """What a plan's page says of its card. Without ``last4`` there is none yet, or no more.

    ``pay_cents`` is what the page that keeps a card takes as well, since a date has come. ``told`` is a
    sentence about what was just done.
    """

    brand: str
    last4: str
    expires_on: date | None
    ends_early: bool
    pay_cents: Cents
    told: str


def card_note(view: PlanView) -> CardNote | None:
    """The card of a plan that runs and is paid by card; None for any other plan."""
    if view.plan.way != "card" or view.plan.status not in ("active", "paused"):
        return None
    card = kept_card(reading(), practice_id=view.plan.practice_id, account_id=visit().account.id)
    if card is not None and card.agreement_id != view.plan.id:
        card = None  # given for another agreement, which is over
    last_on = max((part.due_on for part in view.open_parts), default=today())
    told = "none_yet" if request.args.get("cancelled") == "1" else request.args.get("card", "")
    # An address that comes back out of the browser's history is not believed against what is there.
    said = TOLD.get(told) if (told in OF_A_CARD) == (card is not None) or told in OF_ANY else None
    return CardNote(
        brand=BRANDS.get(card.brand or "", (card.brand or "").title()) if card else "",
        last4=card.last4 or "" if card else "",
        expires_on=card.expires_on if card else None,
        ends_early=card is not None and ends_before(card, last_on),
        pay_cents=due_now(view),
        told=t(said) if said else "",
    )


def charges_noted(plan: Plan) -> tuple[list[Leaving], list[Leaving]]:
    """Charges that left and may still come, and those that went through after something was stopped:
    the worker tells of them, and the page says it as well."""
    number, account_id = plan.practice_id, plan.account_id
    made = charges_made(
        reading(), practice_id=number, account_id=account_id, at=portal().clock.now()
    )
    causes = [(one.attempt_id, 0) for one in made]
    told = tells_known(reading(), practice_id=number, causes=causes) if made else set()
    return (
        charges_leaving(reading(), practice_id=number, account_id=account_id),
        [one for one in made if (one.attempt_id, 0) in told],
    )


def due_now(view: PlanView) -> Cents:
    """What is open of dates that have come, while nothing that the patient asked waits."""
    if view.plan.status != "active" or view.plan.asked is not None:
        return 0
    return sum(part.open_cents for part in view.open_parts if part.due_on <= today())
