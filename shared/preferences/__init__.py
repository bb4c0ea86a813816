"""How people want to be reached: what they choose at once, and changes that staff have to accept."""

from shared.preferences.deciding import accept_proposal, decline_proposal
from shared.preferences.invariants import INVARIANTS
from shared.preferences.model import Proposal
from shared.preferences.proposing import (
    DECIDE_CHANGE,
    ask_again,
    confirm,
    open_kinds,
    propose,
    withdraw,
)
from shared.preferences.reading import (
    Proposed,
    get_proposal,
    open_proposed,
    proposals_of,
    proposals_to_tell,
    replaced_by,
)
from shared.preferences.rules import (
    DECLINE_REASONS,
    LONGEST_NAME,
    NEW_CONTACT,
    OPEN,
    PROPOSAL,
    RELATIONS,
    REPRESENTATIVE,
    offered_channels,
    possible_channels,
)
from shared.preferences.service import (
    NO_WAY,
    change_contact,
    choose_channel,
    choose_language,
    kinds_that_work,
)
from shared.preferences.waiting import stand_by, sweep_proposals

__all__ = [
    "DECIDE_CHANGE",
    "DECLINE_REASONS",
    "INVARIANTS",
    "LONGEST_NAME",
    "NEW_CONTACT",
    "NO_WAY",
    "OPEN",
    "PROPOSAL",
    "RELATIONS",
    "REPRESENTATIVE",
    "Proposal",
    "Proposed",
    "accept_proposal",
    "ask_again",
    "change_contact",
    "choose_channel",
    "choose_language",
    "confirm",
    "decline_proposal",
    "get_proposal",
    "kinds_that_work",
    "offered_channels",
    "open_kinds",
    "open_proposed",
    "possible_channels",
    "proposals_of",
    "proposals_to_tell",
    "propose",
    "replaced_by",
    "stand_by",
    "sweep_proposals",
    "withdraw",
]
