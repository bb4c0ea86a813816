"""Whose phone it is: the demo's invented people, so that its path can be walked from the phone page."""

import json
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from babel.dates import format_date


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody invented. ``postcode`` is empty where the portal does not ask for it."""

    name: str
    birth_date: date
    postcode: str

    @property
    def born(self) -> str:
        """« 8 février 1945 »."""
        return str(format_date(self.birth_date, "d MMMM y", locale="fr"))

    def is_called(self, words: str) -> bool:
        """Whether the words stand in the name, whatever their case and accents."""
        return _bare(words) in _bare(self.name)


def people_by_address(file: Path | None) -> dict[str, Person]:
    """Who receives messages at which number or address; nobody where no file tells."""
    if file is None or not file.exists():
        return {}
    people: dict[str, Person] = {}
    for one in json.loads(file.read_text("utf-8")):
        born = date.fromisoformat(one["birth_date"])
        person = Person(one["name"], born, one.get("postcode", ""))
        for to in one["addresses"]:
            people.setdefault(to, person)
    return people


def _bare(text: str) -> str:
    whole = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in whole if not unicodedata.combining(letter))
