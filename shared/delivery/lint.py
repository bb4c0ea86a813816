"""The tone-and-secrecy lint: what a text that leaves the house must not say.

It reads rendered text, in French and English at once. Values whose kind is known (a link, a
name, an address) are masked first and judged by their own kind, so that « rue du Docteur Roux »
or a random token is no hit; words and codes are looked for in the rest, the free text.

Rules: R1 threats, R2 guilt, R3 money and dates, R4 care and illness, R5 disclosure to others,
R6 identifiers, R7 addresses on the web, R8 style.
"""

import re
from collections.abc import Iterator, Sequence

from shared.base.errors import ArdoiseError
from shared.delivery.lint_fields import (
    ANY_URL,
    FieldKind,
    TypedField,
    lint_field,
    lint_host,
    lint_sender,
)
from shared.delivery.lint_patterns import CHECKS, LINK_MASK, MASK, Profile
from shared.delivery.lint_search import Finding, search

__all__ = [
    "RULES",
    "FieldKind",
    "Finding",
    "Profile",
    "SecrecyError",
    "TypedField",
    "lint",
    "lint_field",
    "lint_free",
    "lint_host",
    "lint_sender",
    "mask",
]

RULES = {
    "R1": "threats",
    "R2": "guilt",
    "R3": "money and dates",
    "R4": "care and illness",
    "R5": "disclosure to others",
    "R6": "identifiers",
    "R7": "addresses on the web",
    "R8": "style",
}
"""What each rule is about."""

LONGEST_SENTENCE = 18
"""Words; longer ones are hard to read at level A2/B1."""


class SecrecyError(ArdoiseError):
    """A rendered notice breaks a rule, so it must not be sent.

    The message names the notice and the rules with their meaning, and repeats nothing of the text;
    `findings` holds what was found."""

    def __init__(self, notice: str, findings: Sequence[Finding]) -> None:
        broken = sorted({finding.rule for finding in findings})
        rules = ", ".join(f"{rule} ({RULES[rule]})" for rule in broken)
        super().__init__(
            f"Notice {notice} must not be sent: it breaks {rules} of the text lint. "
            "Correct its template, or the practice's sender, site or phone."
        )
        self.findings = tuple(findings)


def lint(
    text: str,
    *,
    profile: Profile,
    typed: Sequence[TypedField] = (),
    site: str = "",
    loopback: bool = False,
) -> list[Finding]:
    """Breaches of the profile's rules in a rendered text, in the order of the text.

    `site` is the host (with its port, if any) that links must lead to; without it no link passes.
    `loopback` allows plain http to 127.0.0.1, for the demo. A typed value that does not stand in
    the text word for word is judged as free text."""
    findings = lint_free(mask(text, typed), profile)
    for field in typed:
        if (start := _standing(text, field.value)) >= 0:
            findings += lint_field(field, profile, site=site, loopback=loopback, start=start)
    return sorted(findings, key=lambda finding: finding.start)


def mask(text: str, typed: Sequence[TypedField]) -> str:
    """The free text: each character of a typed value replaced by a mask, so that places hold."""
    for field in sorted(typed, key=lambda field: -len(field.value)):
        is_link = field.kind is FieldKind.URL and "://" in field.value
        cover = (LINK_MASK if is_link else MASK) * len(field.value)
        start = _standing(text, field.value)
        while start >= 0:
            end = start + len(field.value)
            text = text[:start] + cover + text[end:]
            start = _standing(text, field.value, end)
    return text


def _standing(text: str, value: str, start: int = 0) -> int:
    """Where `value` stands in `text` as a whole word, or -1."""
    while value:
        start = text.find(value, start)
        if start < 0:
            break
        end = start + len(value)
        if not (text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum()):
            return start
        start += 1
    return -1


_LINK = re.compile(rf"{LINK_MASK}+([^\s\"<]?)")


def lint_free(free: str, profile: Profile) -> list[Finding]:
    """Breaches of the profile's rules in a text whose typed values are masked."""
    findings: list[Finding] = []
    if profile is Profile.SHORT:
        links = list(_LINK.finditer(free))
        findings += [Finding("R7", link[1], link.start(1)) for link in links if link[1]]
        findings += [Finding("R7", "second link", link.start()) for link in links[1:]]
        if _DOT_OR_SCHEME.search(free):
            for address in ANY_URL.finditer(free):
                findings.append(Finding("R7", address[1] or address[2], address.start()))
            free = ANY_URL.sub(lambda address: MASK * len(address[0]), free)
        findings += _style(free)
    findings += search(free, CHECKS[profile], profile)
    return findings


_DOT_OR_SCHEME = re.compile(r"[.:][\w/]")
_SENTENCE_END = re.compile(r"[.?!…]\s+|\n\s*\n")
_MASKS = MASK + LINK_MASK
_LONG_WORD = re.compile(r"[^\W\d_]{13,}")


def _style(free: str) -> Iterator[Finding]:
    start = 0
    for end in (*(stop.end() for stop in _SENTENCE_END.finditer(free)), len(free)):
        words = free[start:end].split()
        if len(words) > LONGEST_SENTENCE:
            real = [w for w in words if any(char.isalnum() or char in _MASKS for char in w)]
            if len(real) > LONGEST_SENTENCE:
                yield Finding("R8", " ".join(real[:4]).strip(_MASKS) + " …", start)
        start = end
    words = free.split()
    long_words = [word for word in words if len(word) > 12 and _LONG_WORD.search(word)]
    if len(long_words) > 1 and 20 * len(long_words) > len(words):
        yield Finding("R8", long_words[0], free.index(long_words[0]))
