"""How days, instants and titles are said on the desk's pages."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from backoffice.office import office
from shared.base.clock import local_date
from shared.base.formats import clock_time, day, near_day
from shared.web.filters import timezone


def capital(text: str) -> str:
    """The text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]


def on_day(value: date) -> str:
    """A day inside a sentence: « demain », « dans 3 jours », « le 4 décembre »."""
    near = near_day(_local(value), "fr", office().today(timezone()))
    return f"le {near}" if near[0].isdigit() else near


def since_day(value: date) -> str:
    """A day after « depuis »: « hier », else « le 19 novembre »."""
    today = office().today(timezone())
    if (today - _local(value)).days in (0, 1):
        return near_day(_local(value), "fr", today)
    return f"le {day(_local(value), 'fr', today)}"


def moment(instant: datetime) -> str:
    """An instant in a list: « hier, 10 h 30 », else « 16 novembre, 10 h 30 »."""
    here, today = timezone(), office().today(timezone())
    on = local_date(instant, here)
    said = near_day(on, "fr", today) if (today - on).days in (0, 1) else day(on, "fr", today)
    return f"{said}, {clock_time(instant, here)}"


def on_moment(instant: datetime) -> str:
    """The same inside a sentence: « hier, 10 h 30 », else « le 16 novembre, 10 h 30 »."""
    said = moment(instant)
    return f"le {said}" if said[0].isdigit() else said


def night_words(decides: date) -> str:
    """A night by the day that it decides, the one it ends on: « du 23 au 24 novembre 2026 »."""
    before = decides - timedelta(days=1)
    same = before.month == decides.month
    first = day(before, "fr", before)
    return f"du {first.split()[0] if same else first} au {day(decides, 'fr')}"


def _local(value: date) -> date:
    return local_date(value, timezone()) if isinstance(value, datetime) else value


FILTERS: Mapping[str, Callable[..., str]] = {
    "on": on_day,
    "since": since_day,
    "moment": moment,
    "on_moment": on_moment,
    "night": night_words,
    "capitalize": capital,  # Jinja's own makes « CNIL » small
}
