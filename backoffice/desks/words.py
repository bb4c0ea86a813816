"""How states are said to staff, in French."""

from collections.abc import Mapping

from shared.accounts import BY_HAND, HOLD_TITLES
from shared.ladder import STEP_TITLES, WITHHELD_TITLES

# A message is named after the step that it is.
NOTICE_TITLES: Mapping[str, str] = STEP_TITLES | {
    "new_link": "Nouveau lien",
    "answered": "Réponse annoncée",
    "message_noted": "Demande bien notée",
    "plan_agreed": "Accord noté",
    "plan_answer": "Réponse sur un accord",
    "instalment_near": "Date d’un accord proche",
    "instalment_due": "Date d’un accord arrivée",
    "instalment_missed": "Date d’un accord passée",
    "instalment_by_hand": "Date d’un accord à confirmer",
    "charge_passed": "Date d’un accord passée après un changement",
    "card_ends": "Carte d’un accord à changer",
    "refunded": "Remboursement annoncé",
    "forgiven": "Somme abandonnée, annoncée",
    "debit_failed": "Prélèvement non abouti, annoncé",
    "payment_cancelled": "Annulation d’un paiement, annoncée",
    "code": "Code à usage unique",
    "change_asked": "Changement demandé, contact prévenu",
    "change_done": "Changement fait, contact prévenu",
    "change_answer": "Réponse à un changement",
    "data_erased": "Effacement annoncé, dernier message",
}
# What is shown of a notice's status: a word and its tone.
NOTICE_OUTCOMES: Mapping[str, tuple[str, str]] = {
    "planned": ("prévu", "go"),
    "claimed": ("en train de partir", "go"),
    "sent": ("envoyé", "ok"),
    "withheld": ("retenu", "warn"),
    "bounced": ("refusé", "err"),
    "failed": ("non parti", "err"),
    "in_doubt": ("incertain", "warn"),
}
CHANNELS: Mapping[str, str] = {"sms": "SMS", "email": "e-mail", "letter": "lettre"}
WISHES: Mapping[str, str] = {
    "any": "SMS ou e-mail",
    "sms": "SMS seulement",
    "email": "e-mail seulement",
    "letter": "lettre seulement",
}
LANGUAGES: Mapping[str, str] = {"fr": "français", "en": "anglais"}
CONTACT_KINDS: Mapping[str, str] = {
    "phone": "téléphone",
    "landline": "téléphone fixe",
    "email": "e-mail",
}
CONTACT_STATES: Mapping[str, tuple[str, str]] = {
    "usable": ("", ""),
    "bounced": ("ne marche plus", "err"),
    "opted_out": ("ne plus écrire", "warn"),
    "unsafe": ("partagé, ne plus y écrire", "warn"),
    "proposed": ("proposé, à décider", "warn"),
}
METHODS: Mapping[str, str] = {
    "card": "carte",
    "debit": "prélèvement",
    "cash": "espèces",
    "cheque": "chèque",
    "terminal": "carte au terminal",
    "transfer": "virement",
}
# What staff choose from when money came at the desk, and how it is said in a sentence.
DESK_METHODS: Mapping[str, str] = {
    method: METHODS[method] for method in ("cash", "cheque", "terminal", "transfer")
}
BY_METHOD: Mapping[str, str] = {
    "cash": "en espèces",
    "cheque": "par chèque",
    "terminal": "par carte au terminal",
    "transfer": "par virement",
}
# Where money goes back that nobody hands over.
BACK_TO: Mapping[str, str] = {"card": "sur la carte", "debit": "sur le compte en banque"}
# Why a payment that was noted is none.
CANCEL_REASONS: Mapping[str, str] = {
    "mistake": "erreur de saisie",
    "twice": "noté deux fois",
    "unpaid_cheque": "chèque revenu impayé",
    "terminal_refused": "opération du terminal annulée",
    "not_arrived": "virement non arrivé",
}
REFUND_STATES: Mapping[str, str] = {
    "pending": "Remboursement en cours",
    "succeeded": "Remboursé",
    "failed": "Remboursement non abouti",
}
TAKEN_STATES: Mapping[str, str] = {
    "pending": "Repris par la banque",
    "succeeded": "Repris par la banque",
    "failed": "Repris par la banque, puis rendu",
}
DISPUTE_STATES: Mapping[str, tuple[str, str]] = {
    "inquiry": ("la banque pose des questions", "warn"),
    "open": ("la banque a repris l’argent", "err"),
    "won": ("gagnée, l’argent est revenu", "ok"),
    "lost": ("perdue", "err"),
    "closed": ("questions closes", "ok"),
}
# What banks give as the reason, as the processor codes it.
DISPUTE_REASONS: Mapping[str, str] = {
    "credit_not_processed": "un remboursement attendu n’est pas arrivé",
    "duplicate": "payé deux fois",
    "fraudulent": "le titulaire de la carte dit ne pas avoir payé",
    "general": "sans raison précise",
    "product_not_received": "le titulaire dit n’avoir rien reçu",
    "product_unacceptable": "le titulaire n’est pas d’accord",
    "subscription_canceled": "un accord de paiement était arrêté",
    "unrecognized": "le titulaire ne reconnaît pas le paiement",
}
PARTY_ROLES: Mapping[str, str] = {
    "debtor": "titulaire",
    "patient": "patient",
    "representative": "représentant",
    "former": "ancien représentant",
}
CHANGE_KINDS: Mapping[str, str] = {
    "contact": "Nouveau contact",
    "representative": "Représentant",
}
RELATIONS: Mapping[str, str] = {
    "parent": "parent d’un enfant mineur",
    "guardian": "tuteur ou curateur",
    "mandate": "habilitation ou mandat",
}
# What the person reads in their space; the sentences there are portal/pages/preferences.py's.
DECLINE_REASONS: Mapping[str, str] = {
    "call": "Nous voulons d’abord en parler",
    "unproven": "Il manque un document",
    "mistake": "C’est sans doute une erreur",
}
ACTORS: Mapping[str, str] = {
    "patient": "portail",
    "system": "Ardoise",
    "import": "import",
    "processor": "paiement par carte",
}

