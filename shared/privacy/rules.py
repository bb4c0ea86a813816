"""Decisions about privacy: why staff may open the lines of an account, and for how long."""

from collections.abc import Mapping
from datetime import timedelta

from shared.base.errors import NotAllowedError

OPEN_FOR = timedelta(minutes=15)
LONGEST_NOTE = 500
OTHER = "other"
REASONS: Mapping[str, str] = {
    "question": "la personne pose une question sur sa facture",
    "contested": "répondre à une facture contestée",
    "refund": "vérifier un remboursement",
    "mistake": "une erreur possible dans la facture",
    OTHER: "autre raison",
}


def check_reason(reason: str, note: str) -> None:
    """Raises NotAllowedError for no reason, and for one that needs a word beside it."""
    if reason not in REASONS:
        raise NotAllowedError("Choisissez pourquoi vous ouvrez le détail.")
    if reason == OTHER and not note:
        raise NotAllowedError("Écrivez en quelques mots pourquoi vous ouvrez le détail.")
    if len(note) > LONGEST_NOTE:
        raise NotAllowedError(
            f"La note compte au plus {LONGEST_NOTE} caractères : raccourcissez-la."
        )
