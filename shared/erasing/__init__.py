"""Erasing what is held about the persons of an account: on request, and when the accounts' own time is
over."""

from shared.erasing.deciding import decline_erasure, order_erasure, withdraw_erasure
from shared.erasing.doing import Step, carry_on, erasures_to_do, offer_again
from shared.erasing.foretold import Foretold, foretell, kept_until
from shared.erasing.invariants import INVARIANTS
from shared.erasing.model import Erasure
from shared.erasing.old import count_old, expire_old
from shared.erasing.rules import APPEAL, ASKERS, CHECKS, DECLINES, OPEN, UNDER_WAY
from shared.erasing.service import (
    Asked,
    By,
    last_erasure,
    note_request,
    refuse_erased,
    refuse_under_way,
)
from shared.erasing.standing import OBSTACLES, obstacles_of

__all__ = [
    "APPEAL",
    "ASKERS",
    "CHECKS",
    "DECLINES",
    "INVARIANTS",
    "OBSTACLES",
    "OPEN",
    "UNDER_WAY",
    "Asked",
    "By",
    "Erasure",
    "Foretold",
    "Step",
    "carry_on",
    "count_old",
    "decline_erasure",
    "erasures_to_do",
    "expire_old",
    "foretell",
    "kept_until",
    "last_erasure",
    "note_request",
    "obstacles_of",
    "offer_again",
    "order_erasure",
    "refuse_erased",
    "refuse_under_way",
    "withdraw_erasure",
]
