"""What staff asked to be done with money, as sentences."""

from backoffice.desks.order_words import END_REASONS, OUTCOMES, REFUND_REASONS, WHAT
from backoffice.desks.timeline_facts import Facts, Sentence


def _what(facts: Facts) -> str:
    named = facts.word("what", WHAT) if facts.text("what") else ""
    cents = facts.money() if facts.values.get("cents") else ""
    return f"{facts.after(' : ', named)}{facts.after(', ', cents)}"


def _why(facts: Facts) -> str:
    return facts.after(" ; raison : ", END_REASONS.get(facts.text("why"), ""))


ORDERS: dict[str, Sentence] = {
    "money_order.asked": lambda f: (
        f"Demande{_what(f)}" + f.after(", ", REFUND_REASONS.get(f.text("reason"), ""))
    ),
    "money_order.approve": lambda f: f"Accord donné{_what(f)}",
    "money_order.agree": lambda f: f"Accord donné{_what(f)}, à remettre",
    "money_order.hand_over": lambda f: f"Argent remis{_what(f)}",
    "money_order.decline": lambda f: f"Accord refusé{_what(f)}{_why(f)}",
    "money_order.stop": lambda f: f"Demande arrêtée{_what(f)}{_why(f)}",
    "money_order.withdraw": lambda f: f"Demande retirée{_what(f)}{_why(f)}",
    "money_order.send": lambda f: f"Demande envoyée au prestataire{_what(f)}",
    "money_order.finish": lambda f: f"Demande faite{_what(f)}",
    "money_order.refuse": lambda f: (
        f"Demande impossible{_what(f)}" + f.after(" : ", OUTCOMES.get(f.text("why"), ""))
    ),
}
