"""The kinds of money given back, and how the account is held for each until a person has looked."""

from shared.audit import PROCESSOR, SYSTEM

OF_REFUND, OF_DISPUTE = "refund", "dispute"  # the kinds of money given back
HELD_FOR_REFUND, HELD_FOR_DISPUTE = "refund", "dispute_card"  # kinds of hold
HELD_FOR = {OF_REFUND: HELD_FOR_REFUND, OF_DISPUTE: HELD_FOR_DISPUTE}
OURS = frozenset({PROCESSOR.name, SYSTEM.name})  # whose pauses are for what was told since
LOOKED_AT_HOLDS = frozenset(HELD_FOR.values())
DESK_REFUND = "order:"  # begins the name of a refund that staff made, which no processor knows
