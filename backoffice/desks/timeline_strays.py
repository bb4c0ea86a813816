"""What happened to payments of nobody known, as French sentences."""

from backoffice.desks.timeline_facts import Sentence

STRAYS: dict[str, Sentence] = {
    "stray_payment.found": lambda f: f"Paiement de personne de connu{f.after(' : ', f.money())}",
    "stray_payment.assign": lambda f: f"Paiement attribué à ce compte{f.after(' : ', f.money())}",
    "stray_payment.give_back": "Paiement de personne de connu entièrement remboursé ou repris par la banque",
    "stray_payment.come_back": (
        "Paiement de personne de connu de nouveau là : remboursement non abouti ou contestation gagnée"
    ),
}
