"""Which messages a practice may word, and what is to be looked at twice before it does.

What is refused is the lint's to say (``shared/delivery``). Here are the warnings: words that may be right,
but mostly are not.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

CHANNELS = ("sms", "email")
LONG_LETTER_WORDS = 120
"""An e-mail longer than this is not read to its end on a phone."""


MOMENTS: Mapping[str, tuple[str, ...]] = {
    "ladder": ("pre_due", "reminder", "second_reminder"),
    "talk": ("message_noted", "answered", "change_answer", "new_link"),
    "plan": (
        *("plan_agreed", "plan_answer", "instalment_near", "instalment_due"),
        *("instalment_missed", "instalment_by_hand", "charge_passed", "card_ends"),
    ),
    "money": ("debit_failed", "refunded", "payment_cancelled", "forgiven"),
    "safety": ("code", "change_asked", "change_done", "data_erased"),
}
"""The messages by when they go, in the order in which they come to somebody."""

FIXED = frozenset({"code", "change_asked", "change_done", "data_erased"})
"""Words that guard somebody: the same from every practice, so that a forged one is noticed."""

CHANGEABLE = frozenset(
    template for templates in MOMENTS.values() for template in templates if template not in FIXED
)
# Who is asked for something reads in the same message that there is a way out.
ASKING = frozenset(
    {
        *("reminder", "second_reminder", "debit_failed"),
        *("instalment_near", "instalment_due", "instalment_missed"),
    }
)
_WAY_OUT: Mapping[str, re.Pattern[str]] = {
    "fr": re.compile(
        r"\b(?:aide|aider|temps|difficile|pause|autres?|d[ée]lai|souci|choisi\w*|question)\b",
        re.IGNORECASE,
    ),
    "en": re.compile(
        r"\b(?:help|time|hard|difficult|pause|another|other|choose|question)\b", re.IGNORECASE
    ),
}
_DONE = {
    "fr": re.compile(r"\bd[ée]j[àa]\b", re.IGNORECASE),
    "en": re.compile(r"\balready\b", re.IGNORECASE),
}
_PROMISE = {
    "fr": re.compile(
        r"\b(?:promet\w*|garanti\w*|jamais|sans faute|remis\w*|annul\w*)\b", re.IGNORECASE
    ),
    "en": re.compile(r"\b(?:promis\w*|guarantee\w*|never|waive\w*)\b", re.IGNORECASE),
}

WARNED = ("way_out", "done", "phone_less", "number", "promise", "long")
"""What is asked twice, by key."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written, its places aside: ``said`` its words, ``has_phone`` whether the number is in it."""

    template: str
    channel: str
    language: str
    said: str
    has_phone: bool


def warnings_of(written: Written) -> tuple[str, ...]:
    """What whoever saves it is asked to look at again, by key; an empty tuple where there is nothing."""
    language = written.language if written.language in _WAY_OUT else "fr"
    by_mail = written.channel == "email"
    asks = written.template in ASKING
    promise = _PROMISE[language].search(written.said)
    holds = (
        ((by_mail and asks) or written.template == "second_reminder")
        and not _WAY_OUT[language].search(written.said),
        by_mail and written.template == "reminder" and not _DONE[language].search(written.said),
        by_mail and asks and not written.has_phone,
        any(sign.isdigit() for sign in written.said),
        promise is not None,
        by_mail and len(written.said.split()) > LONG_LETTER_WORDS,
    )
    return tuple(key for key, held in zip(WARNED, holds, strict=True) if held)


def key_of(template: str, channel: str, language: str) -> str:
    """The name of one text, as an address carries it."""
    return f"{template}-{channel}-{language}"
