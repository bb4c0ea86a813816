"""What an export says of each account: its people, contacts, wishes and invoices.

Pure: rows in, one AccountWish for each debtor out. An empty cell never erases a name, a date or an
address; a contact is taken off only where the file has its column and leaves it empty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.accounts import PersonDetails, PersonName
from shared.base.vault import BlindIndex, folded
from shared.billing import InvoiceRow, ParsedExport, PartyRow

# A mobile is written to first; a landline receives no text message and only helps to know someone.
POSITIONS: Mapping[str, int] = {"phone": 1, "email": 2, "landline": 3}
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "phone": ("phone", "other_phone"),
    "landline": ("phone", "other_phone"),
    "email": ("email",),
}


@dataclass(frozen=True, slots=True)
class PersonWish:
    """A person as the export tells of them; ``external_ref`` is empty for one who is no patient."""

    role: str
    external_ref: str
    details: PersonDetails


@dataclass(frozen=True, slots=True)
class AccountWish:
    """One debtor with all that the export says of them, the debtor first among the people.

    ``contacts`` holds a value by kind, empty where it was taken off; a kind of which the file says
    nothing is not there. None means that the file says nothing.
    """

    key: str
    people: tuple[PersonWish, ...]
    contacts: Mapping[str, str]
    channel: str | None
    language: str | None
    opt_out: bool | None
    protections: frozenset[str] | None
    rows: tuple[InvoiceRow, ...]


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which contacts a file speaks of: its columns, less the cells that could not be read."""

    used: Mapping[str, str]
    unread: frozenset[tuple[int, str]]

    @classmethod
    def of(cls, parsed: ParsedExport) -> "Spoken":
        """As the reader reports it."""
        unread = frozenset((problem.row, problem.column) for problem in parsed.problems)
        return cls(parsed.columns.used, unread)

    def says(self, row: InvoiceRow, kind: str) -> bool:
        """Whether the row states this kind of contact, be it by an empty cell."""
        prefix = "debtor_" if row.debtor else ""
        titles = [self.used.get(prefix + column) for column in _COLUMNS[kind]]
        return any(titles) and not any((row.row, title) in self.unread for title in titles if title)


def account_key(row: InvoiceRow, *, practice_id: int, index: BlindIndex) -> str:
    """Who owes: the patient by file number, else a blind mark of the debtor.

    The mark is made of the name and the best that tells namesakes apart: birth date, telephone,
    e-mail, or the file number of the patient they pay for.
    """
    debtor = row.debtor
    if debtor is None:
        return f"p:{row.external_ref}"
    born = debtor.birth_date.isoformat() if debtor.birth_date else ""
    tells_apart = (
        ("birth_date", born),
        ("phone", debtor.mobile or debtor.landline),
        ("email", debtor.email.casefold()),
        ("patient", row.external_ref),
    )
    field, value = next((field, value) for field, value in tells_apart if value)
    mark = index.of(
        practice_id, f"debtor|{folded(debtor.given_name)}|{field}|{value}", debtor.surname
    )
    return f"d:{mark.hex()}"


def account_wish(key: str, rows: Sequence[InvoiceRow], spoken: Spoken) -> AccountWish:
    """All rows of one debtor together; where they differ, the latest invoice is believed."""
    latest = sorted(rows, key=lambda row: (row.issued_on, row.row), reverse=True)
    flags = [row.opt_out for row in rows if row.opt_out is not None]
    protections = [row.protections for row in rows if row.protections is not None]
    return AccountWish(
        key=key,
        people=_people(latest),
        contacts=_contacts(latest, spoken),
        channel=next((row.channel for row in latest if row.channel), None),
        language=next((row.language for row in latest if row.language), None),
        opt_out=any(flags) if flags else None,
        protections=frozenset().union(*protections) if protections else None,
        rows=tuple(rows),
    )


def _people(latest: Sequence[InvoiceRow]) -> tuple[PersonWish, ...]:
    debtors = [row.debtor for row in latest if row.debtor]
    by_ref: dict[str, list[PartyRow]] = {}
    for row in latest:
        by_ref.setdefault(row.external_ref, []).append(row.patient)
    patients = [
        PersonWish("patient" if debtors else "debtor", ref, _details(parties))
        for ref, parties in by_ref.items()
    ]
    return (PersonWish("debtor", "", _details(debtors)), *patients) if debtors else tuple(patients)


def _details(latest: Sequence[PartyRow]) -> PersonDetails:
    name = PersonName(latest[0].given_name, latest[0].surname)
    birth_date = next((party.birth_date for party in latest if party.birth_date), None)
    return PersonDetails(name, birth_date, next(filter(None, map(_address, latest)), None))


def _address(party: PartyRow) -> dict[str, str] | None:
    whole = {
        "line1": party.address1,
        "line2": party.address2,
        "postcode": party.postcode,
        "city": party.city,
        "country": party.country,
    }
    return {part: text for part, text in whole.items() if text} or None


def _contacts(latest: Sequence[InvoiceRow], spoken: Spoken) -> dict[str, str]:
    """Only who owes is written to: a patient for whom someone else pays is another person."""
    return {
        kind: value for kind in POSITIONS if (value := _contact(kind, latest, spoken)) is not None
    }


def _contact(kind: str, latest: Iterable[InvoiceRow], spoken: Spoken) -> str | None:
    said = True
    for row in latest:
        value = _value(row.debtor or row.patient, kind)
        if value:
            return value
        said &= spoken.says(row, kind)
    return "" if said else None


def _value(party: PartyRow, kind: str) -> str:
    values = {"phone": party.mobile, "email": party.email, "landline": party.landline}
    return values[kind]
