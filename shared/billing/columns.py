"""The titles that practices' software gives its columns, French and English, as data.

A title is compared without accents, case, punctuation, little words and unit hints, and ``n°``,
``no`` and ``num`` are one word, so each synonym below stands for all its spellings.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from shared.billing.cell_words import fold_header

LABELS: Mapping[str, str] = MappingProxyType({
    "external_ref": "n° de dossier", "surname": "nom", "given_name": "prénom",
    "full_name": "nom et prénom", "birth_date": "date de naissance", "phone": "téléphone portable",
    "other_phone": "téléphone fixe", "email": "e-mail", "address1": "adresse",
    "address2": "complément d’adresse", "postcode": "code postal", "city": "ville",
    "country": "pays", "invoice_number": "n° de facture", "issued_on": "date de facture",
    "due_on": "échéance", "total": "montant total", "amo": "part AMO", "amc": "part AMC",
    "patient_share": "part patient", "already_paid": "déjà réglé", "remaining": "reste dû",
    "protection": "protection", "css": "CSS", "ame": "AME", "atmp": "AT/MP", "ald": "ALD",
    "channel": "canal préféré", "opt_out": "opposition aux messages", "language": "langue",
    "dispute": "litige",
})  # fmt: skip

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "external_ref": (
        "id patient", "patient id", "identifiant patient", "code patient", "n patient", "patient n",
        "n dossier", "dossier", "n dossier patient", "dossier patient", "référence patient", "ipp",
        "n fiche", "n client", "code client", "nodossier", "numdossier",
    ),
    "surname": (
        "nom", "nom famille", "nom usage", "nom utilisé", "last name", "surname", "family name",
    ),
    "given_name": (
        "prénom", "prénom usuel", "prénom utilisé", "first name", "given name", "forename",
    ),
    "full_name": (
        "nom prénom", "prénom nom", "nom complet", "full name", "patient", "patient name",
    ),
    "birth_date": (
        "date naissance", "naissance", "né le", "née le", "ddn", "birth date",
        "date birth", "birthday", "dob",
    ),
    "phone": (
        "portable", "mobile", "téléphone portable", "téléphone mobile", "gsm", "n portable",
        "n mobile", "mobile n", "mobile phone", "cell", "cell phone",
        "sms",
    ),
    "other_phone": (
        "fixe", "téléphone fixe", "domicile", "téléphone domicile", "téléphone travail",
        "téléphone bureau", "téléphone 2", "landline", "home phone", "work phone",
    ),
    "email": (
        "email", "mail", "courriel", "adresse email", "adresse mail", "adresse électronique",
        "adresse courriel", "email address", "mail patient",
    ),
    "address1": (
        "adresse", "adresse 1", "adresse ligne 1", "rue", "voie", "address", "address 1",
        "address line 1", "street",
    ),
    "address2": (
        "adresse 2", "adresse ligne 2", "complément", "complément adresse", "adresse complément",
        "adresse suite", "address 2", "address line 2",
    ),
    "postcode": ("code postal", "cp", "postcode", "postal code", "zip", "zip code"),
    "city": ("ville", "commune", "localité", "city", "town"),
    "country": ("pays", "country"),
    "invoice_number": (
        "n facture", "facture n", "facture", "référence facture", "id facture", "code facture",
        "n pièce", "nofacture", "numfacture", "invoice", "invoice n", "invoice id",
        "invoice reference",
    ),
    "issued_on": (
        "date facture", "date facturation", "facturé le", "date émission", "émise le", "date pièce",
        "invoice date", "issue date", "issued on", "issued", "billing date",
    ),
    "due_on": (
        "échéance", "date échéance", "date limite", "date limite paiement",
        "date limite règlement", "à payer avant le", "due date", "due on", "due",
    ),
    "total": (
        "montant total", "total", "montant facture", "total facture", "montant honoraires",
        "total honoraires", "total amount", "amount total", "invoice total", "invoice amount",
    ),
    "amo": (
        "amo", "part amo", "montant amo", "part obligatoire", "part ro", "part sécu",
        "part sécurité sociale", "part caisse", "part assurance maladie", "amo share",
    ),
    "amc": (
        "amc", "part amc", "montant amc", "part mutuelle", "part complémentaire", "part rc",
        "amc share",
    ),
    "patient_share": (
        "part patient", "montant patient", "part assuré", "part client", "rac", "reste à charge",
        "rac patient", "reste à charge patient", "patient share", "patient part", "patient amount",
    ),
    "already_paid": (
        "déjà réglé", "déjà payé", "déjà versé", "montant réglé", "montant payé", "total réglé",
        "réglé", "payé", "encaissé", "montant encaissé", "acompte", "already paid", "paid",
        "amount paid", "paid amount",
    ),
    "remaining": (
        "reste dû", "restant dû", "reste à payer", "reste à régler", "montant dû", "solde",
        "solde dû", "solde patient", "impayé", "montant impayé", "remaining", "balance",
        "balance due", "amount due", "outstanding", "remaining amount",
    ),
    "protection": (
        "protection", "régime protection", "protection sociale", "type protection", "exonération",
    ),
    "css": ("css", "c2s", "cmu", "cmu c", "css c2s"),
    "ame": ("ame",),
    "atmp": ("at mp", "accident travail"),
    "ald": ("ald", "exo ald"),
    "channel": (
        "canal", "canal contact", "mode contact", "préférence contact", "channel",
        "preferred channel", "contact preference",
    ),
    "opt_out": (
        "opposition", "opposition messages", "opposition message", "opposition sms",
        "refus messages", "refus sms", "stop sms", "ne pas contacter", "ne pas relancer", "opt out",
        "do not contact",
    ),
    "language": ("langue", "langue parlée", "language", "lang"),
    "dispute": ("litige", "contestation", "contesté", "contestée", "dispute", "disputed"),
}  # fmt: skip

# Read as one of the fields, in this order, only where no clearer title has taken it.
WEAK_SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "téléphone": ("phone", "other_phone"),
    "téléphone 1": ("phone", "other_phone"),
    "n téléphone": ("phone", "other_phone"),
    "nom naissance": ("surname",),
    "nom jeune fille": ("surname",),
    "birth name": ("surname",),
    "premier prénom": ("given_name",),
    "prénoms": ("given_name",),
    "date": ("issued_on",),
    "montant": ("total",),
    "amount": ("total",),
    "honoraires": ("total",),
}

UNUSED: tuple[str, ...] = (
    "mode", "mode règlement", "mode paiement", "moyen paiement", "payment mode", "payment method",
    "date règlement", "date paiement", "date encaissement", "réglé le", "payment date", "paid on",
    "tp", "tiers payant", "statut tp", "statut amo", "statut amc", "statut tp amo", "statut tp amc",
    "statut", "état", "status", "tp status", "code rejet", "rejet", "libellé rejet", "motif rejet",
    "reject code", "rejection code", "reject label", "organisme", "organisme payeur", "caisse",
    "mutuelle", "nom organisme", "nom mutuelle", "organisme amo", "organisme amc", "code organisme",
    "payer", "payer name", "insurer", "n amc", "code amc", "régime", "civilité", "sexe", "title",
    "gender",
)  # fmt: skip

# Titles that tell of care. The national number identifies the insured and is never kept at all.
CARE_STEMS: tuple[str, ...] = (
    "acte", "ccam", "ngap", "cotation", "prescri", "diagnos", "motif", "soin", "seance",
    "consultation", "patholog", "traitement", "medic", "medec", "ordonnance", "praticien",
    "special", "coefficient", "dent", "libelle", "designation", "prestation", "intervention",
    "hospitalisation", "procedure", "treatment", "visit", "practitioner", "doctor", "cim", "cle",
    "anatom", "examen", "grossesse", "maternite",
)  # fmt: skip
CARE_PHRASES: tuple[str, ...] = (
    "service date",
    "date of service",
    "date exécution",
    "nature",
    "act",
)
NATIONAL_NUMBER_WORDS = frozenset({
    "nir", "nss", "insee", "ins", "secu", "securite", "immatriculation",
})  # fmt: skip

DEBTOR_WORDS = frozenset({
    "debiteur", "debitrice", "payeur", "payeuse", "responsable", "representant", "tuteur",
    "tutrice", "garant", "debtor", "guarantor",
})  # fmt: skip
PATIENT_WORDS = frozenset({"patient", "patiente", "beneficiaire"})
PARTY_FIELDS = (
    "surname", "given_name", "full_name", "birth_date", "phone", "other_phone", "email",
    "address1", "address2", "postcode", "city", "country",
)  # fmt: skip
FIELDS = frozenset(SYNONYMS) | {f"debtor_{name}" for name in PARTY_FIELDS}
REQUIRED: tuple[tuple[str, ...], ...] = (
    ("external_ref",),
    ("surname", "full_name"),
    ("given_name", "full_name"),
    ("birth_date",),
    ("invoice_number",),
    ("issued_on",),
    ("total",),
    ("patient_share", "remaining"),
)

_LITTLE = frozenset({
    "au", "aux", "d", "de", "des", "du", "en", "et", "l", "la", "les", "of", "the", "un",
    "une", "eur", "euro", "euros", "ttc", "jj", "mm", "aa", "aaaa", "dd", "yy", "yyyy", "prefere",
    "preferee",
})  # fmt: skip
_SAME = {
    "no": "n", "num": "n", "numero": "n", "nr": "n", "number": "n", "tel": "telephone",
    "phone": "telephone", "ref": "reference", "naiss": "naissance", "pnom": "prenom",
}  # fmt: skip


def words_of(title: str) -> tuple[str, ...]:
    """The words of a title that matter. A closing « du » is « dû », as in « reste dû »."""
    words = fold_header(title).split()
    last = len(words) - 1
    return tuple(
        _SAME.get(word, word)
        for place, word in enumerate(words)
        if word not in _LITTLE or (word == "du" and place == last)
    )


def key_of(words: Iterable[str]) -> str:
    """What two spellings of a title have in common."""
    return "".join(words)


def label_of(field: str) -> str:
    """A field's French name."""
    if field.startswith("debtor_"):
        return f"{LABELS[field.removeprefix('debtor_')]} du débiteur"
    return LABELS[field]


@cache
def fields_by_key() -> Mapping[str, str]:
    """The field that each clear title means."""
    return {key_of(words_of(s)): field for field, many in SYNONYMS.items() for s in many}


@cache
def weak_fields_by_key() -> Mapping[str, tuple[str, ...]]:
    """The fields that each unclear title may mean."""
    return {key_of(words_of(title)): fields for title, fields in WEAK_SYNONYMS.items()}


@cache
def unused_keys() -> frozenset[str]:
    """Titles that are understood and not kept yet."""
    return frozenset(key_of(words_of(title)) for title in UNUSED)


@cache
def care_phrase_keys() -> frozenset[str]:
    """Whole titles that tell of care."""
    return frozenset(key_of(words_of(title)) for title in CARE_PHRASES)
