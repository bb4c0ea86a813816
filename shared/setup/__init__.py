"""Setting a practice up: trials of messages and names that staff ask for and the worker does."""

from shared.setup.account import GOOD, Judged, judge_account
from shared.setup.findings import open_findings
from shared.setup.model import SetupTrial
from shared.setup.names import Names, NetNames, NoAnswerError
from shared.setup.receipts import Word, give_word, receipts_word
from shared.setup.rules import (
    ACCOUNT,
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
    "ACCOUNT",
    "EMAIL",
    "GOOD",
    "KINDS",
    "NAMES",
    "SMS",
    "TRIAL",
    "Found",
    "Judged",
    "Names",
    "NetNames",
    "NoAnswerError",
    "SetupTrial",
    "Word",
    "ask_trial",
    "begin_next",
    "checked_selector",
    "end_trial",
    "give_word",
    "is_lost",
    "judge_account",
    "last_trials",
    "open_findings",
    "read_dkim",
    "read_dmarc",
    "read_spf",
    "receipts_word",
    "target_of",
    "trial_waits",
]
