"""Money, dates and sentences as people read them, in French and in other languages.

Sentences are written in French in the code; a catalogue in ``locale/`` holds each other language.
French typographic spaces are put here, so that sentences are typed with plain ones.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from typing import NamedTuple, Self
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_time
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.numbers import format_currency

from shared.base.errors import ConfigurationError
from shared.base.money import Cents

SOURCE_LANGUAGE = "fr"
DOMAIN = "ardoise"

NO_BREAK = "\u00a0"
NO_BREAK_HYPHEN = "\u2011"
NO_BREAK_AFTER = "\u2060"  # word joiner: a line may end behind a dash, even before such a space
NARROW = "\u202f"
MINUS = "\u2212"

# English as Europe writes it: the day before the month, the sign before the number.
_LOCALES = {"en": "en_GB"}

# Hours: (on the hour, with minutes). « 14 h », « 14 h 30 », "2 pm", "2:30 pm".
_CLOCK = {
    "fr": (f"H{NO_BREAK}'h'", f"H{NO_BREAK}'h'{NO_BREAK}mm"),
    "en": (f"h{NO_BREAK}a", f"h:mm{NO_BREAK}a"),
}

_NEAR = {
    "fr": {0: "aujourd’hui", 1: "demain", 2: "après-demain", -1: "hier", -2: "avant-hier"},
    "en": {0: "today", 1: "tomorrow", -1: "yesterday"},
}
_NEAR_DAYS = {
    "fr": (f"dans {{}}{NO_BREAK}jours", f"il y a {{}}{NO_BREAK}jours"),
    "en": (f"in {{}}{NO_BREAK}days", f"{{}}{NO_BREAK}days ago"),
}
_NEAR_REACH = 7

_SPACES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<=\S) (?=[;!?%])"), NARROW),
    (re.compile(r"(?<=\S) (?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"(?<=«) | (?=»)"), NO_BREAK),
    (re.compile(r"(?<=\bn°) (?=\S)"), NO_BREAK),
    (re.compile(r"(?<=\d) (?=(?:h|jours?|minutes?|euros?)\b|€)"), NO_BREAK),
    (re.compile(r"(?<=\d[ \u00a0]h) (?=\d\d\b)"), NO_BREAK),
)

# In hours, the spaces inside a time and around the dash between two.
_IN_HOURS = re.compile(r"(?<=\d) (?=(?:h|am|pm)\b)|(?<=\bh) (?=\d\d\b)|(?<=[hm\d]) (?=–)")
_AFTER_DASH = re.compile(r"(?<=–) (?=\d)")


class MoneyParts(NamedTuple):
    """A sum for the big figure: ``sign_first`` tells on which side the currency sign stands."""

    number: str
    sign: str
    sign_first: bool


def locale_of(language: str) -> str:
    """The CLDR locale that a language is written in."""
    return _LOCALES.get(language, language)


@lru_cache(maxsize=8192)
def money(cents: Cents, language: str = SOURCE_LANGUAGE) -> str:
    """Euros as CLDR writes them: « 1 234,56 € », "€1,234.56"; the minus is U+2212."""
    written = format_currency(Decimal(cents) / 100, "EUR", locale=locale_of(language))
    return written.replace("-", MINUS)


@lru_cache(maxsize=2048)
def money_parts(cents: Cents, language: str = SOURCE_LANGUAGE) -> MoneyParts:
    """The same sum, its sign apart, so that a page may set the sign smaller."""
    written = money(cents, language)
    number = written.replace("€", "").strip(f"{NO_BREAK}{NARROW} ")
    return MoneyParts(number, "€", not written.endswith("€"))


@lru_cache(maxsize=4096)
def day(value: date, language: str = SOURCE_LANGUAGE, today: date | None = None) -> str:
    """« 3 mars 2026 », « 1er mars 2026 »; without the year when it is the year of ``today``."""
    locale = locale_of(language)
    with_year = today is None or today.year != value.year
    written = format_date(value, "d MMMM y" if with_year else "d MMMM", locale=locale)
    return f"1er{written[1:]}" if language == "fr" and value.day == 1 else written


def weekday(value: date, language: str = SOURCE_LANGUAGE, today: date | None = None) -> str:
    """A day as a promise names it: « jeudi 26 novembre », "Thursday 26 November"."""
    name = format_date(value, "EEEE", locale=locale_of(language))
    return f"{name} {day(value, language, today)}"


def near_day(value: date, language: str, today: date) -> str:
    """A day as staff speak of it: « hier », « dans 3 jours », else the date."""
    distance = (value - today).days
    near = _NEAR.get(language, {}).get(distance)
    if near is not None:
        return near
    if abs(distance) <= _NEAR_REACH and language in _NEAR_DAYS:
        ahead, ago = _NEAR_DAYS[language]
        return (ahead if distance > 0 else ago).format(abs(distance))
    return day(value, language, today)


@lru_cache(maxsize=2048)
def clock_time(instant: datetime, timezone: str, language: str = SOURCE_LANGUAGE) -> str:
    """The practice's wall-clock time of an instant: « 14 h 30 », "2:30 pm"."""
    local = instant.astimezone(ZoneInfo(timezone))
    patterns = _CLOCK.get(language)
    pattern = "short" if patterns is None else patterns[bool(local.minute)]
    return format_time(local.time(), pattern, locale=locale_of(language))


