"""Placeholders of ready-made answers, and how long somebody is believed to be writing."""

import re
from collections.abc import Mapping
from datetime import timedelta

PRESENT_FOR = timedelta(seconds=60)

LONGEST_TITLE = 60
PLACEHOLDERS: Mapping[str, str] = {
    "référence": "la référence de virement du compte",
    "reste dû": "ce que le compte doit encore",
    "date": "la date du jour",
    "téléphone du cabinet": "le numéro où nous appeler",
}
"""By name, what each stands for. None names a person: an answer must be right whoever reads it."""

_PLACE = re.compile(r"\{([^{}\n]{1,60})\}")


def filled_in(body: str, values: Mapping[str, str]) -> str:
    """A ready-made answer with what is known put in place; the rest stays as it is, to be seen."""
    return _PLACE.sub(lambda place: values.get(_name(place[1])) or place[0], body)


_GREETING = re.compile(
    r"(?:re)?(?:bonjour|bonsoir|madame|monsieur|chère?)\b[^\n]{0,60}", re.IGNORECASE
)


def put_behind(typed: str, answer: str) -> str:
    """What is typed with a ready-made answer behind it: who was greeted already is greeted once."""
    if not typed:
        return answer
    first, parted, rest = answer.partition("\n\n")
    greeted = _GREETING.match(typed) is not None
    if greeted and parted and _GREETING.fullmatch(first.strip()):
        answer = rest
    return f"{typed}\n\n{answer}"


def placeholders_left(text: str) -> tuple[str, ...]:
    """What in a text about to be sent still waits to be filled in, each once."""
    return tuple(dict.fromkeys(place[0] for place in _PLACE.finditer(text)))


def unknown_placeholders(body: str) -> tuple[str, ...]:
    """What in a ready-made answer can never be filled in, each once."""
    found = _PLACE.finditer(body)
    return tuple(dict.fromkeys(place[0] for place in found if _name(place[1]) not in PLACEHOLDERS))


def without_placeholders(text: str) -> str:
    """What a ready-made answer says by itself, for whoever judges its words."""
    return _PLACE.sub("…", text)


def _name(typed: str) -> str:
    return " ".join(typed.split()).lower()
