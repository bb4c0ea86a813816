"""What happened with money at the desk and with credit, as French sentences."""

from collections.abc import Mapping
from typing import Any

from backoffice.desks.timeline_facts import Facts, Sentence
from backoffice.desks.words import BY_METHOD, CANCEL_REASONS
from shared.orders import RECEIVE, USE_CREDIT

BOOKED_AT_ONCE = frozenset({RECEIVE, USE_CREDIT})


def _receipt(facts: Facts) -> str:
    return facts.after(", reçu ", facts.text("receipt"))


DESK: dict[str, Sentence] = {
    "payment.received": lambda f: (
        f"Paiement reçu{f.after(' : ', f.money())}"
        f"{f.after(' ', BY_METHOD.get(f.text('method'), ''))}{_receipt(f)}"
    ),
    "payment.cancelled": lambda f: (
        f"Paiement annulé{f.after(' : ', f.money())}{_receipt(f)}"
        f"{f.after(' ; raison : ', CANCEL_REASONS.get(f.text('reason'), ''))}"
    ),
    "credit.used": lambda f: (
        f"Trop-perçu utilisé{f.after(' : ', f.money())}"
        f"{f.after(' pour la facture ', f.text('number'))}"
    ),
}

DESK_BY_THE_WAY = frozenset({"money_order.finish"})


def is_by_the_way(kind: str, facts: Mapping[str, Any]) -> bool:
    """Whether the story says it without this: what is booked within a moment says that it was asked."""
    return kind == "money_order.asked" and facts.get("what") in BOOKED_AT_ONCE
