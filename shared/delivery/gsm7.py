"""The alphabet of text messages: what fits into one segment of 160 characters.

Source: 3GPP TS 23.038, section 6.2.1 (default alphabet and its extension table). One character
outside it turns the whole message into UCS-2, where a segment holds 70 characters and the
practice pays for three.
"""

from dataclasses import dataclass

from shared.base.errors import ArdoiseError

SEGMENT = 160
"""Septets of one unsplit message."""
SPLIT_SEGMENT = 153
"""Septets of each part of a split one: its header takes the rest (TS 23.040, 9.2.3.24.1)."""
WIDE_SEGMENT, SPLIT_WIDE_SEGMENT = 70, 67
"""The same in UCS-2, in units of 16 bits."""

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each of these is sent behind an escape and takes two septets."""


class NotGsm7Error(ArdoiseError):
    """A text message holds a character that the GSM-7 alphabet lacks."""


def septets(text: str) -> int:
    """Length of `text` on the air, in septets.

    Raises NotGsm7Error, naming the first character that has no place in the alphabet.
    """
    foreign = set(text) - BASIC
    if not foreign:
        return len(text)
    if unknown := foreign - EXTENDED:
        first = min(unknown, key=text.index)
        raise NotGsm7Error(
            f"The character {first!r} does not fit into a plain text message: "
            "write it without accent or with plain punctuation."
        )
    return len(text) + sum(text.count(char) for char in foreign)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a text message takes: ``signs`` (septets, or units of 16 bits where it is ``wide``), of which the
    first part holds ``room``, and ``parts``, each of which is paid for."""

    signs: int
    room: int
    parts: int
    wide: bool


def measure(text: str) -> Measure:
    """How long a text message is, whatever stands in it."""
    try:
        signs, wide = septets(text), False
    except NotGsm7Error:
        signs, wide = len(text.encode("utf-16-be")) // 2, True
    room, split = (WIDE_SEGMENT, SPLIT_WIDE_SEGMENT) if wide else (SEGMENT, SPLIT_SEGMENT)
    return Measure(signs, room, 1 if signs <= room else -(-signs // split), wide)
