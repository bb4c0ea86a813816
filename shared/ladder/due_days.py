"""Whose next step's day has come: open cycles beside the policy's steps, as part of the due statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Select,
    String,
    and_,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from shared.billing import Invoice, is_held_back
from shared.ladder.model import LadderCycle, LadderSegment
from shared.ladder.rules import ORDINARY, Step, steps_of


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the practice's accounts, in the order of their ids: ``most`` of those behind ``after``, up to
    ``until``, whose day has come, or all of them in ``among``."""

    after: UUID | None = None
    until: UUID | None = None
    most: int | None = None
    among: tuple[UUID, ...] | None = None


def _step_table(steps: Sequence[Step], today: date) -> CTE:
    """The policy as rows, its offsets turned into the last days that are due.

    The date that a step does not count from may be any: two plain comparisons let an index answer.
    """
    rows = [
        select(
            literal(s.segment, String).label("segment"),
            literal(after, Integer).label("after"),
            literal(s.position, Integer).label("position"),
            literal(s.act, String).label("act"),
            literal(_cutoff(s, "issue", today), Date).label("issue_cutoff"),
            literal(_cutoff(s, "due", today), Date).label("due_cutoff"),
            literal(today - timedelta(days=s.gap_days), Date).label("step_cutoff"),
            literal(s.minimum_cents, Integer).label("minimum_cents"),
        )
        for after, s in _with_former(steps)
    ]
    return union_all(*rows).cte("step")


def _with_former(steps: Sequence[Step]) -> list[tuple[int, Step]]:
    """Each step with the position of the one before it in its segment, 0 for the first."""
    found: list[tuple[int, Step]] = []
    for segment in {step.segment for step in steps}:
        own = steps_of(steps, segment)
        found += zip([0, *(step.position for step in own)], own, strict=False)
    return found


def _cutoff(step: Step, anchor: str, today: date) -> date:
    return today - timedelta(days=step.offset_days) if step.anchor == anchor else date.max


def whose_day_has_come(
    practice_id: int,
    steps: Sequence[Step],
    today: date,
    account_id: UUID | None,
    part: Part | None,
) -> CTE:
    """Open cycles whose next step's day has come.

    Found before anything else is looked at, because they are few among many: what decides is then
    read for them alone.
    """
    cycle, step = LadderCycle, _step_table(steps, today)
    day_has_come = exists().where(
        Invoice.practice_id == cycle.practice_id,
        Invoice.account_id == cycle.account_id,
        Invoice.due_on <= step.c.due_cutoff,
        Invoice.issued_on <= step.c.issue_cutoff,
        is_askable(),
    )
    query = (
        select(
            cycle.practice_id,
            cycle.account_id,
            cycle.id.label("cycle_id"),
            cycle.withheld,
            cycle.messages,
            step.c.position,
            step.c.act,
            step.c.minimum_cents,
        )
        .join(step, _is_next(steps, step))
        .where(
            cycle.practice_id == practice_id,
            cycle.status == "open",
            or_(cycle.stepped_on.is_(None), cycle.stepped_on <= step.c.step_cutoff),
            cycle.asked_position < step.c.position,
            day_has_come,
        )
    )
    variants = {step.segment for step in steps} - {ORDINARY}
    if variants:
        said = LadderSegment
        query = query.outerjoin(
            said,
            and_(
                said.practice_id == cycle.practice_id,
                said.account_id == cycle.account_id,
                said.segment.in_(sorted(variants)),
            ),
        ).where(step.c.segment == func.coalesce(said.segment, ORDINARY))
    if account_id is not None:
        query = query.where(cycle.account_id == account_id)
    if part is not None:
        query = _only(query, part)
    return query.cte("due").prefix_with("MATERIALIZED")


def _is_next(steps: Sequence[Step], step: CTE) -> ColumnElement[bool]:
    """The step that comes behind the cycle's last. Without gaps between them that is one comparison,
    which an index answers best."""
    position = LadderCycle.position
    if all(s.position == after + 1 for after, s in _with_former(steps)):
        return position == step.c.after
    return and_(position >= step.c.after, position < step.c.position)


def _only(query: Select[Any], part: Part) -> Select[Any]:
    cycle = LadderCycle
    if part.after is not None:
        query = query.where(cycle.account_id > part.after)
    if part.until is not None:
        query = query.where(cycle.account_id <= part.until)
    if part.among is not None:
        query = query.where(cycle.account_id.in_(part.among))
    if part.most is not None:
        query = query.order_by(cycle.account_id).limit(part.most)
    return query


def is_askable() -> ColumnElement[bool]:
    """Of an invoice: something is open on it, and nothing holds it back."""
    return and_(Invoice.status == "issued", Invoice.open_cents > 0, ~is_held_back())
