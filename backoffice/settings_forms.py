"""Settings as staff type them, read and checked; each refusal is one sentence that says what to do."""

from typing import Any
from zoneinfo import available_timezones

from stdnum.fr import siren as siren_number
from werkzeug.datastructures import MultiDict

from backoffice.desks.settings_fields import AT_DESK, DESK, Field, euros, typed_now
from backoffice.flaws import FieldError
from shared.accounts import LONGEST_NAME, RULES_BY_COLUMN, Practice
from shared.base.bank_numbers import BankNumberError, checked_bic, checked_iban
from shared.base.money import AmountError, parse_amount
from shared.delivery import (
    NoticeRenderer,
    UnfitDetailError,
    check_sender,
    check_sms_sender,
    check_texts,
)

# What columns hold, in characters.
LONGEST = {"phone": 24, "postal_address": 200, "vat_mention": 120, "opening_hours": 120}
NEEDED_TEXT = frozenset({"phone", "postal_address", "vat_mention"})
NOT_NEUTRAL = "« {} » parle de soin, d’argent ou de pression : choisissez un nom neutre."
NOT_PASSING = "Avec ce nom un message ne passerait pas : écrivez-en un plus court et neutre."
NOT_DIALLED = (
    "Avec ce numéro un message ne passerait pas : écrivez un seul numéro, tel qu’on le compose, par "
    "exemple 01 23 45 67 89."
)


def typed(fields: tuple[Field, ...], form: MultiDict[str, str]) -> dict[str, str]:
    """What came in, to be read, and shown again where it can't be taken."""
    names = [field.column for field in fields if field.column != DESK]
    found = {name: form.get(name, "")[:300] for name in (*names, "opening_hours_en")}
    found[DESK] = ",".join(way for way in AT_DESK if way in form.getlist(DESK))
    return found


def read(fields: tuple[Field, ...], given: dict[str, str], practice: Practice) -> dict[str, Any]:
    """The settings by column; what was left as it is needs no check. Raises FieldError."""
    now = typed_now(fields, practice)
    return {
        field.column: getattr(practice, field.column)
        if _same(field, given, now)
        else _value(field, given)
        for field in fields
    }


def _same(field: Field, given: dict[str, str], now: dict[str, str]) -> bool:
    names = [field.column, *(["opening_hours_en"] if field.kind == "hours" else [])]
    return all(" ".join(given[name].split()) == " ".join(now[name].split()) for name in names)


def _value(field: Field, given: dict[str, str]) -> Any:
    text = " ".join(given[field.column].split())
    match field.kind:
        case "switch":
            return text == "1"
        case "euros" | "days" | "number":
            return _number(field, text)
        case "desk":
            return text
        case "zone":
            if text not in available_timezones():
                raise _wrong(field, "Choisissez un fuseau de la liste.")
            return text
        case "hours":
            english = " ".join(given["opening_hours_en"].split())
            return {"fr": _line(field, text)} | ({"en": _line(field, english)} if english else {})
        case "iban":
            return _iban(field, text)
        case _:
            return _text(field, text)


def _number(field: Field, text: str) -> int:
    rule = RULES_BY_COLUMN[field.column]
    is_sum = field.kind == "euros"
    low, high = (euros(rule.low), euros(rule.high)) if is_sum else (rule.low, rule.high)
    words = f"Donnez {'une somme' if is_sum else 'un nombre entier'} de {low} à {high}."
    try:
        value = parse_amount(text) if is_sum else int(text.strip().encode("ascii"))
    except (AmountError, ValueError):
        raise _wrong(field, words) from None
    if not rule.low <= value <= rule.high:
        raise _wrong(field, words)
    return value


def _text(field: Field, text: str) -> str | None:
    line = _line(field, text)
    match field.column:
        case "sender":
            _neutral(field, check_sender, line)
        case "sms_sender":
            _neutral(field, check_sms_sender, line)
        case "siren":
            if not siren_number.is_valid(line):
                raise _wrong(field, "Ce numéro SIREN ne va pas : recopiez ses neuf chiffres.")
        case "bic":
            try:
                return checked_bic(line) if line else None
            except BankNumberError:
                raise _wrong(
                    field, "Ce BIC ne va pas : recopiez-le du relevé de la banque."
                ) from None
        case "account_holder" | "cheque_order":
            if len(line) > LONGEST_NAME:
                raise _wrong(field, f"Un nom compte {LONGEST_NAME} caractères au plus.")
            return line or None
    return line


def _line(field: Field, text: str) -> str:
    longest = LONGEST.get(field.column, 300)
    if not text and field.column in NEEDED_TEXT:
        raise _wrong(field, "Remplissez ce champ : les patients le lisent.")
    if len(text) > longest:
        raise _wrong(field, f"C’est trop long : {longest} caractères au plus.")
    if not text.isprintable():
        raise _wrong(field, "Il y a un signe illisible : écrivez-le de nouveau.")
    return text


def _iban(field: Field, text: str) -> str | None:
    try:
        return checked_iban(text) if text else None
    except BankNumberError:
        raise _wrong(
            field, "Cet IBAN ne va pas : recopiez-le du relevé de la banque, signe par signe."
        ) from None


def _neutral(field: Field, check: Any, line: str) -> None:
    try:
        check(line)
    except UnfitDetailError as unfit:
        is_word = unfit.why == "rule" and unfit.rule not in {"R8", "R7"}
        raise _wrong(field, NOT_NEUTRAL.format(unfit.excerpt) if is_word else field.help) from None


def check_together(
    values: dict[str, Any], practice: Practice, *, site: str, loopback: bool
) -> None:
    """What only shows when all is known: pairs, and every message with the new names. Raises FieldError."""
    if "iban" in values:
        if bool(values["iban"]) != bool(values["account_holder"]):
            lacking = "account_holder" if values["iban"] else "iban"
            label = "Titulaire du compte" if values["iban"] else "IBAN"
            raise FieldError(
                lacking, label, "Donnez l’IBAN et son titulaire, tel que la banque le connaît."
            )
        if values["bic"] and not values["iban"]:
            raise FieldError("iban", "IBAN", "Un BIC seul ne sert à rien : donnez aussi l’IBAN.")
    if "sender" not in values:
        return
    renderer, sender, phone = NoticeRenderer(loopback=loopback), values["sender"], values["phone"]

    def try_texts(with_sender: str) -> None:
        check_texts(
            renderer, sender=with_sender, phone=phone, site=site, link_days=practice.link_days
        )

    if phone != practice.phone:
        try:
            try_texts(practice.sender)
        except UnfitDetailError:
            raise FieldError("phone", "Téléphone", NOT_DIALLED) from None
    if sender != practice.sender:
        try:
            try_texts(sender)
        except UnfitDetailError:
            raise FieldError("sender", "Nom d’expéditeur neutre", NOT_PASSING) from None


def _wrong(field: Field, text: str) -> FieldError:
    return FieldError(field.column, field.label, text)
