"""What comes out of a practice's export: typed rows, their problems, the columns that served."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from shared.base.errors import ArdoiseError
from shared.base.money import Cents

MAX_COLUMNS = 300


class UnreadableExportError(ArdoiseError):
    """The whole file cannot be read. The text is French and says what to do."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Something wrong in a row.

    ``row`` is the row's number as a spreadsheet shows it, ``column`` the title of its column.
    ``reason`` is a French sentence that says what to do and never repeats what the cell holds.
    A problem that is not ``blocking`` costs the row only that cell (a wrong telephone number):
    the row is then among the rows as well. ``number`` is the invoice's and ``who`` the patient's name,
    empty where they can't be read.
    """

    row: int
    column: str
    reason: str
    blocking: bool = True
    number: str = ""
    who: str = field(default="", repr=False)

    def of(self, row: "InvoiceRow") -> "RowProblem":
        """The same, with the invoice and the patient of its row."""
        return replace(self, number=row.invoice_number, who=row.patient.called)


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A person as the export tells of them; empty text where it says nothing.

    ``mobile`` can receive text messages, ``landline`` cannot; both in E.164. ``country`` is empty
    for France.
    """

    surname: str
    given_name: str
    birth_date: date | None
    mobile: str = ""
    landline: str = ""
    email: str = ""
    address1: str = ""
    address2: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""

    @property
    def called(self) -> str:
        """Given name and surname, as far as they are told."""
        return f"{self.given_name} {self.surname}".strip()


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One invoice of the export. Sums are cents.

    ``patient_share_cents`` and ``remaining_cents`` are as stated, else worked out from the others.
    ``debtor`` is None when the patient owes. ``protections`` (of CSS, AME, ATMP, ALD), ``opt_out``
    and ``disputed`` are None when the file has no such column: they can be left as they are.
    ``care`` holds care cells by column title, only if they were asked for.
    """

    row: int
    external_ref: str
    invoice_number: str
    issued_on: date
    due_on: date | None
    total_cents: Cents
    amo_cents: Cents | None
    amc_cents: Cents | None
    patient_share_cents: Cents
    already_paid_cents: Cents | None
    remaining_cents: Cents
    patient: PartyRow
    debtor: PartyRow | None
    protections: frozenset[str] | None
    channel: str | None
    opt_out: bool | None
    language: str | None
    disputed: bool | None
    care: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ColumnReport:
    """Which titles of the file served, by field, and which did not.

    ``unused`` are understood but not kept yet; ``care_columns`` tell of care and are dropped unless
    asked for; ``unknown`` say nothing to the reader.
    """

    header_row: int
    used: Mapping[str, str]
    unused: tuple[str, ...]
    care_columns: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedExport:
    """A whole export. ``rows`` are those without a blocking problem, in the file's order.

    ``encoding`` is what the bytes were read as (``xlsx`` for a workbook, whose ``delimiter`` is
    empty).
    """

    rows: tuple[InvoiceRow, ...]
    problems: tuple[RowProblem, ...]
    columns: ColumnReport
    encoding: str
    delimiter: str
