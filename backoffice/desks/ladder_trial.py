"""A draft of the policy tried on today's accounts: who would have which step before them, and when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from backoffice.desks.ladder_policy import read_editor
from backoffice.desks.ladder_rows import Standing, read_pairs
from shared.accounts import Account
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.ladder import (
    DEFAULT_POLICY,
    DRAFT,
    GOES,
    ORDINARY,
    POSITIONS,
    SEGMENT_TITLES,
    STEP_TITLES,
    TONIGHT,
    Change,
    LadderCycle,
    LadderSegment,
    LadderTotal,
    Step,
    by_next_step,
    compare,
    next_step,
    night_ahead,
    open_cycle,
    steps_of,
    totals_of,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """An account whose next act changes."""

    now: Standing
    then: Standing


@dataclass(frozen=True, slots=True)
class Trial:
    """A draft tried on today's accounts; ``at`` is when the counts are from, ``nights`` are accounts whose
    turn comes that night, by step, held ones included; ``goes`` those that nothing holds back, by the rule in
    force and by the draft; ``night_counted`` whether they hold this draft's night already."""

    changes: tuple[Change, ...]
    steps: tuple[tuple[str, int, int], ...]
    nights: tuple[tuple[str, int, int], ...]
    goes: tuple[int, int]
    night_counted: bool
    at: datetime | None
    moved: tuple[Moved, ...]
    reached: UUID | None
    night: date
    revision: int


def read_trial(
    session: Session,
    *,
    practice_id: int,
    timezone: str,
    after: UUID | None,
    keys: KeyRing | None,
    at: datetime,
) -> Trial | None:
    """The draft tried on today's accounts; None without one. Seven statements, nothing written."""
    edited = read_editor(session, practice_id)
    if not edited.drafted:
        return None
    old, new = edited.in_force.steps, edited.policy.steps
    _, night, _ = night_ahead(session, practice_id=practice_id, timezone=timezone, at=at)
    totals = totals_of(session, practice_id=practice_id)
    ids, reached = _candidates(session, practice_id, old, new, after)
    before, then = read_pairs(
        session, ids, practice_id=practice_id, old=old, new=new, night=night, keys=keys
    )
    now_at, then_at = by_next_step(totals, old), by_next_step(totals, new)
    names = {0: "Plus d’étape"} | {place: STEP_TITLES[name] for name, place in POSITIONS.items()}
    nights: dict[str, dict[int, int]] = {TONIGHT: {}, DRAFT: {}}
    for total in totals:
        if total.about in nights and total.position:
            counts = nights[total.about]
            counts[total.position] = counts.get(total.position, 0) + total.accounts
    counted_at = totals[0].at if totals else None
    saved_at = edited.draft.saved_at if edited.draft is not None else at
    return Trial(
        changes=tuple(compare(old, new)),
        steps=tuple(
            (word, now_at.get(place, 0), then_at.get(place, 0)) for place, word in names.items()
        ),
        nights=tuple(
            (names[place], nights[TONIGHT].get(place, 0), nights[DRAFT].get(place, 0))
            for place in sorted(set(nights[TONIGHT]) | set(nights[DRAFT]))
        ),
        goes=(_going(totals, TONIGHT), _going(totals, DRAFT)),
        night_counted=counted_at is not None and counted_at >= saved_at,
        at=counted_at,
        moved=tuple(
            Moved(before[i], then[i])
            for i in ids
            if i in before
            and i in then
            and (before[i].coming, before[i].day) != (then[i].coming, then[i].day)
        ),
        reached=reached,
        night=night,
        revision=edited.revision,
    )


def _going(totals: Sequence[LadderTotal], about: str) -> int:
    return sum(one.accounts for one in totals if one.about == about and one.name == GOES)


def _candidates(
    session: Session,
    practice_id: int,
    old: Sequence[Step],
    new: Sequence[Step],
    after: UUID | None,
) -> tuple[list[UUID], UUID | None]:
    """Accounts who stand where the step before them is another one by the draft, in the order of ids."""
    places = []
    for segment in SEGMENT_TITLES:
        for position in range(len(DEFAULT_POLICY) + 1):
            coming = next_step(steps_of(old, segment), position)
            then = next_step(steps_of(new, segment), position)
            if _terms(coming) != _terms(then):
                places.append((segment, position))
    if not places:
        return [], None
    segment_of = func.coalesce(LadderSegment.segment, ORDINARY)
    query = (
        select(Account.id)
        .join(LadderCycle, open_cycle())
        .outerjoin(
            LadderSegment,
            and_(
                LadderSegment.practice_id == Account.practice_id,
                LadderSegment.account_id == Account.id,
            ),
        )
        .where(
            Account.practice_id == practice_id,
            or_(*(and_(segment_of == of, LadderCycle.position == at) for of, at in places)),
        )
        .order_by(Account.id)
        .limit(PAGE + 1)
    )
    if after is not None:
        query = query.where(Account.id > after)
    ids = list(session.scalars(query))
    return ids[:PAGE], ids[PAGE - 1] if len(ids) > PAGE else None


def _terms(step: Step | None) -> tuple[str, str, str, int, int, Cents] | None:
    if step is None:
        return None
    return (
        step.name,
        step.act,
        step.anchor,
        step.offset_days,
        step.gap_days,
        step.minimum_cents,
    )
