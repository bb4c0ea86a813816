"""What a cell of a practice's export means as an amount or a date.

Pure decisions over plain values: no file, no clock. A cell that cannot be read without guessing is
refused with a French sentence that says what to do and never repeats what the cell holds.
"""

import math
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from shared.base.errors import ArdoiseError
from shared.base.money import Cents

Cell = str | int | float | date | None

LARGEST_CENTS: Cents = 999_999_999

_LONGEST = 60
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f]+")
_CURRENCY = re.compile(r"^(?:€|EUR) ?| ?(?:€|EUR|euros?)$", re.IGNORECASE)
_PLAIN = re.compile(r"(\d+)(?:[.,](\d{1,2}))?")
_GROUPED = re.compile(r"(\d{1,3}(?:([ .,])\d{3})(?:\2\d{3})*)(?:([.,])(\d{1,2}))?")
_DECIMALS = re.compile(r"[\d ]+[.,]\d{3,}")
_NOISE = Decimal("0.000001")

_TIME = re.compile(r"(?:[ T]+\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?)$")
_DAY_FIRST = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SERIAL = re.compile(r"\d{5}")
_SERIAL_DAY_ZERO = date(1899, 12, 30)


class CellError(ArdoiseError):
    """A cell cannot be read without guessing. The text is French and quotes nothing of it."""


def amount_of(cell: Cell) -> Cents:
    """The cell as cents: ``1 234,56``, ``1.234,56``, ``1,234.56``, ``42.50``, ``42``, ``-5,00 €``.

    Raises CellError for what is no amount, has more than two decimals, or could mean two sums
    (``1.234`` is 1 234 € to one reader and 1,23 € to another).
    """
    if isinstance(cell, bool) or cell is None or isinstance(cell, date):
        raise _not_an_amount()
    cents = _text_cents(cell) if isinstance(cell, str) else _number_cents(cell)
    if abs(cents) > LARGEST_CENTS:
        raise CellError("Montant invraisemblable, au-delà de dix millions d’euros. Vérifiez-le.")
    return cents


def _number_cents(number: int | float) -> Cents:
    if isinstance(number, float) and math.isnan(number):
        raise _not_an_amount()
    if abs(number) > LARGEST_CENTS:
        return LARGEST_CENTS + 1
    euros = Decimal(repr(number))
    cents = round(euros * 100)
    if abs(euros * 100 - cents) > _NOISE:
        raise _too_many_decimals()
    return cents


def _text_cents(text: str) -> Cents:
    if len(text) > _LONGEST:
        raise _not_an_amount()
    bare = _SPACES.sub(" ", text).strip().replace("\u2212", "-")
    sign = -1 if bare.startswith("-") else 1
    if bare.startswith(("+", "-")):
        bare = bare[1:].strip()
    bare = _CURRENCY.sub("", bare)
    if not bare.isascii():
        raise _not_an_amount()
    plain = _PLAIN.fullmatch(bare)
    return sign * (_cents(plain[1], plain[2]) if plain else _grouped_cents(bare))


def _grouped_cents(bare: str) -> Cents:
    grouped = _GROUPED.fullmatch(bare)
    if grouped is None:
        raise _too_many_decimals() if _DECIMALS.fullmatch(bare) else _not_an_amount()
    whole, separator, comma, decimals = grouped.groups()
    if comma == separator:
        raise _not_an_amount()
    if separator in ".," and comma is None and whole.count(separator) == 1:
        raise CellError(
            "Montant ambigu\u00a0: trois chiffres après le séparateur. Écrivez-le sans séparateur "
            "de milliers et avec deux décimales, par exemple 1234,00."
        )
    return _cents(whole.replace(separator, ""), decimals)


def _not_an_amount() -> CellError:
    return CellError("Ce n’est pas un montant. Écrivez par exemple 1234,56.")


def _too_many_decimals() -> CellError:
    return CellError("Ce montant a plus de deux décimales. Arrondissez-le au centime.")


def _cents(euros: str, decimals: str | None) -> Cents:
    digits = euros.lstrip("0") or "0"
    if len(digits) > len(str(LARGEST_CENTS)):
        return LARGEST_CENTS + 1
    return int(digits) * 100 + int((decimals or "0").ljust(2, "0"))


@dataclass(frozen=True, slots=True)
class Window:
    """The days a date may fall on, both ends included, and what to say of a day after the last."""

    earliest: date
    latest: date
    too_late: str


def date_of(cell: Cell, window: Window) -> date:
    """The cell as a day: JJ/MM/AAAA (or ``-`` ``.``), AAAA-MM-JJ, AAAAMMJJ, a spreadsheet date or
    its serial number of five digits (1900 system), JJ/MM/AA if one century alone fits the window.

    Raises CellError for an impossible day, an ambiguous one, or one outside the window.
    """
    if isinstance(cell, datetime):
        day = cell.date()
    elif isinstance(cell, date):
        day = cell
    else:
        day = _written_day(cell, window)
    if day > window.latest:
        raise CellError(window.too_late)
    if day < window.earliest:
        raise CellError("Cette date est trop ancienne pour être juste. Vérifiez l’année.")
    return day


def _written_day(cell: str | int | float | None, window: Window) -> date:
    if isinstance(cell, float) and math.isfinite(cell):
        cell = int(cell)
    text = str(cell)
    if len(text) > _LONGEST:
        raise _not_a_day()
    text = _TIME.sub("", " ".join(text.split()))
    if not text.isascii():
        raise _not_a_day()
    if found := _DAY_FIRST.fullmatch(text):
        return _day(int(found[4]), int(found[3]), int(found[1]))
    if found := _YEAR_FIRST.fullmatch(text):
        return _day(int(found[1]), int(found[3]), int(found[4]))
    if found := _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if _SERIAL.fullmatch(text):
        return _SERIAL_DAY_ZERO + timedelta(days=int(text))
    if found := _SHORT_YEAR.fullmatch(text):
        return _one_century(int(found[3]), int(found[2]), int(found[1]), window)
    raise _not_a_day()


def _one_century(short_year: int, month: int, day: int, window: Window) -> date:
    fitting = []
    for century in (1900, 2000):
        try:
            candidate = date(century + short_year, month, day)
        except ValueError:
            continue
        if window.earliest <= candidate <= window.latest:
            fitting.append(candidate)
    if len(fitting) != 1:
        raise CellError(
            "Année sur deux chiffres\u00a0: le siècle n’est pas sûr. Écrivez la date en entier, "
            "par exemple 04/03/1958."
        )
    return fitting[0]


def _day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellError(
            "Cette date n’existe pas. Écrivez-la jour/mois/année, par exemple 04/03/1958."
        ) from None


def _not_a_day() -> CellError:
    return CellError("Ce n’est pas une date. Écrivez-la jour/mois/année, par exemple 04/03/1958.")
