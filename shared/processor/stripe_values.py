"""Small values inside the processor's objects, and what stands for one that was not expanded.

Whatever is not as we know it raises KeyError, TypeError, ValueError or AttributeError.
"""

from typing import Any

LONGEST_ID = 255
Json = dict[str, Any]


def read_name(value: object, longest: int = LONGEST_ID) -> str:
    """A processor's identifier. Raises TypeError for anything else, ValueError for what is none."""
    if not isinstance(value, str):
        raise TypeError
    if not value.isprintable() or not value.isascii() or not 0 < len(value) <= longest:
        raise ValueError
    return value


def ours(reference: object) -> str | None:
    """What may be our reference; another software on the same account may write anything there."""
    return reference if isinstance(reference, str) and reference.isascii() else None


def whole(thing: Json | str | None) -> Json:
    """An object that was expanded, or the little that is known of one that was not."""
    return {"id": thing} if isinstance(thing, str) else thing or {}
