"""Decisions about disputes: how one lives, and what is done when it is told to stand elsewhere."""

from shared.base.states import StateMachine

DISPUTE = StateMachine(
    "dispute",
    initial=frozenset({"inquiry"}),
    edges={
        # a bank asks before it takes: no money has moved
        ("inquiry", "take"): "open",
        ("inquiry", "close"): "closed",
        ("open", "win"): "won",
        ("open", "lose"): "lost",
        # banks change their minds
        ("lost", "win"): "won",
        ("won", "take"): "open",
        ("closed", "take"): "open",
    },
)
FEE_KIND = "card_dispute_fee"  # of entries in the journal
FEE_CAUSE = "dispute_fee:"  # with the processor's name of the dispute, and a number
_FIRST_TAKEN: dict[str, tuple[str, ...]] = {
    "open": ("take",),
    "lost": ("take", "lose"),
    "won": ("take", "win"),
}
_STEPS: dict[str, dict[str, tuple[str, ...]]] = {
    "inquiry": {**_FIRST_TAKEN, "closed": ("close",)},
    "closed": _FIRST_TAKEN,
    "open": {"lost": ("lose",), "won": ("win",)},
    "lost": {"won": ("win",)},
    "won": {"open": ("take",), "lost": ("take", "lose")},
}


def steps_to(status: str, standing: str) -> tuple[str, ...]:
    """The events that lead there; none when it stands there already, or when nothing leads there."""
    return _STEPS[status].get(standing, ())


def is_news(known_moves: int, told_moves: int) -> bool:
    """Whether what is told is no older than what we know: of a dispute money only moves on."""
    return told_moves >= known_moves
