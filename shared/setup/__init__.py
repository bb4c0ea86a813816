"""Setting a practice up: trials of messages and names that staff ask for and the worker does."""

from shared.setup.model import SetupTrial
from shared.setup.names import Names, NetNames, NoAnswerError
from shared.setup.rules import (
    EMAIL,
    KINDS,
    NAMES,
    SMS,
    TRIAL,
    Found,
    checked_selector,
    read_dkim,
    read_dmarc,
    read_spf,
)
from shared.setup.service import (
    ask_trial,
    begin_next,
    end_trial,
    is_lost,
    last_trials,
    target_of,
    trial_waits,
)

__all__ = [
    "EMAIL",
    "KINDS",
    "NAMES",
    "SMS",
    "TRIAL",
    "Found",
    "Names",
    "NetNames",
    "NoAnswerError",
    "SetupTrial",
    "ask_trial",
    "begin_next",
    "checked_selector",
    "end_trial",
    "is_lost",
    "last_trials",
    "read_dkim",
    "read_dmarc",
    "read_spf",
    "target_of",
    "trial_waits",
]
