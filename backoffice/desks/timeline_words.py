"""What happened, as a French sentence for each kind of event."""

from collections.abc import Mapping
from typing import Any

from backoffice.desks.card_words import CARDS
from backoffice.desks.decision_words import STOP_REASONS
from backoffice.desks.order_words import HANDED
from backoffice.desks.timeline_desk import DESK
from backoffice.desks.timeline_facts import Facts, Sentence
from backoffice.desks.timeline_imports import IMPORTS
from backoffice.desks.timeline_ladder import LADDER
from backoffice.desks.timeline_messages import MESSAGES
from backoffice.desks.timeline_orders import ORDERS
from backoffice.desks.timeline_preferences import PREFERENCES
from backoffice.desks.timeline_privacy import PRIVACY
from backoffice.desks.timeline_staff import STAFF, tries_of
from backoffice.desks.timeline_strays import STRAYS
from backoffice.desks.timeline_work import WORK
from backoffice.desks.words import CHANNELS, NOTICE_TITLES, RELEASE_TITLES
from shared.accounts import HOLD_TITLES
from shared.base.formats import french_spaces
from shared.ladder import WITHHELD_TITLES

UNKNOWN = "Événement enregistré"

WHY_NOT_SENT: Mapping[str, str] = WITHHELD_TITLES | {
    "not_due": "ce n’était plus le moment",
    "contact_changed": "le contact a changé",
    "no_link": "aucun lien n’a pu être fait",
    "interrupted": "l’envoi a été interrompu",
    "read_already": "la réponse est déjà lue",
    "code_over": "le code n’était plus valable",
}
_WHY_REVOKED = {
    "wrong_tries": "trop de mauvaises réponses",
    "not_sent": "le message n’est pas parti",
    "contact_changed": "le contact a changé",
    "staff": "demandé par l’équipe",
}
_CHANGES = {
    "key": "numéro de dossier",
    "people": "personnes",
    "contacts": "contacts",
    "language": "langue",
    "channel": "moyen de contact",
    "protection": "protection",
}


def _notice(facts: Facts) -> str:
    named = facts.word("template", NOTICE_TITLES) if facts.text("template") else ""
    return f"Message « {named} »" if named else "Message"


def _channel(facts: Facts) -> str:
    return facts.after(" par ", CHANNELS.get(facts.text("channel"), ""))


def _why(facts: Facts) -> str:
    return facts.after(" : ", WHY_NOT_SENT.get(facts.text("reason"), ""))


def _refund(facts: Facts) -> str:
    return f"{facts.after(' : ', facts.money())}{facts.after(', du reçu ', facts.text('receipt'))}"


def _taken(facts: Facts) -> bool:
    """Whether a bank took the money, not the practice gave it."""
    return facts.text("of") == "dispute"


