"""What kinds of work wait for a human, and how a task lives."""

from shared.base.states import StateMachine

TASK = StateMachine(
    "task",
    initial=frozenset({"open"}),
    edges={
        ("open", "done"): "done",
        ("open", "vanished"): "done",
    },
)
