"""The settings of a practice as they are shown and asked for, one group a page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.accounts import Practice
from shared.base.transfers import in_fours

DESK = "desk_takes"
# Where French practices are, by what their clocks go by.
ZONES: Mapping[str, str] = {
    "Europe/Paris": "France métropolitaine",
    "America/Guadeloupe": "Guadeloupe, Saint-Barthélemy, Saint-Martin",
    "America/Martinique": "Martinique",
    "America/Cayenne": "Guyane",
    "Indian/Reunion": "La Réunion",
    "Indian/Mayotte": "Mayotte",
    "America/Miquelon": "Saint-Pierre-et-Miquelon",
    "Pacific/Noumea": "Nouvelle-Calédonie",
    "Pacific/Tahiti": "Polynésie française",
    "Pacific/Wallis": "Wallis-et-Futuna",
}
AT_DESK: Mapping[str, str] = {"card": "carte", "cash": "espèces", "cheque": "chèque"}


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: its column, its name, how it is asked for and what it means.

    ``kind`` is text, hours, zone, iban, desk, days, number, euros or switch.
    """

    column: str
    label: str
    kind: str
    help: str = ""


PRACTICE = (
    Field(
        "sender",
        "Nom d’expéditeur neutre",
        "text",
        "Ce que les patients lisent dans chaque SMS et e-mail : 3 à 30 caractères, aucun mot de soin ni de "
        "dette.",
    ),
    Field(
        "sms_sender",
        "Expéditeur des SMS",
        "text",
        "3 à 11 lettres sans accent, chiffres ou espaces, dont une lettre.",
    ),
    Field("phone", "Téléphone", "text", "Le numéro public, cité dans les messages."),
    Field(
        "opening_hours",
        "Heures où quelqu’un répond",
        "hours",
        "Dans une phrase : du lundi au vendredi, 9 h – 17 h.",
    ),
    Field("postal_address", "Adresse postale", "text", "Neutre : elle figure sur les reçus."),
    Field("siren", "SIREN", "text", "Neuf chiffres, pour les reçus."),
    Field("vat_mention", "Mention de TVA", "text", "Telle qu’elle figure sur les reçus."),
    Field("timezone", "Fuseau horaire", "zone", "Les heures d’envoi et les jours s’y règlent."),
)
MONEY = (
    Field("iban", "IBAN", "iban", "Le compte qui reçoit les virements. Vide : pas de virement."),
    Field("bic", "BIC", "text", "Seulement pour une banque hors de l’Espace économique européen."),
    Field(
        "account_holder",
        "Titulaire du compte",
        "text",
        "Tel que la banque le connaît ; il figure sur les relevés des patients.",
    ),
    Field("cheque_order", "Chèques à l’ordre de", "text", "Vide : pas de chèque."),
    Field(DESK, "Au secrétariat, on prend", "desk"),
    Field("minimum_payment_cents", "Plus petit paiement par carte", "euros"),
    Field(
        "four_eyes_cents",
        "Plafond d’un remboursement décidé seul",
        "euros",
        "Au-delà, un responsable valide. Relevé, il ne compte que 24 heures plus tard.",
    ),
    Field("bank_debit", "La page de paiement accepte le prélèvement bancaire", "switch"),
    Field("credit_by_itself", "Un trop-perçu règle de lui-même ce qui est dû ensuite", "switch"),
)
PLANS = (
    Field("plan_instant_cents", "Étalé aussitôt jusqu’à", "euros", "Au-delà, l’équipe décide."),
    Field("plan_minimum_cents", "Plus petite mensualité acceptée aussitôt", "euros"),
    Field("plan_most_months", "Nombre de mois au plus", "number"),
    Field("plan_first_now", "La première part se paie tout de suite", "switch"),
    Field("card_plans", "Les parts suivantes peuvent se prendre sur une carte gardée", "switch"),
    Field("answer_days", "Réponse promise sous", "days", "Jours ouvrés, dits aux patients."),
    Field("pause_days", "Une pause se revoit d’habitude après", "days", "Proposé, à changer."),
    Field(
        "granted_pause_days",
        "Une pause accordée pour aider dure d’habitude",
        "days",
        "Proposé, à changer.",
    ),
    Field(
        "aid_documents_days",
        "Les documents d’une demande d’aide s’effacent après la décision, au bout de",
        "days",
        "0 : le jour même.",
    ),
)
MESSAGES = (
    Field("link_days", "Un lien reste valable", "days", "Vaut pour les liens à venir."),
    Field(
        "source_fresh_days",
        "Une liste importée sert à relancer pendant",
        "days",
        "Plus vieille, aucun rappel ne part : la personne a peut-être payé entre-temps.",
    ),
    Field(
        "asks_more",
        "Demander aussi le code postal et la fin du téléphone",
        "switch",
        "Sans cela, la date de naissance suffit à ouvrir l’espace. Avec cela, un proche qui la connaît "
        "n’entre pas ; mais qui a déménagé ou changé de numéro non plus, et appellera.",
    ),
    Field(
        "keeps_lines",
        "Garder, chiffré, ce qui a été fait, quand l’import le dit",
        "switch",
        "Le patient le lit derrière un code. Sans cela, Ardoise ne connaît que des sommes.",
    ),
)
FIELDS = {field.column: field for field in (*PRACTICE, *MONEY, *PLANS, *MESSAGES)}


def euros(cents: int) -> str:
    """A sum as it is typed: 12,50."""
    return f"{cents // 100},{cents % 100:02}"


def typed_of(field: Field, value: Any) -> str:
    """A setting as it stands in its field."""
    match field.kind:
        case "hours":
            return str(value.get("fr", ""))
        case "euros":
            return euros(value)
        case "switch":
            return "1" if value else ""
        case "iban":
            return in_fours(value or "")
        case _:
            return str(value if value is not None else "")


def typed_now(fields: tuple[Field, ...], practice: Practice) -> dict[str, str]:
    """All fields of a page as they are set; the second language of the hours beside the first."""
    typed = {field.column: typed_of(field, getattr(practice, field.column)) for field in fields}
    if "opening_hours" in typed:
        typed["opening_hours_en"] = practice.opening_hours.get("en", "")
    return typed


def said(column: str, value: Any) -> str:
    """A setting as a sentence tells it."""
    field = FIELDS[column]
    match field.kind:
        case "switch":
            return "oui" if value else "non"
        case "euros":
            return f"{euros(value)} €"
        case "days":
            return f"{value} jour{'s' if value > 1 else ''}"
        case "desk":
            ways = [AT_DESK.get(way, way) for way in filter(None, str(value or "").split(","))]
            return ", ".join(ways) or "rien"
        case "hours":
            return " / ".join(text for text in value.values() if text) or "rien"
        case "zone":
            return ZONES.get(value, value)
        case _:
            return typed_of(field, value) or "rien"
