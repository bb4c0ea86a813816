"""What the words of a cell mean: names, references, yes and no, protections, channel, language."""

import re
import unicodedata
from collections.abc import Mapping
from itertools import pairwise

from shared.billing.rules import Cell, CellError

LONGEST_TEXT = 120

_CAMEL = re.compile(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_TITLE = re.compile(
    r"(?:m|mr|mme|mlle|monsieur|madame|mademoiselle|dr|mrs|ms)\.?\s+(?=\S)", re.IGNORECASE
)
_GUARD = re.compile(r"'(?=[=+\-@\t\r\d])")
_SHORTENED = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_SPLIT = re.compile(r"[,;/+&\n]+")

_SHEET_ERRORS = frozenset(
    {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#VALEUR!", "#NOM?"}
)
_NOTHING = frozenset({"", "-", "--", "—", "N/A", "NULL"})
_YES = frozenset({"oui", "o", "yes", "y", "vrai", "true", "1", "x"})
_NO = frozenset({"non", "n", "no", "faux", "false", "0"})

_PROTECTIONS: Mapping[str, str] = {
    "css": "CSS", "c2s": "CSS", "cmu": "CSS", "cmuc": "CSS", "cmu c": "CSS",
    "complementaire sante solidaire": "CSS",
    "ame": "AME", "aide medicale etat": "AME", "aide medicale d etat": "AME",
    "atmp": "ATMP", "at mp": "ATMP", "at": "ATMP", "mp": "ATMP",
    "accident du travail": "ATMP", "maladie professionnelle": "ATMP",
    "ald": "ALD", "affection longue duree": "ALD", "affection de longue duree": "ALD",
}  # fmt: skip
_NO_PROTECTION = frozenset({"aucune", "aucun", "neant", "none", "rg", "regime general"}) | _NO
_CHANNELS: Mapping[str, str] = {
    "sms": "sms", "texto": "sms", "telephone": "sms", "portable": "sms", "mobile": "sms",
    "email": "email", "e mail": "email", "mail": "email", "courriel": "email",
    "letter": "letter", "lettre": "letter", "courrier": "letter", "courrier postal": "letter",
    "poste": "letter", "papier": "letter", "post": "letter",
}  # fmt: skip
_LANGUAGES: Mapping[str, str] = {
    "francais": "fr", "french": "fr", "fra": "fr", "fre": "fr", "fr fr": "fr",
    "anglais": "en", "english": "en", "eng": "en", "en gb": "en", "en us": "en",
    "allemand": "de", "german": "de", "espagnol": "es", "spanish": "es",
    "italien": "it", "italian": "it", "portugais": "pt", "portuguese": "pt",
    "arabe": "ar", "arabic": "ar", "turc": "tr", "turkish": "tr",
}  # fmt: skip
_FRANCE = frozenset({"", "fr", "fra", "france", "f"})


def fold(text: str) -> str:
    """Words without accents, case, punctuation or doubled spaces: « N° d'Été » → ``n d ete``."""
    plain = text.replace("œ", "oe").replace("Œ", "Oe").replace("æ", "ae").replace("Æ", "Ae")
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain.replace("º", "°"))
        plain = "".join(c for c in plain if not unicodedata.combining(c))
    return _NOT_WORD.sub(" ", plain.casefold()).strip()


def fold_header(header: str) -> str:
    """``fold`` for a column's title, where ``DateNaissance`` is two words."""
    return fold(_CAMEL.sub(" ", header))


def text_of(cell: Cell) -> str:
    """The cell as one line of clean text; whole numbers without decimals, spaces made single.

    Raises CellError for a spreadsheet's error value, control characters, or a text of more than
    LONGEST_TEXT characters (most often cells that a missing quotation mark has run together).
    """
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        cell = int(cell)
    text = str(cell)
    if not text.isprintable():
        text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    text = " ".join(text.split())
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        raise CellError("Cette cellule contient des caractères illisibles. Ressaisissez-la.")
    if text in _SHEET_ERRORS:
        raise CellError("Cette cellule contient une erreur de tableur. Corrigez sa formule.")
    if len(text) > LONGEST_TEXT:
        raise CellError(
            f"Texte de plus de {LONGEST_TEXT} caractères. Vérifiez les guillemets, ou abrégez."
        )
    return text[1:] if _GUARD.match(text) else text


def is_nothing(text: str) -> bool:
    """Whether a clean text stands for an empty cell."""
    return text in _NOTHING


def name_of(cell: Cell) -> str:
    """A surname or a given name, without a title. Raises CellError when it holds no letter."""
    name = _TITLE.sub("", text_of(cell), count=1) if isinstance(cell, str) else text_of(cell)
    if not any(c.isalpha() for c in name):
        raise CellError("Ce n’est pas un nom. Vérifiez que les colonnes ne sont pas décalées.")
    return name


def split_name(cell: Cell) -> tuple[str, str]:
    """(surname, given name) of « DUPONT Marie », « Marie DUPONT » or « Dupont, Marie ».

    Raises CellError where neither capitals nor a comma tell which is the surname.
    """
    name = name_of(cell)
    if name.count(",") == 1:
        surname, given = (part.strip() for part in name.split(","))
    else:
        words = name.split()
        capital = [word.isupper() and len(word) > 1 for word in words]
        edges = sum(a != b for a, b in pairwise(capital))
        if edges != 1:
            surname, given = "", ""
        else:
            surname = " ".join(w for w, c in zip(words, capital, strict=True) if c)
            given = " ".join(w for w, c in zip(words, capital, strict=True) if not c)
    if not surname or not given:
        raise CellError(
            "Le nom et le prénom ne se distinguent pas. Mettez-les dans deux colonnes, "
            "ou le nom en capitales."
        )
    return surname, given


def reference_of(cell: Cell, longest: int) -> str:
    """A file or invoice number as text, of at most ``longest`` characters.

    Raises CellError for one that a spreadsheet has shortened to ``1,23E+11`` or made a date.
    """
    text = text_of(cell)
    if isinstance(cell, float | bool) and not text.isdigit():
        raise CellError("Ce numéro n’est pas un texte. Mettez la colonne au format Texte.")
    if not isinstance(cell, str | int | float) or _SHORTENED.fullmatch(text):
        raise CellError(
            "Le tableur a transformé ce numéro. Mettez la colonne au format Texte et réexportez."
        )
    if len(text) > longest:
        raise CellError(f"Numéro de plus de {longest} caractères. Vérifiez la colonne.")
    return text


def flag_of(cell: Cell, *also_yes: str) -> bool:
    """Yes or no (oui, non, O, N, 1, 0, x, vrai, faux); ``also_yes`` are other words for yes."""
    word = fold(text_of(cell))
    if word in _YES or word in also_yes:
        return True
    if word in _NO:
        return False
    raise CellError("Écrivez oui ou non.")


def protections_of(cell: Cell) -> frozenset[str]:
    """The protections that a cell names, among CSS, AME, ATMP and ALD; none for « RG » or « non ».

    Raises CellError for any other word: a protection must not be lost by a spelling.
    """
    text = text_of(cell)
    whole = fold(text)
    if whole in _PROTECTIONS:
        return frozenset({_PROTECTIONS[whole]})
    found = set()
    for part in _SPLIT.split(text):
        word = fold(part)
        if word in _PROTECTIONS:
            found.add(_PROTECTIONS[word])
        elif word and word not in _NO_PROTECTION:
            raise CellError("Protection inconnue. Écrivez CSS, AME, ATMP, ALD, ou laissez vide.")
    return frozenset(found)


def channel_of(cell: Cell) -> str:
    """``sms``, ``email`` or ``letter``."""
    try:
        return _CHANNELS[fold(text_of(cell))]
    except KeyError:
        raise CellError("Canal inconnu. Écrivez SMS, e-mail ou courrier.") from None


def language_of(cell: Cell) -> str:
    """A language as its two-letter code (ISO 639-1)."""
    word = fold(text_of(cell))
    if len(word) == 2 and word.isalpha():
        return word
    try:
        return _LANGUAGES[word]
    except KeyError:
        raise CellError("Langue inconnue. Écrivez son code de deux lettres, fr ou en.") from None


def country_of(cell: Cell) -> str:
    """A country's name as written, empty for France."""
    text = text_of(cell)
    return "" if fold(text) in _FRANCE else text


def postcode_of(cell: Cell, country: str) -> str:
    """Five digits for France, the zero that a spreadsheet ate put back; as written elsewhere."""
    text = text_of(cell)
    if country:
        return text
    digits = text.replace(" ", "").removeprefix("F-")
    if digits.isascii() and digits.isdigit() and len(digits) in (4, 5):
        return digits.zfill(5)
    raise CellError(
        "Un code postal français a cinq chiffres. Corrigez-le, ou ajoutez une colonne Pays."
    )
