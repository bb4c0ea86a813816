"""A practice's own words for a notice: what stands in them beside plain text, and what must.

They are no template: a closed list of places is filled in, and nothing else is ever looked for. Of what a
practice may not word, nothing is here: the sender's name before a text message and under an e-mail, how long
the link lives, and the footer.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.base.errors import ArdoiseError

LINK, PHONE, SENDER = "lien", "téléphone", "expéditeur"
PLACES: Mapping[str, str] = {
    LINK: "le lien personnel, signé, qui s’éteint",
    PHONE: "le numéro public du cabinet",
    SENDER: "le nom d’expéditeur neutre",
}
"""By name, what each place is filled with. None holds a person, a sum or a day."""

LONGEST_SUBJECT = 60
LONGEST_SMS = 300
LONGEST_BODY = 2_000
UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Signs that nobody sees, and with which a word can be hidden from the lint."""

_PLACE = re.compile(r"\{([^{}\n]*)\}")
_WITHOUT_ACCENTS = str.maketrans("éèêÉ", "eeee")


class UnfitWordsError(ArdoiseError):
    """Own words that no message can be made of. ``part`` is subject or body; ``why`` is ``empty``, ``long``,
    ``unseen`` (a sign that nobody sees),
    ``place`` (unknown, in ``excerpt``), ``sender`` (in a text message, which begins with it already),
    ``subject_place``, ``no_link``, ``links`` or ``link_line``."""

    def __init__(self, part: str, why: str, excerpt: str = "") -> None:
        super().__init__(f"{part}: {why}")
        self.part, self.why, self.excerpt = part, why, excerpt


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What a practice wrote for one notice: the subject of an e-mail (empty for a text message), its text.
    ``version`` counts what was saved of it."""

    subject: str
    body: str
    version: int = 0


@dataclass(frozen=True, slots=True)
class Letter:
    """An e-mail's words about its link, each paragraph a list of lines."""

    before: tuple[tuple[str, ...], ...]
    after: tuple[tuple[str, ...], ...]


def places_of(channel: str) -> Mapping[str, str]:
    """The places that words for a channel may hold, with what each is filled with. The sender's name is none
    in a text message: it stands before each already."""
    is_sms = channel == "sms"
    return {place: means for place, means in PLACES.items() if not (is_sms and place == SENDER)}


def check_words(words: OwnWords, channel: str) -> None:
    """Raises UnfitWordsError with the first thing to mend."""
    if channel == "email":
        _check_subject(words.subject)
    if not words.body.strip():
        raise UnfitWordsError("body", "empty")
    for part, text in (("subject", words.subject), ("body", words.body)):
        if any(sign != "\n" and unicodedata.category(sign) in UNSEEN for sign in text):
            raise UnfitWordsError(part, "unseen")
    if len(words.body) > (LONGEST_BODY if channel == "email" else LONGEST_SMS):
        raise UnfitWordsError("body", "long")
    places = [_known(place[1], place[0]) for place in _PLACE.finditer(words.body)]
    if stray := re.search(r"[{}]", _PLACE.sub("", words.body)):
        raise UnfitWordsError("body", "place", stray[0])
    if not set(places) <= places_of(channel).keys():
        raise UnfitWordsError("body", "sender")
    if LINK not in places:
        raise UnfitWordsError("body", "no_link")
    if places.count(LINK) > 1:
        raise UnfitWordsError("body", "links")
    if channel == "email" and not any(_is_link(line) for line in words.body.splitlines()):
        raise UnfitWordsError("body", "link_line")


def _check_subject(subject: str) -> None:
    if not subject.strip():
        raise UnfitWordsError("subject", "empty")
    if len(subject) > LONGEST_SUBJECT:
        raise UnfitWordsError("subject", "long")
    if re.search(r"[{}\n]", subject):
        raise UnfitWordsError("subject", "subject_place")


def filled(text: str, value_of: Callable[[str], str]) -> str:
    """The text with its places filled in. Raises UnfitWordsError for one that is not known."""
    return _PLACE.sub(lambda place: value_of(_known(place[1], place[0])), text)


def letter_of(words: OwnWords) -> Letter:
    """An e-mail's words, taken apart about the line with the link. Raises UnfitWordsError without one."""
    lines = words.body.splitlines()
    at = next((place for place, line in enumerate(lines) if _is_link(line)), -1)
    if at < 0:
        raise UnfitWordsError("body", "link_line")
    return Letter(_paragraphs(lines[:at]), _paragraphs(lines[at + 1 :]))


def places_in(text: str) -> frozenset[str]:
    """Which of the known places stand in a text."""
    return frozenset(found for place in _PLACE.finditer(text) if (found := _named(place[1])))


def without_places(text: str) -> str:
    """What a text says by itself."""
    return _PLACE.sub("…", text)


def _paragraphs(lines: list[str]) -> tuple[tuple[str, ...], ...]:
    whole = "\n".join(line.rstrip() for line in lines)
    return tuple(
        tuple(paragraph.strip("\n").splitlines())
        for paragraph in re.split(r"\n{2,}", whole)
        if paragraph.strip()
    )


def _is_link(line: str) -> bool:
    place = _PLACE.fullmatch(line.strip())
    return place is not None and _named(place[1]) == LINK


def _known(name: str, typed: str) -> str:
    found = _named(name)
    if not found:
        raise UnfitWordsError("body", "place", typed)
    return found


def _named(typed: str) -> str:
    """The place that was meant, accents or none; empty for none."""
    bare = " ".join(typed.split()).lower().translate(_WITHOUT_ACCENTS)
    return next((name for name in PLACES if name.translate(_WITHOUT_ACCENTS) == bare), "")
