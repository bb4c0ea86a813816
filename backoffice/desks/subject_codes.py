"""The French words for the coded values of the copy of a person’s data, by section and column."""

from collections.abc import Mapping

from backoffice.desks.decision_words import FORGIVE_OUTCOMES, FORGIVE_REASONS, NATURE_WORDS
from backoffice.desks.message_words import MEDIA, REASONS, SUBJECTS, WISHES
from backoffice.desks.order_words import END_REASONS, OUTCOMES, REFUND_REASONS, WHAT
from backoffice.desks.subject_states import STATES, Words
from backoffice.desks.timeline_privacy import TOLD_WORDS
from backoffice.desks.timeline_words import WHY_NOT_SENT
from backoffice.desks.words import (
    CANCEL_REASONS,
    CHANGE_KINDS,
    CHANNELS,
    CONTACT_KINDS,
    DECLINE_REASONS,
    DISPUTE_REASONS,
    LANGUAGES,
    METHODS,
    NOTICE_TITLES,
    PARTY_ROLES,
    RELATIONS,
    RELEASE_TITLES,
)
from backoffice.desks.words import WISHES as WISHES_OF_CHANNEL
from shared.accounts import HOLD_TITLES
from shared.erasing import ASKERS, CHECKS, DECLINES
from shared.ladder import DECLINE_REASONS as LETTER_REASONS
from shared.ladder import SEGMENT_TITLES, WITHHELD_TITLES
from shared.privacy import REASONS as WHY_OPENED
from shared.staff import ROLE_TITLES
from shared.worklist import KINDS, PUT_OFF_REASONS

