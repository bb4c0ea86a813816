"""Decisions about erasing: how a request lives, until when it is answered, and what is said of it."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from shared.base.errors import NotAllowedError
from shared.base.states import StateMachine

ERASURE = StateMachine(
    "erasure",
    initial=frozenset({"received"}),
    edges={
        ("received", "order"): "ordered",
        ("received", "decline"): "declined",
        # the person thought again
        ("received", "withdraw"): "withdrawn",
        # the worker shuts the person's doors and tells them
        ("ordered", "begin"): "begun",
        ("begun", "finish"): "done",
        # something came between: it waits for staff again
        ("ordered", "hold_up"): "received",
        ("begun", "hold_up"): "received",
    },
)
OPEN = ("received", "ordered", "begun")
UNDER_WAY = ("ordered", "begun")

# Whoever was at a page when their door was shut has left it by then, whatever their form still wrote.
SETTLES = timedelta(minutes=3)
# A last word that did not go by then keeps nobody's data any longer.
WAITS_FOR_WORD = timedelta(days=3)
FURTHEST_BACK = timedelta(days=60)

ASKERS: Mapping[str, str] = {
    "person": "la personne elle-même",
    "representative": "la personne qui la représente",
    "authority": "une autorité (CNIL, tribunal)",
}
CHECKS: Mapping[str, str] = {
    "in_person": "au cabinet, avec une pièce d’identité",
    "called_back": "rappelée au numéro du dossier",
    "in_space": "demandé depuis son espace privé",
    "in_writing": "par courrier, avec une copie de pièce d’identité",
}
# Why a request is declined: the reason that staff choose, and the sentence that can be told to whoever asked.
DECLINES: Mapping[str, tuple[str, str]] = {
    "accounting": (
        "il ne reste que des pièces comptables",
        "Nous ne gardons plus à votre nom que des pièces comptables. La loi nous les fait garder dix ans "
        "après la fin de l’exercice (Code de commerce, article L123-22) : nous ne pouvons pas les effacer "
        "avant.",
    ),
    "claim": (
        "un litige demande ces données",
        "Un litige est en cours. Ces données servent à établir nos droits ou les vôtres (RGPD, article "
        "17, paragraphe 3) : nous les gardons jusqu’à ce qu’il soit réglé.",
    ),
    "identity": (
        "l’identité n’a pas pu être vérifiée",
        "Nous n’avons pas pu vérifier qui demande. Écrivez-nous avec une preuve de votre identité, et "
        "nous reprendrons votre demande.",
    ),
    "repeated": (
        "la même demande revient sans raison nouvelle",
        "Nous avons déjà répondu à la même demande et rien n’a changé depuis (RGPD, article 12, "
        "paragraphe 5).",
    ),
}
APPEAL = (
    "Vous pouvez réclamer auprès de la CNIL (cnil.fr, 3 place de Fontenoy, 75007 Paris) "
    "ou saisir un tribunal."
)


def answer_by(received_on: date) -> date:
    """The last day of the month that GDPR, art. 12 gives: the same day of the next month, or its last."""
    year, month = divmod(received_on.year * 12 + received_on.month, 12)
    return date(year, month + 1, min(received_on.day, monthrange(year, month + 1)[1]))


def check_request(*, asker: str, checked: str, received_on: date, today: date) -> None:
    """Whether a request can be noted so. Raises NotAllowedError, in a sentence that says what to do."""
    if asker not in ASKERS:
        raise NotAllowedError("Choisissez qui demande l’effacement.")
    if checked not in CHECKS:
        raise NotAllowedError("Choisissez comment l’identité a été vérifiée.")
    if not today - FURTHEST_BACK <= received_on <= today:
        raise NotAllowedError(
            "Écrivez le jour où la demande est arrivée : aujourd’hui, ou l’un des soixante jours passés."
        )


def check_decline(why: str) -> None:
    """Raises NotAllowedError for none of the reasons for which a request is declined."""
    if why not in DECLINES:
        raise NotAllowedError("Choisissez pourquoi la demande est refusée.")
