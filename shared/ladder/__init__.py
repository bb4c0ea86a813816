"""The ladder: gentle steps as data, decided each night, read again at the moment of sending."""

from shared.ladder.account_standing import Standing, StandingStep, standing
from shared.ladder.closing import close_cycles
from shared.ladder.invariants import INVARIANTS
from shared.ladder.model import LadderCycle, LadderNight, LadderStep
from shared.ladder.night import Run, decide_tonight, run_night, truth_gate
from shared.ladder.rules import (
    CALL,
    CYCLE,
    DEFAULT_POLICY,
    MESSAGE,
    STEP_TITLES,
    WITHHELD_TITLES,
    Step,
)
from shared.ladder.service import (
    APPROVAL_TASK,
    CALL_TASK,
    install_policy,
    note_steps,
    policy_of,
)

__all__ = [
    "APPROVAL_TASK",
    "CALL",
    "CALL_TASK",
    "CYCLE",
    "DEFAULT_POLICY",
    "INVARIANTS",
    "MESSAGE",
    "STEP_TITLES",
    "WITHHELD_TITLES",
    "LadderCycle",
    "LadderNight",
    "LadderStep",
    "Run",
    "Standing",
    "StandingStep",
    "Step",
    "close_cycles",
    "decide_tonight",
    "install_policy",
    "note_steps",
    "policy_of",
    "run_night",
    "standing",
    "truth_gate",
]
