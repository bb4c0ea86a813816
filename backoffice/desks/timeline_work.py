"""What happened to work that waits for a human, as French sentences."""

from backoffice.desks.timeline_facts import Facts, Sentence
from shared.worklist import KINDS, PUT_OFF_REASONS, REASONS


def _task(facts: Facts) -> str:
    kind = KINDS.get(facts.text("task"))
    return facts.after(" : ", kind.title if kind else "")


WORK: dict[str, Sentence] = {
    "task.opened": lambda f: f"À faire{_task(f)}",
    "task.done": lambda f: (
        f"Fait{_task(f)}" + f.after(" ; raison : ", REASONS.get(f.text("reason"), ""))
    ),
    "task.put_off": lambda f: (
        f"Reporté{f.after(' au ', f.day('until'))}{_task(f)}"
        + f.after(" ; raison : ", f.word("reason", PUT_OFF_REASONS))
        + (" ; la personne est prévenue" if f.values.get("told") else "")
    ),
    "task.taken_up": lambda f: f"Repris, de nouveau à sa date promise{_task(f)}",
    "task.vanished": lambda f: f"N’est plus à faire{_task(f)}",
}
