"""« Mise en route »: what patients read at the card processor, as sentences that say what to mend there."""

from collections.abc import Mapping
from typing import Any

from shared.base.clock import local_date
from shared.base.formats import day
from shared.setup import GOOD, Word

WHY: Mapping[str, str] = {
    "no_key": "Aucune clé n’est là : branchez d’abord le compte de paiement.",
    "silent": "Le prestataire n’a pas répondu : recommencez dans quelques minutes.",
    "no_right": "La clé d’Ardoise n’a pas le droit de lire le compte. Dans les pages du prestataire, ajoutez "
    "à la clé du serveur la lecture du compte (« Accounts », « accounts_kyc_basic_read »), puis recommencez.",
    "unknown_key": "Le prestataire refuse cette clé : faites-en une autre dans ses pages, et que la personne "
    "qui tient l’installation la donne par « ardoise practice processor ».",
}
OLD = "Les clés ont changé depuis ce contrôle : refaites-le."
_SAID: Mapping[tuple[str, str], str] = {
    ("name", GOOD): "Nom public : « {words} », comme dans vos messages.",
    (
        "name",
        "missing",
    ): "Pas de nom public : le prestataire montre alors un autre nom. Écrivez-y « {sender} ».",
    (
        "name",
        "telling",
    ): "Le nom public dit « {words} » : remplacez-le par « {sender} » dans les pages du "
    "prestataire, sinon un relevé ou un téléphone en dit trop.",
    (
        "name",
        "differs",
    ): "Le nom public est « {words} », vos messages disent « {sender} » : mettez le même, "
    "sinon le patient croit à une fraude.",
    ("statement", GOOD): "Sur le relevé bancaire : « {words} ».",
    (
        "statement",
        "missing",
    ): "Rien n’est réglé pour le relevé bancaire : écrivez-y « {sender} », sans accents.",
    (
        "statement",
        "telling",
    ): "Le relevé bancaire dirait « {words} » : écrivez-y « {sender} », sans accents.",
    (
        "statement",
        "strange",
    ): "Le libellé du relevé bancaire, « {words} », ne convient pas : il lui faut 5 à 22 "
    "lettres et chiffres sans accents.",
    (
        "statement",
        "differs",
    ): "Le relevé bancaire dirait « {words} », vos messages disent « {sender} » : mettez "
    "le même nom, sans accents.",
    (
        "prefix",
        "telling",
    ): "Le libellé court du relevé bancaire dit « {words} » : mettez-y un nom neutre.",
    (
        "site",
        "telling",
    ): "Le site ou l’adresse d’aide que le prestataire montre dit « {words} » : retirez-le, ou "
    "mettez-en un neutre.",
    ("charges", GOOD): "Les paiements sont ouverts.",
    (
        "charges",
        "off",
    ): "Les paiements sont fermés : le prestataire attend quelque chose de vous, regardez dans "
    "ses pages.",
    (
        "charges",
        "unknown",
    ): "Le prestataire ne dit pas si les paiements sont ouverts : regardez dans ses pages.",
    ("payouts", GOOD): "Les virements vers votre banque sont ouverts et partent d’eux-mêmes.",
    (
        "payouts",
        "off",
    ): "Les virements vers votre banque sont fermés : donnez votre compte bancaire dans les "
    "pages du prestataire.",
    (
        "payouts",
        "by_hand",
    ): "Les virements vers votre banque ne partent pas d’eux-mêmes : choisissez un rythme "
    "automatique dans les pages du prestataire.",
    (
        "payouts",
        "unknown",
    ): "Le prestataire ne dit pas si les virements vers votre banque sont ouverts : regardez "
    "dans ses pages.",
    ("place", GOOD): "Compte en France, en euros.",
    (
        "place",
        "elsewhere",
    ): "Le compte est ailleurs ou dans une autre monnaie ({words}) : ouvrez-en un en "
    "France, en euros, et branchez-le.",
    (
        "place",
        "unknown",
    ): "Le prestataire ne dit ni le pays ni la monnaie du compte : regardez dans ses pages.",
    (
        "due",
        "asked",
    ): "Le prestataire attend encore des renseignements sur vous : donnez-les dans ses pages "
    "avant qu’il ne ferme les paiements.",
}
RECEIPTS = (
    "Ardoise ne peut pas le lire chez le prestataire : regardez vous-même. Dans ses pages, sous « E-mails "
    "aux clients », décochez les reçus de paiement et de remboursement ; sous « Moyens de paiement », coupez "
    "Link. Un reçu envoyé par lui dirait votre nom à qui lit la boîte."
)


def account_lines(findings: Mapping[str, Any], *, sender: str) -> tuple[str, ...]:
    """What a look at the account found, the sentences to act on first."""
    if "why" in findings:
        return (WHY[findings["why"]],)
    judged = sorted(findings["judged"], key=lambda one: bool(one["why"] == GOOD))
    return tuple(
        _SAID[one["what"], one["why"]].format(words=one["words"], sender=sender) for one in judged
    )


def receipts_line(word: Word | None, *, timezone: str) -> str:
    """Who confirmed that no receipts are mailed, and when; else what to do."""
    if word is None:
        return RECEIPTS
    said_on = day(local_date(word.at, timezone))
    return (
        f"{word.name} l’a confirmé le {said_on} : ni reçus ni e-mails de Link. Cela ne se lit "
        "pas de loin : si quelqu’un change ces réglages, dites-le ici."
    )
