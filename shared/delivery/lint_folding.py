"""Folding: one way of writing for texts that look alike, before the lint searches them."""

import re
import unicodedata
from collections.abc import Callable

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_MARKS = re.compile("[\u0300-\u036f]")


def decomposed(text: str) -> str:
    """One line, compatibility forms resolved, accents apart from their letters, nothing unseen."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKD", text))
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ").replace("_", " ")


def without_marks(folded: str) -> str:
    """A decomposed text without its accents."""
    return _MARKS.sub("", folded)


def unaccented(text: str) -> str:
    """Decomposed, without accents."""
    return without_marks(decomposed(text))


def origin(text: str, index: int, fold: Callable[[str], str]) -> int:
    """Where in `text` the character stands that became number `index` of its folded form."""
    folded = 0
    for position, char in enumerate(text):
        folded += len(fold(char))
        if folded > index:
            return position
    return len(text)
