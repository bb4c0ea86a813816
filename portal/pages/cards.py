"""The card of a plan as its page shows it: brand, last digits, until when, and what to do about it."""

from dataclasses import dataclass
from datetime import date

from flask import request

from portal.context import reading, visit
from shared.base.formats import marked
from shared.base.money import Cents
from shared.payments import ends_before, kept_card
from shared.plans import PlanView
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
    "refused": marked("La page de paiement n’a pas pu s’ouvrir. Rien n’a été pris. Appelez-nous."),
}


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
    turned_back = request.args.get("cancelled") == "1" and card is None
    said = TOLD["none_yet"] if turned_back else TOLD.get(request.args.get("card", ""))
    return CardNote(
        brand=BRANDS.get(card.brand or "", (card.brand or "").title()) if card else "",
        last4=card.last4 or "" if card else "",
        expires_on=card.expires_on if card else None,
        ends_early=card is not None and ends_before(card, last_on),
        pay_cents=due_now(view),
        told=t(said) if said else "",
    )


def due_now(view: PlanView) -> Cents:
    """What is open of dates that have come, while nothing that the patient asked waits."""
    if view.plan.status != "active" or view.plan.asked is not None:
        return 0
    return sum(part.open_cents for part in view.open_parts if part.due_on <= today())
