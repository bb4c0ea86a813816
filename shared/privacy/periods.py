"""For how long a practice keeps what, in days: settings with the floors and ceilings that the project thinks
lawful and workable. They are no law; a practice decides between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.base.errors import NotAllowedError

YEAR = 365
ACCOUNTING_YEARS = 10
ACCOUNTS = "accounts"
# Ten years from the end of the business year in which the last entry was booked, which may be a year later.
ACCOUNTS_DAYS = (ACCOUNTING_YEARS + 1) * YEAR + 3


@dataclass(frozen=True, slots=True)
class Period:
    """How many days something is kept after it ended; ``title`` says what, in the plural and in French."""

    name: str
    title: str
    usual: int
    least: int
    most: int


PERIODS: Mapping[str, Period] = {
    period.name: period
    for period in (
        Period("identity_failures", "mauvaises réponses à l’identité", YEAR, 30, YEAR),
        Period("links", "clés de liens expirés", 30, 1, 90),
        Period("codes", "codes expirés", 30, 1, 90),
        Period("message_refs", "références d’envois", 90, 30, YEAR),
        Period("signals", "signaux du paiement par carte", YEAR, 60, 2 * YEAR),
        Period("hold_notes", "notes de pauses levées", YEAR, 30, 3 * YEAR),
        Period("detail_notes", "notes d’ouvertures de détail", YEAR, 180, 3 * YEAR),
        Period("threads", "conversations terminées de comptes soldés", YEAR, 90, 3 * YEAR),
        Period(
            ACCOUNTS,
            "comptes clos dont plus aucune pièce ne doit être gardée",
            ACCOUNTS_DAYS,
            ACCOUNTS_DAYS,
            20 * YEAR,
        ),
        Period(
            "record",
            "événements du journal",
            ACCOUNTING_YEARS * YEAR + 5,
            ACCOUNTING_YEARS * YEAR + 3,
            20 * YEAR,
        ),
    )
}


def days_of(name: str, chosen: Mapping[str, int]) -> int:
    """How many days a practice keeps it: what it chose, else what is usual. Never beyond the bounds, whatever
    stands in the database."""
    period = PERIODS[name]
    return max(period.least, min(period.most, chosen.get(name, period.usual)))


def in_words(counts: Mapping[str, int]) -> list[str]:
    """How many of each kind, in French: « 12 codes expirés »; a kind that there is no more is left out."""
    return [f"{count} {PERIODS[name].title}" for name, count in counts.items() if name in PERIODS]


def check_days(name: str, days: int) -> None:
    """Raises NotAllowedError for what is not kept by days, or not for so few or so many."""
    period = PERIODS.get(name)
    if period is None:
        raise NotAllowedError(f"There is no period {name}: choose among {', '.join(PERIODS)}.")
    if not period.least <= days <= period.most:
        raise NotAllowedError(
            f"{name} is kept for {period.least} to {period.most} days, and not for {days}."
        )
