"""What is held about a person, as the copy on paper says it: titles, headings of values, codes."""

from collections.abc import Mapping

from backoffice.desks.decision_words import STATES as PLAN_STATES
from backoffice.desks.message_words import AID_STATES, REASONS, SUBJECTS, WISHES
from backoffice.desks.order_words import REFUND_REASONS, WHAT
from backoffice.desks.words import (
    CANCEL_REASONS,
    CHANGE_KINDS,
    CHANNELS,
    CONTACT_KINDS,
    CONTACT_STATES,
    DISPUTE_REASONS,
    DISPUTE_STATES,
    LANGUAGES,
    METHODS,
    NOTICE_OUTCOMES,
    NOTICE_TITLES,
    PARTY_ROLES,
    RELATIONS,
    RELEASE_TITLES,
)
from backoffice.desks.words import WISHES as WISHES_OF_CHANNEL
from shared.accounts import HOLD_TITLES
from shared.erasing import ASKERS, CHECKS
from shared.ladder import STEP_TITLES, WITHHELD_TITLES
from shared.privacy import REASONS as WHY_OPENED
from shared.worklist import KINDS

# By key of the export, in the order of the paper; what stands with something else has no title.
TITLES: Mapping[str, str] = {
    "account": "Le compte",
    "people": "Les personnes du compte",
    "contacts": "Contacts",
    "proposed_changes": "Changements proposés dans l’espace",
    "invoices": "Factures",
    "payments": "Paiements reçus",
    "payment_attempts": "Essais de paiement par carte",
    "refunds": "Remboursements",
    "credit_uses": "Trop-perçus utilisés",
    "payments_found": "Paiements retrouvés chez le prestataire",
    "bank_disputes": "Contestations auprès de la banque",
    "money_orders": "Opérations demandées par l’équipe",
    "sums_no_longer_asked": "Sommes qui ne sont plus demandées",
    "bookings": "Écritures comptables",
    "plans": "Paiements en plusieurs fois",
    "plan_dates": "Dates de ces paiements",
    "saved_cards": "Cartes enregistrées",
    "links_for_others": "Liens pour que quelqu’un d’autre paie",
    "conversations": "Conversations",
    "messages": "Ce qui a été écrit",
    "staff_notes": "Notes de l’équipe",
    "promised_answers": "Réponses promises",
    "documents": "Documents envoyés",
    "requests_for_help": "Demandes d’aide",
    "notices": "Messages partis ou retenus",
    "reminders": "Étapes des rappels",
    "reminder_profile": "Profil des rappels",
    "formal_notices": "Mises en demeure",
    "pauses": "Pauses",
    "staff_tasks": "Tâches de l’équipe",
    "links": "Liens envoyés",
    "link_requests": "Nouveaux liens demandés",
    "open_visits": "Visites ouvertes en ce moment",
    "wrong_answers": "Mauvaises réponses à l’identité",
    "codes_asked": "Codes demandés",
    "erasure_requests": "Demandes d’effacement",
    "looks_at_details": "Qui a regardé le détail des factures",
    "openings_of_details": "Ouvertures du détail par l’équipe",
    "events": "Historique",
}
# Rows that say of a row of another section which invoices it is for: (section, its column there).
SHARES: Mapping[str, tuple[str, str]] = {
    "payment_shares": ("payments", "payment_id"),
    "attempt_shares": ("payment_attempts", "attempt_id"),
    "refund_shares": ("refunds", "refund_id"),
    "money_order_shares": ("money_orders", "order_id"),
    "plan_invoices": ("plans", "plan_id"),
    "booking_lines": ("bookings", "entry_id"),
}
_WORDS: Mapping[str, str] = {
    **{key: kind.title for key, kind in KINDS.items()},
    **{key: word for key, (word, _) in {**CONTACT_STATES, **DISPUTE_STATES}.items() if word},
    **{key: word for key, (word, _) in NOTICE_OUTCOMES.items()},
    **{key: word for key, (word, _) in PLAN_STATES.items()},
    **{key: word for key, (word, _) in AID_STATES.items()},
    **CONTACT_KINDS,
    **PARTY_ROLES,
    **RELATIONS,
    **METHODS,
    **WHAT,
    **{"withdrawn": "retiré", "answered": "répondu", "postponed": "reporté", "used": "utilisé"},
    **{"portal": "la personne, par son espace", "ardoise": "Ardoise", "link": "lien"},
    **{"letter": "lettre", "kept": "tenu", "dead": "fini", "drawn": "envoyé"},
    **{"agreed": "accepté", "approved": "approuvé", "accepted": "accepté", "asked": "demandé"},
    **{"patients": "patients", "amo": "caisse", "amc": "complémentaire", "revenue": "recettes"},
    **{
        "opening": "reprise",
        "elsewhere": "réglé hors d’Ardoise",
        "processor": "prestataire de carte",
    },
    **{"credit": "trop-perçus", "cheques": "chèques", "transfers": "virements", "fees": "frais"},
    **{"unassigned": "à attribuer", "waived": "remises", "written_off": "irrécouvrable"},
    **{"invoice": "facture", "payment": "paiement", "ordinary": "ordinaire"},
    **{"staff": "le cabinet", "patient": "la personne", "pdf": "PDF", "sms": "SMS"},
    **{"usable": "utilisable", "replaced": "remplacé", "live": "actif", "revoked": "coupé"},
    **{"issued": "à payer", "settled": "réglé", "vanished": "disparue", "open": "ouvert"},
    **{"succeeded": "réussi", "expired": "expiré", "closed": "terminé", "done": "fait"},
    **{"released": "levée", "active": "en cours", "image": "image", "waiting": "en attente"},
    **{"secretary": "secrétariat", "manager": "responsable", "owner": "propriétaire du cabinet"},
}
# The words for the codes of a column, where they differ from what the same code means elsewhere.
VALUES: Mapping[str, Mapping[str, str]] = {
    "language": LANGUAGES,
    "source_language": LANGUAGES,
    "agreed_language": LANGUAGES,
    "subject": SUBJECTS,
    "wishes": WISHES,
    "reasons": REASONS,
    "asker": ASKERS,
    "checked": CHECKS,
    "step": STEP_TITLES,
    "template": NOTICE_TITLES,
    "withheld": WITHHELD_TITLES,
    "release_reason": RELEASE_TITLES,
    "channel": {**WISHES_OF_CHANNEL, **CHANNELS},
    "reason": {**DISPUTE_REASONS, **REFUND_REASONS, **CANCEL_REASONS, **WHY_OPENED},
}
OF_SECTION: Mapping[str, Mapping[str, str]] = {
    "pauses": HOLD_TITLES,
    "proposed_changes": CHANGE_KINDS,
}


def worded(section: str, column: str, code: str) -> str:
    """The word for a code of a column; the code as it is where there is none."""
    for words in (OF_SECTION.get(section, {}) if column == "kind" else {}, VALUES.get(column, {})):
        if code in words:
            return words[code]
    return _WORDS.get(code, code)
