"""The search of one text by many checks, trying only those whose gate the text opens."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.delivery import lint_words
from shared.delivery.lint_folding import Origins, decomposed, unaccented, unspelt, without_marks
from shared.delivery.lint_patterns import (
    EMOJI,
    LINK_MASK,
    MASK,
    STEM,
    WORD,
    Check,
    Gate,
    Profile,
    Reads,
    any_of,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One breach. `start` counts characters of the text; `excerpt` never holds a link's token,
    but may hold an identifier that someone typed: show it to its author, do not log it."""

    rule: str
    excerpt: str
    start: int


_SIGNS = re.compile(f"[€$£!@{EMOJI}]")
_CAPITALS = re.compile("[A-Z]{4}")
_HARMLESS = {
    Profile.SHORT: re.compile(any_of(lint_words.HARMLESS)),
    Profile.LETTER: re.compile(any_of(lint_words.HARMLESS + lint_words.ALLOWED_IN_LETTER)),
    Profile.PORTAL: re.compile(any_of(lint_words.HARMLESS + lint_words.ALLOWED_IN_PORTAL)),
}


_DIGITS = re.compile("[0-9]+")
_NEAR = 44
"""Characters about a digit within which every code, amount and date stands."""


def search(text: str, checks: Sequence[Check], profile: Profile) -> Iterator[Finding]:
    """What `checks` find in `text`, leaving out the profile's harmless phrases."""
    with_marks = decomposed(text)
    cased = without_marks(with_marks)
    bare = unspelt(cased.lower())
    forms = {Reads.CASED: cased, Reads.BARE: bare, Reads.ACCENTED: with_marks.lower()}
    words = set(WORD.findall(bare))
    words |= {word[:STEM] + "*" for word in words}
    opened = {
        Gate.SIGNS: _SIGNS.search(cased) is not None,
        Gate.CAPITALS: _CAPITALS.search(cased) is not None,
    }
    digits = [(max(0, run.start() - _NEAR), run.end() + _NEAR) for run in _DIGITS.finditer(cased)]
    near = {
        reads: "\n".join([forms[reads][start:end] for start, end in digits])
        for reads in (Reads.CASED, Reads.BARE)
    }
    origins: dict[bool, Origins] = {}
    for check in checks:
        if check.gate is Gate.WORDS:
            worth_while = not words.isdisjoint(check.keys)
        elif check.gate is Gate.DIGITS:
            worth_while = bool(digits) and check.pattern.search(near[check.reads]) is not None
        else:
            worth_while = opened[check.gate]
        form = forms[check.reads]
        if not (worth_while and check.pattern.search(form)):
            continue
        if check.reads is Reads.BARE:
            form = _HARMLESS[profile].sub(lambda phrase: MASK * len(phrase[0]), form)
        accented = check.reads is Reads.ACCENTED
        if accented not in origins:
            origins[accented] = Origins(text, decomposed if accented else unaccented)
        for match in check.pattern.finditer(form):
            if check.accept is None or check.accept(match[0]):
                excerpt = match[0].replace(MASK, "…").replace(LINK_MASK, "…")
                yield Finding(check.rule, excerpt, origins[accented].of(match.start()))
