"""An answer that is still being written: what was typed, what the lint says of it, what would mend it."""

import hashlib
import re
from dataclasses import dataclass
from uuid import UUID

from backoffice.desks.message_words import INSTEAD, RULES
from backoffice.desks.words import title
from shared.base.vault import folded
from shared.delivery import Profile, lint_text

MOST_FINDINGS = 5


@dataclass(frozen=True, slots=True)
class Warned:
    """What the tone-and-secrecy lint says of a place in a text, by the rule's ``code``; ``instead`` where a
    better word is known."""

    rule: str
    excerpt: str
    start: int = 0
    instead: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer that was not sent yet, as it was typed, and what the lint says."""

    thread_id: UUID | None = None
    body: str = ""
    keeps_hold: bool = False
    ends: bool = False
    decision: str = ""
    pause_until: str = ""
    no_pause: bool = False
    await_until: str = ""
    warned: tuple[Warned, ...] = ()

    @property
    def mark(self) -> str:
        """Of these very words: that they are sent in spite of the warning is said of no others."""
        return hashlib.sha256(_lines(self.body).encode()).hexdigest()[:16]


def warnings_about(text: str, *, profile: Profile = Profile.PORTAL) -> tuple[Warned, ...]:
    """What staff are asked to look at again before they send a text to whom ``profile`` says, each once."""
    found: dict[tuple[str, str], Warned] = {}
    for one in lint_text(text, profile=profile):
        there = _as_typed(text, one.excerpt, one.start)
        stands = text.startswith(there, one.start)  # written letter by letter it does not
        instead = _instead(text, there, one.start) if stands else ""
        warned = Warned(title(RULES, one.rule), there, one.start, instead, one.rule)
        found.setdefault((warned.rule, folded(there)), warned)
    return tuple(found.values())[:MOST_FINDINGS]


def is_confirmed(mark: str, text: str) -> bool:
    """Whether somebody said of this very text that it is sent as it is."""
    return mark == Draft(body=text).mark


def replaced(text: str, place: str) -> str:
    """The text with a better word at a place (where the lint found one); unchanged where there is none."""
    for warned in warnings_about(text):
        if warned.instead and str(warned.start) == place:
            end = warned.start + len(warned.excerpt)
            better = warned.instead
            if warned.excerpt[:1].isupper():
                better = better[:1].upper() + better[1:]
            return text[: warned.start] + better + text[end:]
    return text


def _instead(text: str, excerpt: str, start: int) -> str:
    """A better word that fits where the other stands: « l’impayé » has none, « l’somme » is no French."""
    better = INSTEAD.get(folded(excerpt), "")
    elided = text[max(start - 1, 0) : start] in ("’", "'")
    return "" if elided and better[:1] not in "aeiouéh" else better


def _as_typed(text: str, excerpt: str, start: int) -> str:
    """The lint tells of folded words; here they are as they stand in the text."""
    pattern = r"\W+".join(_letters(word) for word in re.findall(r"\w+", excerpt))
    found = re.compile(pattern, re.IGNORECASE).match(text, start) if pattern else None
    return found[0] if found is not None else excerpt


def _letters(word: str) -> str:
    any_letter = r"[^\W\d_]"
    return "".join(any_letter if sign.isalpha() else re.escape(sign) for sign in word)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()
