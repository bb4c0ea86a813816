"""How the lint looks for its words and codes: compiled expressions, gated, by profile.

Every expression is compiled once and branches on the first letter; a gate says what a text must
hold for it to be tried at all.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from shared.delivery import lint_words
from shared.delivery.lint_care import CARE
from shared.delivery.lint_folding import decomposed, unaccented


class Profile(StrEnum):
    """Who may see the text, hence which rules hold."""

    SHORT = "short"
    """Anyone: text message, e-mail, envelope, statement descriptor, file name. All rules."""
    LETTER = "letter"
    """The addressee of a sealed letter: R1 (a formal notice is allowed its terms), R2, R4, R6."""
    PORTAL = "portal"
    """The patient, after the identity check: R1, R2, and R4 save the words for who pays."""


MASK, LINK_MASK = "\ue000", "\ue001"
"""Stand for each character of what is not free text (private-use code points)."""


def any_of(terms: Iterable[str]) -> str:
    """One expression for many terms of `lint_words`."""
    branches: dict[str, list[str]] = {}
    for term in terms:
        words = (
            re.escape(word[:-1]) + "[a-z]*" if word.endswith("*") else re.escape(word) + "s?"
            for word in decomposed(term).split()
        )
        branches.setdefault(term[0], []).append(r"[\s'’/‐-]+".join(words)[1:])
    grouped = "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in branches.items())
    return rf"(?<![a-z])(?:{grouped})(?![a-z\u0300-\u036f])"


WORD = re.compile("[a-z]+")
STEM = 4
"""Letters that each `*` word of the lists has at least."""


def _keys(terms: Iterable[str]) -> frozenset[str]:
    """Words, or stems of `*` words, without which none of the terms can stand in a text.

    One for each term, from its longest word, as that is the rarest."""
    keys: set[str] = set()
    for term in terms:
        longest = max(unaccented(term).split(), key=len)
        key = WORD.findall(longest)[0]
        keys |= {key[:STEM] + "*"} if longest.endswith("*") else {key, key + "s"}
    return frozenset(keys)


def _is_card_number(text: str) -> bool:
    """Luhn's check over the digits (ISO/IEC 7812-1)."""
    digits = [int(char) for char in reversed(text) if char.isdecimal()]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


class Reads(StrEnum):
    """The folded form of a text that an expression reads."""

    BARE = "no capitals, no accents"
    ACCENTED = "no capitals"
    CASED = "no accents"


class Gate(StrEnum):
    """What a text must hold for a search to be worth while; most texts hold little of it."""

    WORDS = "a word that begins like one of the keys"
    DIGITS = "a digit, and the expression near it"
    SIGNS = "a sign that neutral texts do without"
    CAPITALS = "four capitals in a row"


EMOJI = "\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55"


@dataclass(frozen=True, slots=True)
class Check:
    """One rule's expression, the form it reads and the gate before it."""

    rule: str
    reads: Reads
    gate: Gate
    pattern: re.Pattern[str]
    keys: frozenset[str] = frozenset()
    accept: Callable[[str], bool] | None = None


def _words(rule: str, terms: tuple[str, ...], reads: Reads = Reads.BARE) -> Check:
    return Check(rule, reads, Gate.WORDS, re.compile(any_of(terms)), _keys(terms))


def _codes(rule: str, reads: Reads, *patterns: str) -> Check:
    return Check(rule, reads, Gate.DIGITS, re.compile("|".join(patterns)))


