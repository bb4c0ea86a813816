"""What templates call: sentences, money, days, hours and telephone links, in the page's language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

import phonenumbers
from babel import Locale
from flask import Flask, current_app, g
from jinja2 import StrictUndefined
from markupsafe import Markup

from shared.base import formats
from shared.base.clock import Clock, local_date
from shared.base.formats import SOURCE_LANGUAGE, MoneyParts, Translator
from shared.base.money import Cents

DEFAULT_TIMEZONE = "Europe/Paris"
EXTENSION = "ardoise.words"


@dataclass(frozen=True, slots=True)
class Words:
    """What the filters of one app read: its catalogues and its clock."""

    translator: Translator
    now: Clock


def language() -> str:
    """The language of the page at hand (``g.language``)."""
    chosen: str = g.get("language", SOURCE_LANGUAGE)
    return chosen


def timezone() -> str:
    """The time zone of the practice at hand (``g.timezone``)."""
    zone: str = g.get("timezone", DEFAULT_TIMEZONE)
    return zone


def money(cents: Cents) -> str:
    """Cents as euros."""
    return formats.money(cents, language())


def money_parts(cents: Cents) -> MoneyParts:
    """Cents as euros, the sign apart."""
    return formats.money_parts(cents, language())


def clock(instant: datetime) -> str:
    """The local wall-clock time of an instant."""
    return formats.clock_time(instant, timezone(), language())


def counted(instant: datetime) -> str:
    """When the worker counted, as the desks say it: « à 14 h 30 »; with the day where it is not today, so
    that a worker that stands still is seen."""
    if _local(instant) == today():
        return f"à {clock(instant)}"
    return f"le {day(instant)} à {clock(instant)}"


@lru_cache(maxsize=512)
def dialled(e164: str) -> str:
    """« 06 39 98 12 34 », as it is dialled here; a number of another country with its prefix."""
    number = phonenumbers.parse(e164)
    style = phonenumbers.PhoneNumberFormat.NATIONAL
    if number.country_code != phonenumbers.country_code_for_region("FR"):
        style = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(number, style))


def contact_in_full(kind: str, value: str) -> str:
    """A contact as one reads it out: an e-mail address, or a number as it is dialled."""
    return value if kind == "email" else dialled(value)


def telephone(number: str) -> str:
    """The ``tel:`` link of a number as a French practice writes it."""
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_possible_number(parsed):  # « 3939 »
        return "tel:" + "".join(c for c in number if c.isdigit())
    return "tel:" + phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def day(value: date) -> str:
    """A day (or an instant's local day) in words; the year only when it is another one."""
    return formats.day(_local(value), language(), today())


def full_day(value: date) -> str:
    """A day in words, always with its year."""
    return formats.day(_local(value), language())


def weekday(value: date) -> str:
    """A day with its name, as a promise gives it."""
    return formats.weekday(_local(value), language(), today())


def near(value: date) -> str:
    """A day as staff speak of it."""
    return formats.near_day(_local(value), language(), today())


def past(value: date) -> bool:
    """Whether a day is over: what was promised by then is late."""
    return _local(value) < today()


def today() -> date:
    """The practice's present day."""
    return local_date(_words().now.now(), timezone())


def t(sentence: str, /, **values: object) -> str:
    """A French sentence in the page's language, its ``{name}`` replaced."""
    spoken = _words().translator.gettext(language(), sentence)
    return filled(spoken, values) if values else spoken


def tn(one: str, many: str, count: int, /, **values: object) -> str:
    """The sentence that goes with ``count`` in the page's language."""
    sentence = _words().translator.counted(language(), one, many, count)
    return filled(sentence, values | {"count": count})


def install_filters(app: Flask, translator: Translator, now: Clock) -> None:
    """Hand the filters to the templates of ``app``; a name that a template doesn't get is an error."""
    app.extensions[EXTENSION] = Words(translator, now)
    env = app.jinja_env
    env.undefined = StrictUndefined
    env.trim_blocks = True
    env.lstrip_blocks = True
    filters: dict[str, Callable[..., object]] = {
        "money": money,
        "money_parts": money_parts,
        "clock": clock,
        "counted": counted,
        "day": day,
        "full_day": full_day,
        "near": near,
        "weekday": weekday,
        "telephone": telephone,
    }
    env.filters.update(filters)
    env.tests["past"] = past
    names = {code: own_name(code) for code in translator.languages}
    env.globals.update(t=t, tn=tn, language_names=names)
    app.context_processor(_of_page)


def _of_page() -> dict[str, object]:
    """The page's language, and a ``t`` that has not to ask for it at each of its many sentences."""
    spoken, gettext = language(), _words().translator.gettext

    def say(sentence: str, /, **values: object) -> str:
        said = gettext(spoken, sentence)
        return filled(said, values) if values else said

    return {"language": spoken, "t": say}


def _words() -> Words:
    words: Words = current_app.extensions[EXTENSION]
    return words


def _local(value: date) -> date:
    return local_date(value, timezone()) if isinstance(value, datetime) else value


def own_name(code: str) -> str:
    """A language's name in that language, as a button shows it: « Français », "English"."""
    return (Locale.parse(code).get_display_name(code) or code).capitalize()


def filled(sentence: str, values: Mapping[str, object]) -> str:
    """The sentence with its values. A value that is markup makes the whole markup, the rest escaped."""
    if any(hasattr(value, "__html__") for value in values.values()):
        return Markup.escape(sentence).format(**values)
    return sentence.format(**values) if values else sentence
