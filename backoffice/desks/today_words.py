"""How the list « Aujourd’hui » is said: what a row is, and in which band of days it stands."""

from collections.abc import Mapping
from datetime import date, timedelta

# What stands in the column « Quoi », by group: a word and its tone.
WHAT: Mapping[str, tuple[str, str]] = {
    "messages": ("Message", "go"),
    "agreements": ("Accord", "warn"),
    "calls": ("Appel", ""),
    "payers": ("Payeur", ""),
    "contacts": ("Contact", "err"),
    "money": ("Argent", ""),
    "letters": ("Lettre", ""),
    "files": ("Dossier", ""),
}
WHAT_OF_KIND: Mapping[str, tuple[str, str]] = {
    "aid_decide": ("Aide", "warn"),
    "card_disputed": ("Litige", "err"),
    "dispute_lost": ("Litige", "err"),
    "dispute_mismatch": ("Litige", "err"),
}
# Where work is done, said on the way there; the parts of an account's page by their ids.
PARTS: Mapping[str, tuple[str, str]] = {
    "account": ("Ouvrir le compte", ""),
    "messages": ("Voir la conversation sur le compte", "messages"),
    "plan": ("Voir l’accord sur le compte", "plan"),
    "changes": ("Voir le changement sur le compte", "changes"),
    "payments": ("Voir les paiements du compte", "h-payments"),
    "notices": ("Voir les messages envoyés", "h-notices"),
    "door": ("Voir la porte fermée", "door"),
}
# Pages of an account's own beside its page, by endpoint.
PAGES: Mapping[str, tuple[str, str]] = {
    "letter": ("Voir la lettre", "ladder_letters.show"),
    "privacy": ("Voir la demande d’effacement", "account_privacy.show"),
}
DESKS: Mapping[str, tuple[str, str]] = {
    "orders": ("Ouvrir les validations", "agreements.list_orders"),
    "strays": ("Ouvrir les paiements à attribuer", "strays.list_strays"),
    "checks": ("Ouvrir « À vérifier »", "checks.list_checks"),
}
LATE, TODAY, TOMORROW, WEEK, LATER = (
    "En retard",
    "Aujourd’hui",
    "Demain",
    "Cette semaine",
    "Plus tard",
)


def band_of(day: date, *, today: date) -> str:
    """The band in which a day stands; a week ends on Sunday."""
    if day < today:
        return LATE
    if day == today:
        return TODAY
    if day == today + timedelta(days=1):
        return TOMORROW
    sunday = today + timedelta(days=6 - today.weekday())
    return WEEK if day <= sunday else LATER
