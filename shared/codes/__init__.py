"""One-time codes: a fresh proof that who asks holds a contact. Drawn by the worker, tried here."""

from shared.codes.invariants import INVARIANTS
from shared.codes.model import OneTimeCode
from shared.codes.rules import (
    CONTACT_CODE,
    DETAILS_CODE,
    MOST_TRIES,
    ONE_TIME_CODE,
    Given,
    code_contact,
    digits_of,
    is_live,
)
from shared.codes.service import (
    TOO_MANY,
    answer_code,
    ask_code,
    decline_code,
    draw_code,
    end_codes,
    latest_code,
    open_code,
    waiting_codes,
    where_codes_go,
)

__all__ = [
    "CONTACT_CODE",
    "DETAILS_CODE",
    "INVARIANTS",
    "MOST_TRIES",
    "ONE_TIME_CODE",
    "TOO_MANY",
    "Given",
    "OneTimeCode",
    "answer_code",
    "ask_code",
    "code_contact",
    "decline_code",
    "digits_of",
    "draw_code",
    "end_codes",
    "is_live",
    "latest_code",
    "open_code",
    "waiting_codes",
    "where_codes_go",
]
