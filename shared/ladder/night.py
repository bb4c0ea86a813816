"""The night's decision: who gets which step, who is withheld and why. It sends nothing."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.base.clock import local_date
from shared.delivery import Notice
from shared.ladder.closing import close_cycles
from shared.ladder.decisions import ask_humans, keep_reasons, plan_messages
from shared.ladder.due import DueStep, due_steps
from shared.ladder.letter_calls import look_again_after_calls
from shared.ladder.model import LadderNight
from shared.ladder.noting import note_steps
from shared.ladder.quiet import meet_night
from shared.ladder.rules import MESSAGE, Step, decide
from shared.ladder.service import (
    chunks,
    has_ladder_turn,
    open_cycles,
    whole_policy,
)
from shared.totals import Moment, Total, offer_totals


@dataclass(slots=True)
class Run:
    """What a night decided: steps that go, that a human does, that are withheld and for which reason;
    nothing where staff had it keep ``quiet``."""

    opened: int = 0
    closed: int = 0
    quiet: bool = False
    planned: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)

    @property
    def seen(self) -> int:
        """How many accounts were looked at."""
        return self.planned.total() + self.asked.total() + self.withheld.total()


def run_night(
    session: Session,
    *,
    practice: Practice,
    today: date,
    at: datetime,
    progress: Callable[[int], None] = lambda _: None,
) -> Run:
    """Decide every due account of a practice once; running it again the same day changes nothing."""
    run = Run()
    note_steps(session, practice=practice)
    run.closed = close_cycles(session, practice_id=practice.id, at=at)
    run.opened = open_cycles(session, practice_id=practice.id, today=today, at=at)
    look_again_after_calls(session, practice_id=practice.id, today=today, at=at)
    run.quiet = meet_night(session, practice_id=practice.id, day=today, at=at)
    steps = whole_policy(session, practice.id)
    if not steps or run.quiet:
        return run
    by_position = {step.position: step for step in steps}
    due = due_steps(session, practice=practice, steps=steps, today=today)
    for chunk in chunks(due):
        _decide_chunk(session, chunk, run, practice=practice, steps=by_position, today=today, at=at)
        progress(len(chunk))
    return run


def decide_tonight(session: Session, *, practice: Practice, at: datetime) -> Run | None:
    """Decide the practice's day unless that is done; None when it is, and while another worker is at it."""
    today = local_date(at, practice.timezone)
    if not has_ladder_turn(session, practice.id):
        return None
    if session.get(LadderNight, (practice.id, today)) is not None:
        return None
    night = LadderNight(practice_id=practice.id, day=today, at=at, counts={})
    session.add(night)
    run = run_night(session, practice=practice, today=today, at=at)
    night.counts = {
        "opened": run.opened,
        "closed": run.closed,
        "planned": run.planned.total(),
        "asked": run.asked.total(),
        "withheld": run.withheld.total(),
    } | ({"quiet": 1} if run.quiet else {})
    return run


def _last_night(session: Session, moment: Moment) -> dict[str, Total]:
    """What today's night decided; nothing before it ran."""
    counts = session.scalar(
        select(LadderNight.counts).where(
            LadderNight.practice_id == moment.practice_id, LadderNight.day == moment.today
        )
    )
    known = {key: Total(counts[key]) for key in ("planned", "asked", "withheld")} if counts else {}
    return known | ({"ran": Total(1)} if counts is not None else {})


offer_totals("night", _last_night)


def _decide_chunk(
    session: Session,
    chunk: list[DueStep],
    run: Run,
    *,
    practice: Practice,
    steps: dict[int, Step],
    today: date,
    at: datetime,
) -> None:
    plans: list[DueStep] = []
    asks: list[DueStep] = []
    changed: list[tuple[DueStep, str]] = []
    for due in chunk:
        name = steps[due.position].name
        reason = decide(due.facts, today=today, fresh_days=practice.source_fresh_days).withheld
        if reason is not None:
            run.withheld[reason] += 1
            if reason != due.told:
                changed.append((due, reason))
        elif due.facts.act == MESSAGE:
            run.planned[name] += 1
            plans.append(due)
        else:
            run.asked[name] += 1
            asks.append(due)
    plan_messages(session, plans, practice=practice, steps=steps, at=at)
    ask_humans(session, asks, practice=practice, today=today, at=at)
    keep_reasons(session, changed, practice=practice, today=today, at=at)


def truth_gate(session: Session, notice: Notice, account: Account, at: datetime) -> str | None:
    """Read everything again for one planned ladder notice, under the account's lock.

    Returns the reason for which it must not go, or None. The reason is kept when it changed.
    """
    practice = session.get_one(Practice, notice.practice_id)
    today = local_date(at, practice.timezone)
    found = list(
        due_steps(
            session,
            practice=practice,
            steps=whole_policy(session, practice.id),
            today=today,
            account_id=account.id,
            for_notice=notice.id,
        )
    )
    due = next(
        (d for d in found if d.cycle_id == notice.cause_id and d.position == notice.step), None
    )
    if due is None:
        return "not_due"
    reason = decide(due.facts, today=today, fresh_days=practice.source_fresh_days).withheld
    if reason is None and due.contact_id != notice.contact_id:
        reason = "contact_changed"
    if reason is not None and reason != due.told and reason != "contact_changed":
        keep_reasons(session, [(due, reason)], practice=practice, today=today, at=at)
    return reason
