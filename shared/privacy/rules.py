"""Decisions about privacy: why staff may open the lines of an account, and for how long."""

from collections.abc import Mapping
from datetime import timedelta

from shared.base.errors import NotAllowedError

OPEN_FOR = timedelta(minutes=15)
LONGEST_NOTE = 500
OTHER = "other"
COPY = "copy"
REASONS: Mapping[str, str] = {
    "question": "la personne pose une question sur sa facture",
    "contested": "répondre à une facture contestée",
    "refund": "vérifier un remboursement",
    "mistake": "une erreur possible dans la facture",
    COPY: "une copie de toutes les données est demandée",
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


# Why a copy of everything about a person is made.
COPY_REASONS: Mapping[str, str] = {
    "person": "la personne la demande",
    "representative": "la personne qui la représente la demande",
    "portability": "la personne change de cabinet et l’emporte",
    "authority": "une autorité la demande (CNIL, tribunal)",
}


def check_copy_reason(reason: str) -> None:
    """Raises NotAllowedError for none of the reasons for which a copy is made."""
    if reason not in COPY_REASONS:
        raise NotAllowedError("Choisissez pourquoi vous faites cette copie.")
