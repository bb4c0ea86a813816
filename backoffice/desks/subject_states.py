"""The French words for every state in the copy of a person’s data, by section."""

from collections.abc import Mapping

from backoffice.desks.decision_words import STATES as PLAN_STATES
from backoffice.desks.message_words import AID_STATES, THREAD_STATES
from backoffice.desks.words import CONTACT_STATES, DISPUTE_STATES, NOTICE_OUTCOMES

Words = Mapping[str, str]
EXPIRED = "expiré"
# What is over once its day of end is past, although no event says so.
ENDS_BY_ITSELF: Mapping[str, frozenset[str]] = {
    "links": frozenset({"live"}),
    "links_for_others": frozenset({"live"}),
    "codes_asked": frozenset({"asked", "drawn"}),
}


def _first(states: Mapping[str, tuple[str, str]]) -> Words:
    """The words of states that also bear a tone."""
    return {key: word for key, (word, _) in states.items() if word}


_LINKS: Words = {"live": "actif", "revoked": "coupé"}
_ASKED: Words = {"asked": "demandé", "answered": "répondu", "declined": "décliné"}
STATES: Mapping[str, Words] = {
    "account": {
        "open": "ouvert",
        "erased": "données effacées",
        "expired": "fini, données parties",
        "withdrawn": "retiré",
    },
    "contacts": {
        "usable": "utilisable",
        "replaced": "remplacé",
        **_first(CONTACT_STATES),
    },
    "proposed_changes": {
        "asked": "demandé",
        "confirmed": "confirmé par la personne, à décider",
        "accepted": "accepté",
        "declined": "décliné",
        "withdrawn": "retiré",
        "lapsed": "jamais confirmé",
    },
    "invoices": {
        "issued": "à payer",
        "settled": "soldée : plus rien à payer",
        "withdrawn": "retirée",
    },
    "payment_attempts": {
        "created": "commencé",
        "redirected": "page de paiement ouverte",
        "processing": "en cours à la banque",
        "succeeded": "réussi",
        "saved": "carte enregistrée",
        "failed": "non abouti",
        "expired": EXPIRED,
    },
    "refunds": {"pending": "en cours", "succeeded": "réussi", "failed": "non abouti"},
    "payments_found": {"found": "à attribuer", "assigned": "attribué", "returned": "rendu"},
    "bank_disputes": _first(DISPUTE_STATES),
    "money_orders": {
        "waiting": "à valider par un responsable",
        "agreed": "accepté",
        "approved": "approuvé",
        "sent": "envoyé",
        "done": "fait",
        "declined": "décliné",
        "refused": "n’a pas pu se faire",
        "withdrawn": "retiré",
    },
    "plans": _first(PLAN_STATES),
    "saved_cards": {
        "asked": "demandée",
        "kept": "enregistrée",
        "lapsed": "jamais enregistrée",
        "removing": "en train d’être retirée",
        "removed": "retirée",
    },
    "links_for_others": _LINKS,
    "conversations": {**_first(THREAD_STATES), "merged": "rassemblée avec une autre"},
    "requests_for_help": _first(AID_STATES),
    "notices": _first(NOTICE_OUTCOMES),
    "reminders": {"open": "en cours", "closed": "terminé"},
    "formal_notices": {
        "open": "à décider",
        "approved": "approuvée",
        "declined": "refusée",
        "postponed": "reportée",
        "sent": "envoyée",
    },
    "pauses": {"active": "en cours", "released": "levée"},
    "staff_tasks": {"open": "à faire", "done": "fait"},
    "links": _LINKS,
    "link_requests": _ASKED,
    "codes_asked": {
        "asked": "demandé",
        "drawn": "envoyé",
        "used": "utilisé",
        "dead": "fini",
        "declined": "non envoyé",
    },
    "erasure_requests": {
        "received": "reçue",
        "ordered": "confirmée",
        "begun": "commencée",
        "done": "faite",
        "declined": "déclinée",
        "withdrawn": "retirée",
    },
}