_MONTHS = "|".join(lint_words.MONTHS)
_CARE = _words("R4", tuple(term for term in CARE if term not in lint_words.MEDICAL))
_WORDS = (
    _words("R1", lint_words.THREATS),
    _codes("R1", Reads.BARE, r"\b(?:dans|sous|within) (?:les )?(?:24|48|72) ?h"),
    _words("R2", lint_words.GUILT),
    Check("R2", Reads.CASED, Gate.SIGNS, re.compile("! ?!")),
    Check(
        "R2",
        Reads.CASED,
        Gate.CAPITALS,
        re.compile(r"\b[A-Z]{4,}\b"),
        accept=lambda word: word not in lint_words.ACRONYMS,
    ),
    _words("R3", lint_words.MONEY),
    Check("R3", Reads.CASED, Gate.SIGNS, re.compile("[€$£]")),
    _codes(
        "R3",
        Reads.BARE,
        r"\d ?eur(?:os?)?\b",
        r"(?<![\d.,])\d{1,4}(?:[ .]\d{3})*[,.]\d{2}(?!\d)",
        r"(?<![\d/.-])\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?(?![\d/-])",
        r"(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)",
    ),
    Check(
        "R3",
        Reads.BARE,
        Gate.WORDS,
        re.compile(
            rf"\b(?:\d{{1,2}}(?:er|st|nd|rd|th)?|premier|first)(?: of)? (?:{_MONTHS})\b"
            rf"|\b(?:{_MONTHS}) \d{{1,2}}\b"
        ),
        frozenset(lint_words.MONTHS),
    ),
    _words("R4", lint_words.MEDICAL),
    _CARE,
    Check("R4", Reads.CASED, Gate.WORDS, re.compile(r"\b[Pp][Rr]\.? [A-Z]"), frozenset({"pr"})),
    *(_words(rule, terms, Reads.ACCENTED) for rule, terms in lint_words.WITH_ACCENTS.items()),
)
_NIR = _codes(
    "R6",
    Reads.CASED,
    r"\b[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3}(?: ?\d{2})?\b",
)
_CARD = Check(
    "R6",
    Reads.CASED,
    Gate.DIGITS,
    re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)"),
    accept=_is_card_number,
)
_IDENTIFIERS = (
    _NIR,
    _CARD,
    _codes(
        "R6",
        Reads.CASED,
        r"\b(?=[A-Z]+ ?\d)(?:"
        r"[A-Z]{4}\d{3}\b"  # CCAM
        r"|(?:AM[KCSIOY]|AIS|BSI|SFI?|TO|KE?|Z|B) ?\d+(?:[.,]\d+)?\b"  # NGAP
        r"|[A-TV-Z]\d{2}(?:\.\d{1,2})?\b"  # CIM-10
        r"|[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"  # IBAN
        r")",
        r"(?<!\d)(?:\+33|0033|0) ?[1-9](?:[ .-]?\d{2}){4}(?!\d)",  # telephone
    ),
    Check("R6", Reads.CASED, Gate.SIGNS, re.compile(r"[^\s@]+@[^\s@]+\.\w")),
)
_TONE = tuple(check for check in _WORDS if check.rule != "R3")

CHECKS: dict[Profile, tuple[Check, ...]] = {
    Profile.SHORT: (
        *_WORDS,
        _words("R5", lint_words.DISCLOSURE),
        *_IDENTIFIERS,
        _codes(
            "R6", Reads.BARE, r"\bn[°o] ?\d", r"\d{5}", r"(?<=[a-z])\d{4}", r"(?<=[a-z][-/])\d{4}"
        ),
        _words("R8", lint_words.FAMILIAR),
        Check(
            "R8",
            Reads.BARE,
            Gate.WORDS,
            re.compile(r"(?<![a-z])t['’][aeiouhy]"),
            frozenset({"t"}),
        ),
        Check("R8", Reads.CASED, Gate.SIGNS, re.compile(f"[!{EMOJI}]")),
    ),
    Profile.LETTER: (*_TONE, *_IDENTIFIERS),
    Profile.PORTAL: _TONE,
}
NAME_CHECKS = _WORDS
REFERENCE_CHECKS = (_NIR, _CARD)
"""Each against the whole of a reference: an IBAN's digits may hold a card number by chance."""
HOST_CHECKS = tuple(check for check in _WORDS if check.rule == "R4" and check is not _CARE)