BOOKINGS: Words = {
    "opening": "reprise",
    "invoice": "facture",
    "adjustment": "correction",
    "undo": "import annulé",
    "card_payment": "paiement par carte",
    "card_refund": "remboursement par carte",
    "card_refund_back": "remboursement par carte revenu",
    "card_dispute_fee": "frais d’une contestation",
    "desk_payment": "paiement reçu à l’accueil",
    "desk_payment_back": "paiement reçu à l’accueil, annulé",
    "desk_refund": "remboursement à l’accueil",
    "credit_use": "trop-perçu utilisé",
    "forgiven": "somme qui n’est plus demandée",
    "stray": "paiement retrouvé chez le prestataire",
    "stray_return": "paiement retrouvé, rendu",
    "stray_return_back": "paiement retrouvé, revenu",
    "stray_assigned": "paiement retrouvé, rattaché au compte",
    "stray_dispute": "paiement retrouvé, repris par la banque",
    "stray_dispute_back": "paiement retrouvé, rendu par la banque",
}
LEDGER: Words = {
    "patients": "patients",
    "amo": "caisse",
    "amc": "complémentaire",
    "revenue": "recettes",
    "opening": "reprise",
    "elsewhere": "réglé hors d’Ardoise",
    "processor": "prestataire de carte",
    "credit": "trop-perçus",
    "cash": "espèces",
    "cheques": "chèques",
    "terminal": "carte au terminal",
    "transfers": "virements",
    "fees": "frais",
    "unassigned": "à attribuer",
    "taken_twice": "parti deux fois",
    "at_bank": "à la banque",
    "waived": "abandons",
    "written_off": "irrécouvrable",
}
_SIDES: Words = {"patient": "la personne", "staff": "le cabinet", "system": "Ardoise"}
_MACHINES: Words = {
    "portal": "la personne, par son espace",
    "ardoise": "Ardoise",
    "processor": "prestataire de carte",
    "command line": "l’installation",
}
# An order to give money back and one to give up a debt end by the same codes.
_ORDER_ENDS: Words = {
    **END_REASONS,
    "not_due": "ce n’est pas à faire",
    "wrong_sum": "la somme, le paiement ou la raison sont à revoir",
    "otherwise": "à faire autrement",
}
_ERASING_WAITS: Words = {
    **{code: words for code, (words, _) in DECLINES.items()},
    "owed": "il reste une somme à payer",
    "credit": "il reste un trop-perçu",
    "paying": "un paiement est en cours",
    "plan": "un paiement en plusieurs fois court",
    "aid": "une demande d’aide attend",
    "message": "un message attend une réponse",
    "proposal": "un changement de contact attend",
    "dispute": "un paiement est contesté à la banque",
    "refund": "une opération d’argent est en cours",
    "hold": "une pause est active",
    "doubt": "on ne sait pas si un message est parti",
    "import": "une liste attend d’être importée",
    "work": "un travail reste à faire",
}
_CHOICES: Words = {
    "all": "tout",
    "some": "des factures choisies",
    "other": "une autre somme",
    "part": "une partie",
    "link": "par un lien pour quelqu’un d’autre",
    "card": "enregistrer une carte",
    "charge": "prélèvement d’un accord",
}
_OF_COLUMN: Mapping[str, Words] = {
    **dict.fromkeys(("language", "source_language", "agreed_language"), LANGUAGES),
    **dict.fromkeys(("asked_name", "decided_name", "handed_name", "dropped_name"), _MACHINES),
    **dict.fromkeys(("assigned_name", "assigned_by", "author", "set_name", "sent_name"), _MACHINES),
    **dict.fromkeys(("placed_by", "released_by", "later_by", "closed_by"), _MACHINES),
    "noted_name": _MACHINES,
    "ledger_account": LEDGER,
    "method": METHODS,
    "subject": SUBJECTS,
    "wishes": WISHES,
    "reasons": REASONS,
    "relation": RELATIONS,
    "asker": ASKERS,
    "checked": CHECKS,
    "told": TOLD_WORDS,
    "choice": _CHOICES,
    "way": {"card": "carte", "link": "lien"},
    "made_by": _SIDES,
    "asked": {"pause": "une pause", "dates": "d’autres dates"},
    "nature": NATURE_WORDS,
    "side": _SIDES,
    "media": MEDIA,
    "template": NOTICE_TITLES,
    "withheld": WITHHELD_TITLES,
    "segment": SEGMENT_TITLES,
    "release_reason": RELEASE_TITLES,
    "later_reason": PUT_OFF_REASONS,
    "decline_reason": DECLINE_REASONS,
    "source_channel": WISHES_OF_CHANNEL,
    "by": _SIDES,
}
_OF_SECTION: Mapping[tuple[str, str], Words] = {
    **{(section, "status"): words for section, words in STATES.items()},
    ("account", "channel"): WISHES_OF_CHANNEL,
    ("notices", "channel"): CHANNELS,
    ("people", "role"): PARTY_ROLES,
    ("looks_at_details", "role"): ROLE_TITLES,
    ("openings_of_details", "role"): ROLE_TITLES,
    ("contacts", "kind"): CONTACT_KINDS,
    # what is proposed, and of which kind a proposed contact is
    ("proposed_changes", "kind"): {**CHANGE_KINDS, **CONTACT_KINDS},
    ("bookings", "kind"): BOOKINGS,
    ("refunds", "kind"): {"refund": "remboursement", "dispute": "repris par la banque"},
    ("money_orders", "kind"): WHAT,
    ("pauses", "kind"): HOLD_TITLES,
    ("bank_disputes", "reason"): DISPUTE_REASONS,
    ("money_orders", "reason"): {
        **REFUND_REASONS,
        **CANCEL_REASONS,
        **FORGIVE_REASONS,
        "desk": "reçu à l’accueil",
        "assign": "rattaché au compte",
        "staff": "demandé par l’équipe",
    },
    ("money_orders", "why"): _ORDER_ENDS,
    ("money_orders", "outcome"): {
        **OUTCOMES,
        **FORGIVE_OUTCOMES,
        "nothing_to_use": "il n’y avait plus rien à utiliser",
    },
    ("formal_notices", "reason"): LETTER_REASONS,
    ("looks_at_details", "reason"): WHY_OPENED,
    ("openings_of_details", "reason"): WHY_OPENED,
    ("notices", "purpose"): {
        "ladder": "rappel",
        "new_link": "nouveau lien",
        "news": "nouvelle",
        "code": "code",
    },
    ("notices", "outcome"): WHY_NOT_SENT,
    ("codes_asked", "purpose"): {"details": "voir le détail", "contact": "changer de contact"},
    ("erasure_requests", "why"): _ERASING_WAITS,
}


def words_of(section: str, column: str) -> Words:
    """By code, the words for the values of a column; none where they are no codes."""
    if (section, column) == ("staff_tasks", "kind"):  # offered by each concept once it is loaded
        return {key: kind.title for key, kind in KINDS.items()}
    return _OF_SECTION.get((section, column), _OF_COLUMN.get(column, {}))


def worded(section: str, column: str, code: str) -> str:
    """The words for a code of a column; any other value as it is."""
    return words_of(section, column).get(code, code)
