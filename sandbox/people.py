"""Whose phone it is: the demo's invented people, so that its path can be walked from the phone page."""

import json
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


def person_at(file: Path | None, to: str) -> Person | None:
    """Who receives messages at a number or an address; nobody where no file tells."""
    if file is None or not file.exists():
        return None
    for one in json.loads(file.read_text("utf-8")):
        if to in one["addresses"]:
            born = date.fromisoformat(one["birth_date"])
            return Person(one["name"], born, one.get("postcode", ""))
    return None
