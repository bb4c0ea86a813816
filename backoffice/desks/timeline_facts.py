"""An event's facts, said in French."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from backoffice.desks.words import title
from shared.base.formats import day, money


@dataclass(frozen=True, slots=True)
class Facts:
    """An event's facts, said in French; what is missing is left out, never an error."""

    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """The fact as it is."""
        return str(self.values.get(name, ""))

    def word(self, name: str, words: Mapping[str, str]) -> str:
        """The word for a coded fact."""
        return title(words, self.text(name))

    def words(self, name: str, words: Mapping[str, str]) -> str:
        """The words for a list of coded facts."""
        codes = self.values.get(name)
        return ", ".join(title(words, str(c)) for c in codes) if isinstance(codes, list) else ""

    def money(self, name: str = "cents") -> str:
        """A sum."""
        cents = self.values.get(name)
        return money(cents) if isinstance(cents, int) else ""

    def day(self, name: str) -> str:
        """A day."""
        try:
            return day(date.fromisoformat(self.text(name)))
        except ValueError:
            return ""

    def after(self, before: str, said: str) -> str:
        """``said`` with what leads to it; nothing when there is nothing to say."""
        return f"{before}{said}" if said else ""


Sentence = str | Callable[[Facts], str]
