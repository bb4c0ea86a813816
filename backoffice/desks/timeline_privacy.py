"""What happens with people's details and with what is kept, as French sentences."""

from backoffice.desks.timeline_facts import Facts, Sentence
from shared.erasing import ASKERS, CHECKS, DECLINES
from shared.privacy import COPY_REASONS, JSON, PERIODS, REASONS, in_words, span


def _why(facts: Facts) -> str:
    return facts.after(" : ", REASONS.get(facts.text("reason"), ""))


def _counts(facts: Facts) -> str:
    """« 12 codes périmés, 3 liens périmés »."""
    counts = facts.values.get("counts")
    if not isinstance(counts, dict):
        return ""
    return facts.after(" : ", ", ".join(in_words(counts)))


def _period(facts: Facts) -> str:
    period = PERIODS.get(facts.text("period"))
    days = facts.values.get("days")
    if period is None or not isinstance(days, int):
        return ""
    return facts.after(" : ", f"{period.title}, {span(days)}")


def _copied(facts: Facts) -> str:
    form = "en JSON" if facts.text("form") == JSON else "sur papier"
    why = facts.after(" : ", COPY_REASONS.get(facts.text("reason"), ""))
    return f"Copie de toutes les données faite {form}{why}{_print(facts)}"


def _print(facts: Facts) -> str:
    return facts.after(", empreinte ", facts.text("digest")[:12])


def _asked(facts: Facts) -> str:
    who = facts.after(" par ", ASKERS.get(facts.text("asker"), ""))
    how = facts.after(", identité vérifiée ", CHECKS.get(facts.text("checked"), ""))
    return f"Effacement demandé{who}{how}"


def _declined(facts: Facts) -> str:
    why, _ = DECLINES.get(facts.text("why"), ("", ""))
    return f"Effacement refusé{facts.after(' : ', why)}"


def _done(facts: Facts) -> str:
    return f"Effacement terminé{facts.after(', ', TOLD_WORDS.get(facts.text('told'), ''))}"


# What became of the last word to the person.
TOLD_WORDS = {
    "sent": "la personne a été prévenue",
    "nobody": "sans contact pour prévenir la personne",
    "planned": "le dernier message n’est pas parti à temps",
    "withheld": "le dernier message a été retenu",
    "failed": "le dernier message n’est pas parti",
    "bounced": "le dernier message a été refusé",
    "in_doubt": "on ne sait pas si le dernier message est arrivé",
}
# What staff did is said where they are named; the same step of the machine is no second line.
BY_THE_WAY = frozenset({"erasure.order", "erasure.decline", "erasure.withdraw", "account.erase"})
PRIVACY: dict[str, Sentence] = {
    "privacy.erasure_asked": _asked,
    "privacy.erasure_order": "Effacement confirmé",
    "privacy.erasure_decline": _declined,
    "privacy.erasure_withdraw": "La personne renonce à l’effacement",
    "erasure.order": "Effacement confirmé",
    "erasure.decline": "Effacement refusé",
    "erasure.withdraw": "Demande d’effacement retirée",
    "erasure.begin": "Effacement commencé : accès fermé, la personne est prévenue",
    "erasure.hold_up": "Effacement suspendu : quelque chose est arrivé entre-temps",
    "erasure.finish": _done,
    "account.erase": "Données des personnes effacées, pièces comptables gardées",
    "account.expire": "Compte vidé : plus aucune pièce n’est due à la comptabilité",
    "privacy.exported": _copied,
    "details.granted": lambda f: f"Détail des factures ouvert pour un quart d’heure{_why(f)}",
    "privacy.period": lambda f: f"Durée de conservation changée{_period(f)}",
    "privacy.on": "Effacement chaque nuit mis en marche",
    "privacy.off": "Effacement chaque nuit arrêté",
    "privacy.swept": lambda f: f"Effacé, gardé assez longtemps{_counts(f)}",
}
