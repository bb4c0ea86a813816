"""What happens with people's details and with what is kept, as French sentences."""

from backoffice.desks.timeline_facts import Facts, Sentence
from shared.privacy import COPY_REASONS, JSON, PERIODS, REASONS, in_words


def _why(facts: Facts) -> str:
    return facts.after(" : ", REASONS.get(facts.text("reason"), ""))


def _counts(facts: Facts) -> str:
    """« 12 codes expirés, 3 références d’envois »."""
    counts = facts.values.get("counts")
    if not isinstance(counts, dict):
        return ""
    return facts.after(" : ", ", ".join(in_words(counts)))


def _period(facts: Facts) -> str:
    period = PERIODS.get(facts.text("period"))
    return facts.after(" : ", f"{period.title}, {facts.text('days')} jours" if period else "")


def _copied(facts: Facts) -> str:
    form = "en JSON" if facts.text("form") == JSON else "sur papier"
    why = facts.after(" : ", COPY_REASONS.get(facts.text("reason"), ""))
    return f"Copie de toutes les données faite {form}{why}{_print(facts)}"


def _print(facts: Facts) -> str:
    return facts.after(", empreinte ", facts.text("digest")[:12])


PRIVACY: dict[str, Sentence] = {
    "privacy.exported": _copied,
    "details.granted": lambda f: f"Détail des factures ouvert pour un quart d’heure{_why(f)}",
    "privacy.period": lambda f: f"Durée de conservation changée{_period(f)}",
    "privacy.on": "Effacement chaque nuit mis en marche",
    "privacy.off": "Effacement chaque nuit arrêté",
    "privacy.swept": lambda f: f"Effacé, gardé assez longtemps{_counts(f)}",
}
