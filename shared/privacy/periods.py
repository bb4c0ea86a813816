"""For how long a practice keeps what, in days: settings with the floors and ceilings that the project thinks
lawful and workable. They are no law; a practice decides between them."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.base.errors import NotAllowedError

YEAR = 365
DAYS_OF_A_MONTH = 365.25 / 12
FEW_MONTHS = 2
NEAR_ENOUGH = (
    5  # days: as many as calendars differ by in what people call three months, or eleven years
)
ACCOUNTING_YEARS = 10
ACCOUNTS = "accounts"
# Ten years from the end of the business year in which the last entry was booked, which may be a year later.
ACCOUNTS_DAYS = (ACCOUNTING_YEARS + 1) * YEAR + 3


@dataclass(frozen=True, slots=True)
class Period:
    """How many days something is kept after it ended. ``one`` and ``title`` say what, in the singular and in
    the plural, and ``about`` what that is to somebody at the front desk, all in French."""

    name: str
    one: str
    title: str
    about: str
    usual: int
    least: int
    most: int


PERIODS: Mapping[str, Period] = {
    period.name: period
    for period in (
        Period(
            "identity_failures",
            "réponse fausse à l’entrée",
            "réponses fausses à l’entrée",
            "Quand quelqu’un s’est trompé de date de naissance ou de code postal pour ouvrir un espace.",
            YEAR,
            30,
            YEAR,
        ),
        Period(
            "links",
            "lien périmé",
            "liens périmés",
            "Ce qui restait d’un lien qui n’ouvre plus rien. La date de l’envoi reste.",
            30,
            1,
            90,
        ),
        Period(
            "codes",
            "code périmé",
            "codes périmés",
            "Les codes à six chiffres envoyés à la personne. Qu’un code a été envoyé reste.",
            30,
            1,
            90,
        ),
        Period(
            "message_refs",
            "numéro de suivi d’un envoi",
            "numéros de suivi d’un envoi",
            "Le numéro que le service d’e-mails ou de SMS donne à un message, pour le retrouver chez lui.",
            90,
            30,
            YEAR,
        ),
        Period(
            "signals",
            "annonce du prestataire de carte",
            "annonces du prestataire de carte",
            "« Payé », « refusé », « remboursé » : ce qu’il a fait savoir. Le paiement lui-même reste.",
            YEAR,
            60,
            2 * YEAR,
        ),
        Period(
            "hold_notes",
            "note d’une pause finie",
            "notes d’une pause finie",
            "Ce que l’équipe a écrit en mettant un compte en pause. La pause et sa raison restent.",
            YEAR,
            30,
            3 * YEAR,
        ),
        Period(
            "detail_notes",
            "note d’une ouverture du détail des soins",
            "notes d’une ouverture du détail des soins",
            "Ce que l’équipe a écrit en l’ouvrant. Qui, quand et la raison choisie restent.",
            YEAR,
            180,
            3 * YEAR,
        ),
        Period(
            "threads",
            "conversation terminée",
            "conversations terminées",
            "Les messages et leurs documents, là où plus rien n’est dû. Qu’elles ont eu lieu reste.",
            YEAR,
            90,
            3 * YEAR,
        ),
        Period(
            ACCOUNTS,
            "compte clos",
            "comptes clos",
            "Là où plus rien n’est ouvert, après la dernière pièce comptable : tout ce qui reste des "
            "personnes, leur nom aussi.",
            ACCOUNTS_DAYS,
            ACCOUNTS_DAYS,
            20 * YEAR,
        ),
        Period(
            "record",
            "ligne du journal",
            "lignes du journal",
            "Qui a fait quoi, et quand. Que la ligne a existé reste, scellé.",
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
    """How many of each kind, in French: « 12 codes périmés »; a kind that there is no more is left out."""
    known = [(count, PERIODS[name]) for name, count in counts.items() if name in PERIODS]
    return [f"{count} {kind.one if count == 1 else kind.title}" for count, kind in known]


def span(days: int) -> str:
    """How long that is, in French: « 45 jours », « 4018 jours (11 ans) ». Months are told where there are
    two of them or more, and as near as the days come."""
    months = round(days / DAYS_OF_A_MONTH)
    if months < FEW_MONTHS:
        return f"{days} jour{'s' if days > 1 else ''}"
    years, rest = divmod(months, 12)
    parts = [f"{years} an{'s' if years > 1 else ''}"] if years else []
    parts += [f"{rest} mois"] if rest else []
    near = abs(days - months * DAYS_OF_A_MONTH) > NEAR_ENOUGH
    return f"{days} jours ({'environ ' if near else ''}{' et '.join(parts)})"


def check_days(name: str, days: int) -> None:
    """Raises NotAllowedError for what is not kept by days, or not for so few or so many."""
    period = PERIODS.get(name)
    if period is None:
        raise NotAllowedError(f"There is no period {name}: choose among {', '.join(PERIODS)}.")
    if not period.least <= days <= period.most:
        raise NotAllowedError(
            f"{name} is kept for {period.least} to {period.most} days, and not for {days}."
        )
