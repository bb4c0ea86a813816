"""Decisions about money at the desk: which sum is asked about once more before it is noted."""

import unicodedata

from shared.base.money import Cents

# Who rounds up, or pays the next visit as well, is not asked: a slipped comma is always more than this.
LEAST_BEYOND: Cents = 2_000


def is_far_beyond(cents: Cents, *, owed: Cents) -> bool:
    """Whether a sum looks like a slip of the pen: above what is ``owed`` by more than 20 €, and by more
    than half of it. Where nothing is owed, anything above 20 €."""
    over = cents - max(owed, 0)
    return over > LEAST_BEYOND and over * 2 > max(owed, 0)


def can_be_found_by(reference: str) -> bool:
    """Whether what stands on a cheque or a transfer can be typed and found again: it has a letter or a
    digit, and neither a picture nor a sign that can't be seen."""
    strange = (sign for sign in reference if sign > "\u00ff")  # « n° » is usual
    pictures = any(unicodedata.category(sign) in ("So", "Sk") for sign in strange)
    return reference.isprintable() and not pictures and any(sign.isalnum() for sign in reference)