# Why a step does not take place, by what has to happen: a pause ends, somebody mends, time passes.
REASON_GROUPS: Mapping[str, tuple[str, ...]] = {
    "En pause": tuple(reason for reason in WITHHELD_TITLES if reason.startswith("hold_")),
    "Bloqué": ("door_closed", "no_identity", "no_contact", "letter_only", "stale"),
    "En attente": ("paying", "cap_week", "cap_cycle"),
}

# What staff choose from when they end a hold; the key is what is kept.
RELEASE_REASONS: Mapping[str, str] = {
    "answered": "réponse donnée",
    "agreed": "accord trouvé",
    "paid": "réglé autrement",
    "over": "le délai est passé",
    "mistake": "posée par erreur",
}
# Why staff may pause, and what the patient reads of it.
PAUSE_REASONS: Mapping[str, tuple[str, str]] = {
    kind: (HOLD_TITLES[kind], sentence) for kind, sentence in BY_HAND.items()
}
# Why staff end a conversation that nobody answered.
WITHOUT_ANSWER: Mapping[str, str] = {
    "spoken": "répondu de vive voix",
    "withdrawn": "demande retirée par la personne",
    "agreed": RELEASE_REASONS["agreed"],
    "paid": RELEASE_REASONS["paid"],
    "not_due": "aucune réponse n’est attendue",
}
# With those that an import gives when it ends a hold by itself.
RELEASE_TITLES: Mapping[str, str] = {
    **RELEASE_REASONS,
    **WITHOUT_ANSWER,
    "returned": "de nouveau dans l’export",
    "acknowledged": "nos paiements sont entrés dans le logiciel",
    "forgiven": "ce qui restait n’est plus demandé",
    "import_undone": "l’import qui l’avait posée est annulé",
    "refund_failed": "le remboursement n’a pas abouti",
    "dispute_won": "la contestation est gagnée",
    "grant": "aide accordée",
    "decline": "aide déclinée",
}


def title(words: Mapping[str, str], key: str) -> str:
    """The word for a key; the key itself, readable, when there is none yet."""
    return words.get(key, key.replace("_", " "))
