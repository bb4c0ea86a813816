"""The practice's own words for the messages that Ardoise sends: versions, what is asked twice, what goes."""

from shared.texts.invariants import INVARIANTS
from shared.texts.model import PracticeText
from shared.texts.rules import (
    CHANGEABLE,
    CHANNELS,
    FIXED,
    MOMENTS,
    Written,
    key_of,
    warnings_of,
)
from shared.texts.service import (
    Author,
    TextName,
    own_words,
    save_text,
    text_in_force,
    text_version,
    text_versions,
    texts_in_force,
    words_of,
)
from shared.texts.starting import ardoise_words

__all__ = [
    "CHANGEABLE",
    "CHANNELS",
    "FIXED",
    "INVARIANTS",
    "MOMENTS",
    "Author",
    "PracticeText",
    "TextName",
    "Written",
    "ardoise_words",
    "key_of",
    "own_words",
    "save_text",
    "text_in_force",
    "text_version",
    "text_versions",
    "texts_in_force",
    "warnings_of",
    "words_of",
]
