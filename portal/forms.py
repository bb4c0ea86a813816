"""What patients type, read kindly: each wrong field gets one sentence that says how to mend it."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from werkzeug.datastructures import MultiDict

from shared.accounts import IdentityGiven
from shared.base.formats import marked
from shared.base.money import AmountError, parse_amount
from shared.payments import Choice

OLDEST_YEAR = 1900
LATEST_YEAR = 9999


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence for the page's language, with the values that it names."""

    text: str
    values: Mapping[str, object]


def fresh_once() -> str:
    """The mark of a form, by which it counts once however often it is sent."""
    return secrets.token_hex(16)


def say(text: str, **values: object) -> Sentence:
    """A sentence about a field."""
    return Sentence(text, values)


@dataclass(frozen=True, slots=True)
class IdentityForm:
    """The identity form as it was typed: what it means, or what is wrong with it."""

    given: IdentityGiven | None
    values: dict[str, str]
    errors: dict[str, Sentence]


def read_identity(form: Mapping[str, str], *, asks_more: bool, today: date) -> IdentityForm:
    """Read the birth date and, where they are asked for, postcode and the telephone's end."""
    fields = ("day", "month", "year", "postcode", "phone_end")
    values = {name: form.get(name, "").strip()[:12] for name in fields}
    errors: dict[str, Sentence] = {}
    born = read_birth_date(values, errors, today)
    postcode = phone_end = None
    if asks_more:
        postcode = _digits(values["postcode"])
        phone_end = _digits(values["phone_end"])
        if len(postcode) != 5:
            errors["postcode"] = say(marked("Écrivez votre code postal : 5 chiffres."))
        if len(phone_end) != 4:
            errors["phone_end"] = say(marked("Écrivez les 4 derniers chiffres de votre téléphone."))
    given = None if errors else IdentityGiven(born, postcode, phone_end)
    return IdentityForm(given, values, errors)


def _digits(text: str) -> str:
    return "".join(c for c in text if c in "0123456789")


def read_birth_date(
    values: Mapping[str, str], errors: dict[str, Sentence], today: date
) -> date | None:
    """The birth date of three fields; what is wrong with it goes to ``errors``."""
    day, month, year = (_number(values[name]) for name in ("day", "month", "year"))
    if day is None or not 1 <= day <= 31:
        errors["day"] = say(
            marked("Le jour va de 1 à 31.")
            if values["day"]
            else marked("Écrivez la date de naissance : le jour, le mois et l’année.")
        )
    if month is None or not 1 <= month <= 12:
        errors["month"] = (
            say(marked("Le mois va de 1 à 12. Avez-vous inversé le jour et le mois ?"))
            if month is not None and 13 <= month <= 31
            else say(marked("Le mois va de 1 à 12."))
        )
    if year is not None and today.year < year <= LATEST_YEAR:
        errors["year"] = say(marked("Cette année n’est pas encore arrivée. Vérifiez l’année."))
    elif year is None or not OLDEST_YEAR <= year <= today.year:
        errors["year"] = say(marked("Écrivez l’année avec 4 chiffres, par exemple 1984."))
    if errors.keys() & {"day", "month", "year"} or day is None or month is None or year is None:
        return None
    try:
        born = date(year, month, day)
    except ValueError:
        errors["day"] = say(marked("Ce mois-là n’a pas autant de jours."))
        return None
    if born > today:
        errors["year"] = say(marked("Cette date n’est pas encore arrivée."))
        return None
    return born


def _number(text: str) -> int | None:
    return int(text) if text and all(c in "0123456789" for c in text) else None


@dataclass(frozen=True, slots=True)
class PayForm:
    """The pay form as it was typed."""

    choice: Choice
    values: dict[str, object]
    errors: dict[str, Sentence]


def read_pay(form: "MultiDict[str, str]") -> PayForm:
    """Read what a patient chose to pay; bounds are checked where the sums are known."""
    kind = form.get("choice", "")
    ticked = form.getlist("invoice")[:500]
    typed = form.get("amount", "").strip()[:20]
    errors: dict[str, Sentence] = {}
    invoices: set[UUID] = set()
    for text in ticked:
        try:
            invoices.add(UUID(text))
        except ValueError:
            errors["invoice"] = say(marked("Choisissez dans la liste au moins une facture."))
    amount = None
    if kind == "other":
        try:
            amount = parse_amount(typed)
        except AmountError as error:
            errors["amount"] = say(str(error))
    return PayForm(
        Choice(kind, frozenset(invoices), amount),
        {"choice": kind, "invoices": ticked, "amount": typed},
        errors,
    )
