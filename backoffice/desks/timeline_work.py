"""What happened to work that waits for a human, as French sentences."""

from backoffice.desks.check_words import CLOSE_REASONS
from backoffice.desks.timeline_facts import Facts, Sentence
from shared.worklist import KINDS


def _task(facts: Facts) -> str:
    kind = KINDS.get(facts.text("task"))
    return facts.after(" : ", kind.title if kind else "")


WORK: dict[str, Sentence] = {
    "task.opened": lambda f: f"À faire{_task(f)}",
    "task.done": lambda f: (
        f"Fait{_task(f)}" + f.after(" ; raison : ", CLOSE_REASONS.get(f.text("reason"), ""))
    ),
    "task.vanished": lambda f: f"N’est plus à faire{_task(f)}",
}
