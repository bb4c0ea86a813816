"""How links and visits live and end."""

from datetime import datetime, timedelta

from shared.base.states import StateMachine

LINK = StateMachine("link", initial=frozenset({"live"}), edges={("live", "revoke"): "revoked"})
LINK_REQUEST = StateMachine(
    "link_request",
    initial=frozenset({"asked"}),
    edges={("asked", "answer"): "answered", ("asked", "decline"): "declined"},
)

NEW_LINKS_A_DAY = 3
IDLE = timedelta(minutes=15)
VISIT = timedelta(minutes=30)
EXTENSION = timedelta(minutes=15)
MOST_EXTENSIONS = 10
TOUCH_EVERY = timedelta(minutes=1)


def visit_is_over(*, now: datetime, seen_at: datetime, ends_at: datetime) -> bool:
    """15 minutes without a sign, or the end of the 30 (and what was added)."""
    return now >= ends_at or now - seen_at >= IDLE
