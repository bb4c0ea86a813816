"""The people of one row: the patient, and the debtor where someone else pays."""

from dataclasses import replace
from datetime import date

from shared.billing import cell_words as words
from shared.billing.contact_cells import email_of
from shared.billing.export_types import PartyRow
from shared.billing.row_cells import EMPTY, RowCells
from shared.billing.rules import Window, date_of

NO_BIRTH_DATE = (
    "Cellule vide. La personne devra donner son code postal et la fin de son téléphone à la place."
)
_NOBODY = PartyRow("", "", None)


def read_patient(cells: RowCells, births: Window) -> PartyRow:
    """The patient. An incomplete identity is noted as a blocking problem."""
    before = len(cells.problems)
    surname, given_name = _names(cells, "")
    if len(cells.problems) == before:
        for name, value in (("surname", surname), ("given_name", given_name)):
            if not value:
                cells.refuse(name if cells.has_column(name) else "full_name", EMPTY)
    before = len(cells.problems)
    birth_date = cells.may("birth_date", lambda cell: date_of(cell, births))
    if birth_date is None and len(cells.problems) == before:
        cells.refuse("birth_date", NO_BIRTH_DATE, blocking=False)
    return _party(cells, "", surname, given_name, birth_date)


def read_debtor(cells: RowCells, births: Window) -> PartyRow | None:
    """Who pays in the patient's place; None when the row names nobody, or nobody whole."""
    if not cells.plan.has_debtor:
        return None
    before = len(cells.problems)
    surname, given_name = _names(cells, "debtor_")
    names_refused = len(cells.problems) > before
    birth_date = cells.may("debtor_birth_date", lambda cell: date_of(cell, births))
    party = _party(cells, "debtor_", surname, given_name, birth_date)
    if party == _NOBODY or names_refused:
        return None
    for name, value in (("debtor_surname", surname), ("debtor_given_name", given_name)):
        if not value:
            shown = name if cells.has_column(name) else "debtor_full_name"
            cells.refuse(shown, "Le débiteur est incomplet. Indiquez son nom et son prénom.")
    return party


def one_person(patient: PartyRow, debtor: PartyRow | None) -> PartyRow | None:
    """The patient with the contacts of both columns, where the debtor named is the patient."""
    if debtor is None or debtor.birth_date not in (None, patient.birth_date):
        return None
    if (words.fold(patient.surname), words.fold(patient.given_name)) != (
        words.fold(debtor.surname),
        words.fold(debtor.given_name),
    ):
        return None
    return replace(
        patient,
        mobile=patient.mobile or debtor.mobile,
        landline=patient.landline or debtor.landline,
        email=patient.email or debtor.email,
    )


def _names(cells: RowCells, prefix: str) -> tuple[str, str]:
    surname, given_name = cells.name(f"{prefix}surname"), cells.name(f"{prefix}given_name")
    whole = f"{prefix}full_name"
    if not (surname and given_name) and cells.has_column(whole):
        pair = cells.may(whole, words.split_name)
        if pair:
            return surname or pair[0], given_name or pair[1]
    return surname, given_name


def _party(
    cells: RowCells, prefix: str, surname: str, given_name: str, birth_date: date | None
) -> PartyRow:
    phones = [cells.phone(f"{prefix}phone"), cells.phone(f"{prefix}other_phone")]
    country = cells.may(f"{prefix}country", words.country_of, blocking=False) or ""
    postcode = cells.may(
        f"{prefix}postcode", lambda cell: words.postcode_of(cell, country), blocking=False
    )
    return PartyRow(
        surname=surname,
        given_name=given_name,
        birth_date=birth_date,
        mobile=next((phone.e164 for phone in phones if phone and phone.mobile), ""),
        landline=next((phone.e164 for phone in phones if phone and not phone.mobile), ""),
        email=cells.may(f"{prefix}email", email_of, blocking=False) or "",
        address1=cells.text(f"{prefix}address1"),
        address2=cells.text(f"{prefix}address2"),
        postcode=postcode or "",
        city=cells.text(f"{prefix}city"),
        country=country,
    )
