"""Folding: one way of writing for texts that look alike, before the lint searches them."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_JOINED = str.maketrans({"œ": "oe", "Œ": "Oe", "æ": "ae", "Æ": "Ae"})
"""Letters that Unicode does not take apart: « cœur » is searched as « coeur »."""
_MARKS = re.compile("[\u0300-\u036f]")


def decomposed(text: str) -> str:
    """One line, compatibility forms resolved, accents apart from their letters, nothing unseen."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKD", text)).translate(_JOINED)
    return text.replace("\n", " ").replace("\r", " ").replace("\t", " ").replace("_", " ")


def without_marks(folded: str) -> str:
    """A decomposed text without its accents."""
    return _MARKS.sub("", folded)


def unaccented(text: str) -> str:
    """Decomposed, without accents."""
    return without_marks(decomposed(text))


_NO_LETTER = re.compile("[^a-z]")
_SPELT = re.compile(r"(?<![a-z0-9])(?:[a-z](?:\. ?|[·\- ])){2,}[a-z](?![a-z0-9])")


def unspelt(folded: str) -> str:
    """Words written letter by letter (« V.I.H. », « i r m ») as words; every place before them holds."""
    return _SPELT.sub(lambda word: _NO_LETTER.sub("", word[0]).ljust(len(word[0])), folded)


class Origins:
    """Where in a text the characters of its folded form come from: each character is folded once, however
    many are asked for."""

    def __init__(self, text: str, fold: Callable[[str], str]) -> None:
        lengths = (1 if char.isascii() else len(fold(char)) for char in text)
        self._ends = list(accumulate(lengths))

    def of(self, index: int) -> int:
        """The place of the character that became number ``index``; the text's length for one behind it."""
        return bisect_right(self._ends, index)
