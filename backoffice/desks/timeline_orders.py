"""What staff asked to be done with money, as sentences."""

from backoffice.desks.decision_words import FORGIVE_OUTCOMES, FORGIVE_REASONS
from backoffice.desks.order_words import (
    DEBT_END_REASONS,
    END_REASONS,
    OUTCOMES,
    REFUND_REASONS,
    WHAT,
)
from backoffice.desks.timeline_facts import Facts, Sentence


def _what(facts: Facts) -> str:
    named = facts.word("what", WHAT) if facts.text("what") else ""
    cents = facts.money() if facts.values.get("cents") else ""
    return f"{facts.after(' : ', named)}{facts.after(', ', cents)}"


def _why(facts: Facts) -> str:
    words = DEBT_END_REASONS if facts.text("what") == "forgive" else END_REASONS
    return facts.after(" ; raison : ", words.get(facts.text("why"), ""))


def _reason(facts: Facts) -> str:
    words = FORGIVE_REASONS if facts.text("what") == "forgive" else REFUND_REASONS
    return words.get(facts.text("reason"), "")


def _outcome(facts: Facts) -> str:
    words = FORGIVE_OUTCOMES if facts.text("what") == "forgive" else OUTCOMES
    return words.get(facts.text("why"), "")


ORDERS: dict[str, Sentence] = {
    "money_order.asked": lambda f: f"Demande{_what(f)}" + f.after(", ", _reason(f)),
    "money_order.approve": lambda f: f"Validation donnée{_what(f)}",
    "money_order.agree": lambda f: f"Validation donnée{_what(f)}, à remettre",
    "money_order.hand_over": lambda f: f"Argent remis{_what(f)}",
    "money_order.decline": lambda f: f"Validation refusée{_what(f)}{_why(f)}",
    "money_order.stop": lambda f: f"Demande arrêtée{_what(f)}{_why(f)}",
    "money_order.withdraw": lambda f: f"Demande retirée{_what(f)}{_why(f)}",
    "money_order.send": lambda f: f"Demande envoyée au prestataire{_what(f)}",
    "money_order.finish": lambda f: f"Demande faite{_what(f)}",
    "money_order.refuse": lambda f: f"Demande impossible{_what(f)}" + f.after(" : ", _outcome(f)),
}