@lru_cache(maxsize=2048)
def plural(count: int, one: str, many: str, language: str = SOURCE_LANGUAGE) -> str:
    """The form that goes with ``count``; in French zero is singular."""
    form = Locale.parse(locale_of(language)).plural_form(count)
    return one if form == "one" else many


@lru_cache(maxsize=4096)
def french_spaces(text: str) -> str:
    """Put the unbreakable spaces that French typography asks for: before « ; : ! ? % » and more."""
    for pattern, space in _SPACES:
        text = pattern.sub(space, text)
    return text


def whole_words(text: str) -> str:
    """« e-mail » with a hyphen at which no line ends."""
    return text.replace("e-mail", f"e{NO_BREAK_HYPHEN}mail")


def unbroken_hours(text: str) -> str:
    """Opening hours in which no span of hours is cut: « 9 h – 12 h », "9 am – 12 pm"."""
    return _AFTER_DASH.sub(f"{NO_BREAK_AFTER}{NO_BREAK}", _IN_HOURS.sub(NO_BREAK, text))


def marked(sentence: str) -> str:
    """Mark a French sentence for the catalogues where it is written; it is translated when shown."""
    return sentence


class Translator:
    """Gettext catalogues whose message ids are the French sentences themselves."""

    def __init__(self, catalogues: Mapping[str, GNUTranslations]) -> None:
        self._catalogues = dict(catalogues)
        self.languages = (SOURCE_LANGUAGE, *sorted(self._catalogues))

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read ``<folder>/<language>/LC_MESSAGES/ardoise.po`` of every language.

        Raises ConfigurationError when a catalogue can't be read.
        """
        found = sorted(folder.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))
        return cls({path.parent.parent.name: _catalogue(path) for path in found})

    def gettext(self, language: str, message: str, /, **values: object) -> str:
        """The sentence in ``language``; ``{name}`` is replaced by the value of that name."""
        text = self._sentence(language, message)
        return text.format(**values) if values else text

    def ngettext(self, language: str, one: str, many: str, count: int, /, **values: object) -> str:
        """The sentence that goes with ``count``, which it may name as ``{count}``."""
        return self.counted(language, one, many, count).format(count=count, **values)

    def counted(self, language: str, one: str, many: str, count: int) -> str:
        """As ``ngettext``, with the names still to be replaced."""
        catalogue = self._catalogues.get(language)
        if catalogue is None:
            return whole_words(french_spaces(plural(count, one, many)))
        return whole_words(catalogue.ngettext(one, many, count))

    def _sentence(self, language: str, message: str) -> str:
        catalogue = self._catalogues.get(language)
        said = french_spaces(message) if catalogue is None else catalogue.gettext(message)
        return whole_words(said)

    def choose(self, wanted: Iterable[str]) -> str:
        """The first of the ``wanted`` languages that there is, else French."""
        known = (tag.split("-")[0].lower() for tag in wanted)
        return next((tag for tag in known if tag in self.languages), SOURCE_LANGUAGE)


def _catalogue(path: Path) -> GNUTranslations:
    language = path.parent.parent.name
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
    except (PoFileError, UnknownLocaleError, ValueError) as error:
        raise ConfigurationError(
            f"The catalogue {language}/{path.name} is broken: {error}"
        ) from None
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)
