"""Telephone numbers and e-mail addresses of an export, checked and written in one way."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from shared.billing.cell_words import text_of
from shared.billing.rules import Cell, CellError

# Numbers that Arcep's numbering plan keeps for works of fiction: no real subscriber has them, so
# the library calls them invalid, and demonstrations need them.
_FICTION = re.compile(r"\+33(?:19900|26191|35301|46571|53649|63998)\d{4}")
_FICTION_MOBILE = "+3363998"
_OVERSEAS = ("GP", "MQ", "GF", "RE", "YT")
_MOBILE_TYPES = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
_LETTERS = re.compile(r"[^\W\d_]")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63})"
)
_LONGEST_LOCAL = 64
_ENCODED_WORD = "=?"


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164; ``mobile`` tells that it can receive text messages."""

    e164: str
    mobile: bool


def phone_of(cell: Cell) -> Phone:
    """The cell as a telephone number, French unless it begins with ``+`` or ``00``.

    Raises CellError for anything that is not one valid number.
    """
    text = text_of(cell)
    refused = CellError(
        "Numéro de téléphone non valable. Écrivez un seul numéro, par exemple 06 12 34 56 78."
    )
    if _LETTERS.search(text):
        raise refused
    for region in ("FR", *_OVERSEAS):
        try:
            number = phonenumbers.parse(text, region)
        except phonenumbers.NumberParseException:
            raise refused from None
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        if _FICTION.fullmatch(e164):
            return Phone(e164, e164.startswith(_FICTION_MOBILE))
        if phonenumbers.is_valid_number(number):
            return Phone(e164, phonenumbers.number_type(number) in _MOBILE_TYPES)
    raise refused


def email_of(cell: Cell) -> str:
    """The cell as one e-mail address, its domain in lower case. Raises CellError otherwise.

    Syntax of RFC 5321 in its common form: no quoted local part, no address literal, and nothing that
    a mail's header would read as an encoded word (RFC 2047), which may stand for anything.
    """
    address = text_of(cell)
    found = _EMAIL.fullmatch(address)
    local = address.partition("@")[0]
    if found is None or len(local) > _LONGEST_LOCAL or _ENCODED_WORD in address:
        raise CellError(
            "Adresse e-mail non valable. Écrivez une seule adresse, par exemple nom@exemple.fr."
        )
    return f"{local}@{found[1].lower()}"
