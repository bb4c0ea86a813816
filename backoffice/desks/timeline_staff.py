"""What happened in the practice and to its team, as French sentences."""

from collections.abc import Mapping

from backoffice.desks.timeline_facts import Facts, Sentence
from backoffice.desks.words import CHANNELS, LANGUAGES, NOTICE_TITLES
from shared.staff import ROLE_TITLES

_PURPOSES: Mapping[str, str] = {
    "invite": "invitation",
    "password": "nouveau mot de passe",
    "forgotten": "mot de passe oublié",
    "factor": "nouveau second facteur",
}


_MAILS: Mapping[str, str] = {
    "invitation": "invitation",
    "forgotten": "mot de passe oublié",
    "no_factor": "mot de passe oublié, sans second facteur",
    "password_told": "mot de passe changé",
    "factor_told": "second facteur changé",
    "reset_told": "accès remis à zéro",
}


def tries_of(facts: Facts) -> str:
    """How many wrong tries in a row, where there was more than one."""
    tries = facts.values.get("tries")
    return f", {tries} essais de suite" if isinstance(tries, int) and tries > 1 else ""


def _purpose(facts: Facts) -> str:
    return facts.after(" : ", _PURPOSES.get(facts.text("purpose"), ""))


def _mail(words: str) -> Sentence:
    return lambda f: words + f.after(" : ", _MAILS.get(f.text("mail"), ""))


STAFF: dict[str, Sentence] = {
    "practice.opened": "Cabinet ouvert",
    "keys.rotated": "Clé du cabinet enveloppée par une nouvelle clé maîtresse",
    "processor.connected": "Clés du prestataire de carte vérifiées et enregistrées",
    "processor.receipts": lambda f: (
        "Confirmé : le prestataire de carte n’envoie ni reçus ni e-mails de Link"
        if f.values.get("off")
        else "Confirmation retirée : les e-mails du prestataire de carte"
    ),
    "practice.settings": "Réglages du cabinet modifiés",
    "practice_text.saved": lambda f: (
        ("Mots du cabinet pour un message" if f.values.get("own") else "Mots d’Ardoise remis")
        + f.after(" : ", f.word("template", NOTICE_TITLES))
        + f.after(", ", f.word("channel", CHANNELS))
        + f.after(", en ", f.word("language", LANGUAGES))
        + f.after(", version ", f.text("version"))
    ),
    "setup_trial.asked": "Essai demandé",
    "setup_trial.begin": "Essai commencé",
    "setup_trial.pass": "Essai réussi",
    "setup_trial.fail": "Essai manqué",
    "staff_role.made": "Rôle créé",
    "staff_role.changed": "Rôle modifié",
    "staff_role.deleted": "Rôle supprimé",
    "import.kept": "Export du logiciel importé",
    "staff.added": "Membre de l’équipe ajouté",
    "staff.password_refused": lambda f: f"Mot de passe refusé{tries_of(f)}",
    "staff.code_refused": lambda f: f"Code refusé{tries_of(f)}",
    "staff.signed_in": "Session ouverte",
    "staff.entered": "Entrée depuis un autre cabinet",
    "staff.confirmed": "Présence confirmée avant un acte grave",
    "staff.signed_out": "Session fermée",
    "staff.unlocked": "Essais de connexion remis à zéro",
    "staff.reset": "Mot de passe et second facteur remplacés",
    "canned_answer.saved": "Réponse toute prête enregistrée",
    "canned_answer.removed": "Réponse toute prête retirée",
    "staff_user.suspend": "Accès suspendu",
    "staff_user.restore": "Accès rendu",
    "staff.role_changed": lambda f: (
        "Rôle changé"
        + f.after(" : ", ROLE_TITLES.get(f.text("before"), ""))
        + f.after(" → ", ROLE_TITLES.get(f.text("role"), ""))
    ),
    "staff.password_changed": "Mot de passe changé",
    "staff.totp_set": "Application d’authentification enregistrée",
    "staff.totp_removed": "Application d’authentification retirée",
    "staff.passkey_added": lambda f: "Clé d’accès ajoutée" + f.after(" : ", f.text("name")),
    "staff.passkey_removed": lambda f: "Clé d’accès retirée" + f.after(" : ", f.text("name")),
    "staff.codes_drawn": "Codes de secours tirés",
    "staff.recovery_used": "Code de secours employé",
    "staff.factors_reset": "Second facteur retiré par un propriétaire",
    "staff_link.made": lambda f: f"Lien créé{_purpose(f)}",
    "staff_link.use": lambda f: f"Lien suivi{_purpose(f)}",
    "staff_link.revoke": lambda f: f"Lien annulé{_purpose(f)}",
    "staff_mail.asked": _mail("E-mail à l’équipe demandé"),
    "staff_mail.claim": _mail("E-mail à l’équipe en train de partir"),
    "staff_mail.send": _mail("E-mail à l’équipe envoyé"),
    "staff_mail.retry": _mail("E-mail à l’équipe remis à plus tard par le serveur"),
    "staff_mail.refuse": _mail("E-mail à l’équipe refusé par le serveur"),
    "staff_mail.fail": _mail("E-mail à l’équipe qui n’a pas pu partir"),
    "staff_mail.lose": _mail("E-mail à l’équipe dont l’envoi est incertain"),
    "staff_mail.withhold": _mail("E-mail à l’équipe retenu"),
    "staff_mail.again": _mail("E-mail à l’équipe demandé de nouveau"),
    "staff_mail.withdraw": _mail("E-mail à l’équipe retiré"),
    "staff_membership.suspend": "Accès au cabinet suspendu",
    "staff_membership.restore": "Accès au cabinet rendu",
}
