"""How what comes next for an account is said in a line: on the board's cards and in the ladder's lists."""

from collections.abc import Mapping

from shared.ladder import (
    APPROVAL_TASK,
    CALL_TASK,
    LETTER_CALL_TASK,
    SEND_TASK,
    STEP_TITLES,
    Ahead,
)

# What a human has to do for a step, by the kind of work.
WAITING: Mapping[str, str] = {
    CALL_TASK.name: "à appeler",
    LETTER_CALL_TASK.name: "à appeler avant la lettre",
    APPROVAL_TASK.name: "lettre à approuver",
    SEND_TASK.name: "lettre à envoyer",
}


def coming_words(coming: Ahead, *, waits: str | None, on_its_way: bool) -> str:
    """What comes, without its day. ``waits`` is the kind of work that a human still has with it,
    ``on_its_way`` whether its message is planned already."""
    step = STEP_TITLES[coming.step.name].lower()
    if coming.state == "below":
        return f"{step} : ne vient pas, sous le minimum"
    if coming.state == "asked":
        return WAITING[waits] if waits else f"{step} : vue par l’équipe"
    return f"{step}, pas encore parti" if on_its_way else step
