"""What the last look at a practice's account at the processor left to be mended."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.audit import TimelineEvent
from shared.setup.account import GOOD, Judged
from shared.setup.rules import ACCOUNT
from shared.setup.service import last_trials

LOOK, OLD = "look", "old"


def open_findings(session: Session, *, practice_id: int) -> list[Judged]:
    """What is not well, in the order in which one mends it; nothing where nobody looked.

    A look that brought nothing is ``LOOK`` with its reason; one with keys that were changed since, ``OLD``.
    """
    trial = last_trials(session, practice_id=practice_id).get(ACCOUNT)
    if trial is None or trial.ended_at is None:
        return []
    connected = select(func.max(TimelineEvent.at)).where(
        TimelineEvent.practice_id == practice_id, TimelineEvent.kind == "processor.connected"
    )
    if trial.asked_at < (session.scalar(connected) or trial.asked_at):
        return [Judged(LOOK, OLD)]
    if "why" in trial.findings:
        return [Judged(LOOK, trial.findings["why"])]
    judged = [Judged(**one) for one in trial.findings["judged"]]
    return [one for one in judged if one.why != GOOD]
