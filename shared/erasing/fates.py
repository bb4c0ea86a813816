"""What can become of a table's rows when a person's data are erased, and why some of them stay."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.base.vault import Json

BOOKED = (
    "a voucher of the accounts: kept ten years (C. com. L123-22), without a word of the person's"
)
OPAQUE = "by which money at the processor that comes or goes late is known; it names nobody"
WORKINGS = "that and when something took place, in codes and days: without words or contacts"
ACCOUNTABLE = (
    "who looked at, copied or erased data, and when: the practice answers for it (GDPR, art. 5-2)"
)


@dataclass(frozen=True, slots=True)
class Gone:
    """A table of which the account's rows go; those that name no account are found ``through`` a column that
    leads to one that does: (own column, table, its column)."""

    table: str
    through: tuple[str, str, str] | None = None


@dataclass(frozen=True, slots=True)
class Stays:
    """A table of which the account's rows stay. ``emptied`` columns are set to a plain value, of
    ``blank`` ones, which are sealed, where something stands, the value is sealed in the place of what
    stood there, ``kept`` says why the others stay: a reason by columns. ``late`` columns are emptied when
    the accounts' own time is over."""

    table: str
    kept: Mapping[str, str]
    emptied: Mapping[str, object] = field(default_factory=dict)
    blank: Mapping[str, Json] = field(default_factory=dict)
    late: Mapping[str, object] = field(default_factory=dict)
    through: tuple[str, str, str] | None = None
