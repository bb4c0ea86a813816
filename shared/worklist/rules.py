"""What kinds of work wait for a human, how a task lives, ends by hand, and is put off."""

from collections.abc import Mapping
from datetime import date, timedelta

from shared.base.errors import NotAllowedError
from shared.base.formats import day
from shared.base.states import StateMachine

TASK = StateMachine(
    "task",
    initial=frozenset({"open"}),
    edges={
        ("open", "done"): "done",
        ("open", "vanished"): "done",
    },
)

# Where a kind stands on the list « Aujourd’hui », in this order.
GROUPS: Mapping[str, str] = {
    "messages": "Messages",
    "agreements": "Accords et aides",
    "calls": "Appels",
    "payers": "Payeurs",
    "contacts": "Contacts",
    "money": "Argent",
    "letters": "Lettres",
    "files": "Dossiers",
}
# Why work is done that no act of Ardoise's own ends; the key is what is kept.
REASONS: Mapping[str, str] = {
    "reached": "la personne a été jointe",
    "no_answer": "appelée, sans réponse",
    "posted": "lettre envoyée",
    "told": "la personne est prévenue",
    "works": "le contact marche",
    "filed": "corrigé dans le logiciel du cabinet",
    "found": "paiement retrouvé",
    "not_found": "cherché, rien n’est arrivé",
    "payer_answered": "la caisse ou la complémentaire a répondu",
    "given_back": "rendu ou utilisé",
    "mended": "corrigé dans les pages du prestataire",
    "explained": "compris, il n’y a rien à corriger",
    "otherwise": "réglé autrement",
    "reported": "transmis à qui tient l’installation",
    "mistake": "sans objet",
}
PUT_OFF_REASONS: Mapping[str, str] = {
    "person": "la personne rappelle ou répond ce jour-là",
    "payer": "la caisse, la complémentaire ou la banque doit répondre",
    "colleague": "une collègue s’en occupe à son retour",
    "paper": "un papier doit arriver",
}
LONGEST_PUT_OFF = timedelta(days=60)
# Whom a task's day was promised to: a patient who waits, or a bank or processor that stops listening then.
TO_PATIENT, TO_BANK = "patient", "bank"


def check_put_off(
    until: date, *, today: date, promised: date, promise: str, told: bool, reason: str
) -> None:
    """Whether work may be put off to that day. ``told`` says that whoever was promised the earlier day
    knows of the later one. Raises NotAllowedError, in a sentence that says what to do."""
    if reason not in PUT_OFF_REASONS:
        raise NotAllowedError("Choisissez pourquoi c’est reporté.")
    latest = today + LONGEST_PUT_OFF
    if not today < until <= latest:
        raise NotAllowedError(
            f"Choisissez un jour entre demain et le {day(latest, today=today)}, soixante jours au plus."
        )
    if promise == TO_BANK and until > promised:
        raise NotAllowedError(
            f"La banque n’attend que jusqu’au {day(promised, today=today)} : choisissez un jour avant."
        )
    if promise == TO_PATIENT and until > promised and not told:
        raise NotAllowedError(
            f"La personne attend une réponse pour le {day(promised, today=today)} : "
            "choisissez un jour avant, ou prévenez-la et cochez « La personne est prévenue »."
        )
