"""Decisions about acts on many accounts at once."""

from datetime import datetime, timedelta

from shared.base.states import StateMachine

BULK = StateMachine(
    "ladder_bulk",
    initial=frozenset({"asked"}),
    edges={
        ("asked", "finish"): "done",
        ("done", "undo"): "undoing",
        ("undoing", "give_back"): "undone",
    },
)
HOLD, RELEASE, APPROVE = "hold", "release", "approve"
ACT_TITLES = {
    HOLD: "Mise en pause",
    RELEASE: "Pauses levées",
    APPROVE: "Lettres approuvées",
}
UNDO_FOR = timedelta(minutes=15)
MOST_CHOSEN = 50


def may_undo(status: str, ended_at: datetime | None, *, now: datetime) -> bool:
    """Whether an act can still be taken back: within fifteen minutes of its end."""
    return status == "done" and ended_at is not None and now - ended_at < UNDO_FOR