_HOLDS: dict[str, Sentence] = {
    "hold.placed": lambda f: (
        "Pause"
        + f.after(" : ", f.word("hold", HOLD_TITLES))
        + f.after(", à revoir le ", f.day("review_on"))
    ),
    "hold.release": lambda f: (
        "Pause levée"
        + f.after(" : ", f.word("hold", HOLD_TITLES))
        + f.after(" ; raison : ", f.word("reason", RELEASE_TITLES))
    ),
}
_CONTACTS: dict[str, Sentence] = {
    "contact_point.bounce": lambda f: f"Le contact{_channel(f)} ne marche plus",
    "contact_point.opt_out": "Contact à ne plus utiliser",
    "contact_point.confirm": "Contact confirmé",
    "contact_point.opt_in": "Contact de nouveau utilisable",
    "contact_point.replace": "Contact remplacé",
    "contact_point.mark_unsafe": "Contact lu par d’autres personnes : ne plus y écrire",
    "contact_point.accept": "Contact proposé accepté",
    "contact_point.drop": "Contact proposé écarté",
    "contact.shown": "Numéro de téléphone montré pour un appel",
    "contact.refused_shown": "Contact refusé montré en entier",
    "account.changed": lambda f: (
        "Dossier mis à jour par le logiciel" + f.after(" : ", f.words("what", _CHANGES))
    ),
}
_LINKS: dict[str, Sentence] = {
    "link.asked": "Nouveau lien demandé",
    "link.printed": "Lien fait par l’équipe",
    "link.opened": "Lien ouvert, identité donnée",
    "link.revoke": lambda f: "Lien coupé" + f.after(" : ", _WHY_REVOKED.get(f.text("reason"), "")),
    "link_request.answer": "Nouveau lien accordé",
    "link_request.decline": "Nouveau lien impossible",
    "pay_link.made": lambda f: f"Lien pour que quelqu’un d’autre paie{f.after(' : ', f.money())}",
    "pay_link.revoke": "Lien pour quelqu’un d’autre coupé",
    "identity.wrong": lambda f: f"Identité refusée{tries_of(f)}",
    "door.closed": "Porte fermée après dix mauvaises réponses en un jour",
    "door.reopened": "Porte rouverte",
}
_NOTICES: dict[str, Sentence] = {
    "notice.claim": lambda f: f"{_notice(f)} : envoi commencé",
    "notice.send": lambda f: f"{_notice(f)} envoyé{_channel(f)}",
    "notice.withhold": lambda f: f"{_notice(f)} retenu{_why(f)}",
    "notice.retry": lambda f: f"{_notice(f)}{_channel(f)} non parti, repris plus tard",
    "notice.refuse": lambda f: f"{_notice(f)}{_channel(f)} refusé",
    "notice.fail": lambda f: f"{_notice(f)}{_channel(f)} non parti",
    "notice.lose": lambda f: f"{_notice(f)}{_channel(f)} : envoi incertain",
    "notice.confirm": "Envoi incertain : le message est bien parti",
    "notice.deny": "Envoi incertain : le message n’est pas parti",
}
_LADDER: dict[str, Sentence] = {
    "ladder_cycle.opened": "Échelle commencée",
    "ladder_cycle.close": "Échelle terminée, plus rien n’est dû",
    "ladder.withheld": lambda f: f"Étape retenue{_why(f)}",
}
_MONEY: dict[str, Sentence] = {
    "invoice.imported": lambda f: f"Facture {f.text('number')} reçue du logiciel",
    "invoice.adjusted": lambda f: (
        f"Facture {f.text('number')} corrigée par le logiciel{f.after(' : ', f.money())}"
    ),
    "invoice.disputed": lambda f: f"Facture {f.text('number')} signalée comme contestée",
    "invoice.undisputed": lambda f: f"Facture {f.text('number')} n’est plus contestée",
    "invoice.settle": lambda f: f"Facture {f.text('number')} réglée",
    "invoice.reopen": lambda f: f"Facture {f.text('number')} de nouveau à payer",
    "payment_attempt.created": lambda f: f"Paiement commencé{f.after(' : ', f.money())}",
    "payment_attempt.redirect": lambda f: f"Page de paiement ouverte{f.after(' : ', f.money())}",
    "payment_attempt.process": lambda f: f"Paiement en cours{f.after(' : ', f.money())}",
    "payment_attempt.succeed": lambda f: (
        f"Paiement reçu{f.after(' : ', f.money())}{f.after(', reçu ', f.text('receipt'))}"
    ),
    "payment_attempt.fail": lambda f: f"Paiement refusé{f.after(' : ', f.money())}",
    "payment_attempt.release": lambda f: f"Paiement réglé à la main{f.after(' : ', f.money())}",
    "payment_attempt.expire": "Page de paiement fermée sans paiement",
    "payment.credit": lambda f: f"Trop-perçu{f.after(' : ', f.money())}",
    "refund.begun": lambda f: f"Remboursement commencé{_refund(f)}",
    "refund.succeed": lambda f: (
        f"Argent repris par la banque{_refund(f)}"
        if _taken(f)
        else f"Remboursement fait {HANDED.get(f.text('method'), 'par le même moyen')}{_refund(f)}"
    ),
    "refund.fail": lambda f: (
        f"{'Argent rendu par la banque' if _taken(f) else 'Remboursement non abouti'}{_refund(f)}"
    ),
    "dispute.asked": lambda f: f"La banque pose des questions sur un paiement{_refund(f)}",
    "dispute.take": lambda f: f"Paiement contesté à la banque{_refund(f)}",
    "dispute.close": lambda f: f"La banque ne pose plus de questions{_refund(f)}",
    "dispute.win": lambda f: f"Contestation gagnée{_refund(f)}",
    "dispute.lose": lambda f: f"Contestation perdue{_refund(f)}",
    "account.file_made": lambda f: f"Dossier du compte établi, empreinte {f.text('digest')[:12]}…",
    "dispute.evidence": lambda f: f"Faits réunis pour répondre à la banque{_refund(f)}",
    **STRAYS,
    "webhook_event.handle": "Signal du paiement par carte traité",
    "webhook_event.ignore": "Signal du paiement par carte sans objet",
}
_PLAN_MADE = {"proposed": "Étalement proposé par le patient", "offered": "Étalement proposé"}
_PLAN_ASKED = {"pause": "une pause", "dates": "d’autres dates"}


def _dates(facts: Facts) -> str:
    """« , en 24 dates »."""
    parts = facts.text("parts")
    return facts.after(", en ", parts and f"{parts} date{'s' if parts != '1' else ''}")


_PLANS: dict[str, Sentence] = {
    "plan.made": lambda f: (
        _PLAN_MADE.get(f.text("status"), "Étalement proposé")
        + f.after(" : ", f.money())
        + _dates(f)
    ),
    "plan.accept": "Accord d’étalement commencé",
    "plan.agree": "Notre proposition d’étalement est acceptée, l’accord commence",
    "plan.decline": "Proposition d’étalement déclinée",
    "plan.refuse": "Notre proposition d’étalement ne convient pas",
    "plan.withdraw": "Proposition d’étalement retirée",
    "plan.lapse": "Proposition d’étalement retirée ou sans objet",
    "plan.counter": "Proposition d’étalement remplacée par une autre",
    "plan.replace": "Accord d’étalement remplacé par un autre",
    "plan.asked": lambda f: (
        "Demande dans un accord d’étalement" + f.after(" : ", _PLAN_ASKED.get(f.text("what"), ""))
    ),
    "plan.pause": "Accord d’étalement en pause",
    "plan.resume": "Accord d’étalement repris",
    "plan.keep": "Accord d’étalement tenu jusqu’au bout",
    "plan.end": lambda f: (
        "Accord d’étalement arrêté" + f.after(" : ", STOP_REASONS.get(f.text("why"), ""))
    ),
}
SENTENCES: dict[str, Sentence] = {
    **_HOLDS,
    **_CONTACTS,
    **_LINKS,
    **_NOTICES,
    **_LADDER,
    **_MONEY,
    **MESSAGES,
    **_PLANS,
    **CARDS,
    **ORDERS,
    **PREFERENCES,
    **LADDER,
    **PRIVACY,
    **DESK,
    **IMPORTS,
    **WORK,
    **STAFF,
}


def sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """The event in French; a neutral word for a kind that has no sentence."""
    found = SENTENCES.get(kind, UNKNOWN)
    return french_spaces(found if isinstance(found, str) else found(Facts(facts)))
