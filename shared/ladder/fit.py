"""Which running conversations fit a filter: the same for the list, and for an act on all that fit."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, text

from shared.accounts import Account, Hold
from shared.billing import Invoice, is_held_back
from shared.ladder.model import LadderCycle, LadderSegment
from shared.ladder.rules import ORDINARY, PAUSED, Step
from shared.ladder.totals import is_paused, open_cycle

NONE, ANY = "none", "any"
PAUSE = "hold_"
DOOR = "door_closed"


@dataclass(frozen=True, slots=True)
class Fit:
    """A filter; empty for « all ». ``step`` is the last one that took place, none or paused; sums are whole
    cents; ``due`` is late where the oldest open invoice is past its date, else coming."""

    step: str = ""
    held: str = ""
    low: str = ""
    high: str = ""
    due: str = ""
    language: str = ""
    channel: str = ""
    segment: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, str]) -> "Fit":
        """A filter as it was kept."""
        return cls(**{name: kept.get(name, "") for name in cls.__slots__})

    def kept(self, **changes: str) -> dict[str, str]:
        """What of it is set, with some of it changed."""
        return {name: value for name, value in (asdict(self) | changes).items() if value}


def fitting(
    columns: Sequence[Any], *, practice_id: int, fit: Fit, steps: Sequence[Step], today: date
) -> Select[Any]:
    """The accounts with a running conversation that fit."""
    query = (
        select(*columns)
        .select_from(Account)
        .join(LadderCycle, open_cycle())
        .where(Account.practice_id == practice_id)
    )
    return query.where(*_conditions(fit, steps, today))


def _conditions(fit: Fit, steps: Sequence[Step], today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if fit.step == PAUSED:
        found.append(is_paused())
    elif fit.step:
        positions = [s.position for s in steps if s.name == fit.step]
        at = LadderCycle.position == 0 if fit.step == NONE else LadderCycle.position.in_(positions)
        found += [at, ~is_paused()]
    if fit.held:
        found.append(_is_held(fit.held))
    if fit.low:
        found.append(Account.balance_cents >= int(fit.low))
    if fit.high:
        found.append(Account.balance_cents <= int(fit.high))
    if fit.due:
        late = _is_late(today)
        found.append(late if fit.due == "late" else ~late)
    if fit.language:
        found.append(Account.language == fit.language)
    if fit.channel:
        found.append(Account.channel == fit.channel)
    if fit.segment:
        found.append(_is_of(fit.segment))
    return found


def _is_held(reason: str) -> ColumnElement[bool]:
    """Kept back for this reason: the last night said so, or the next one will."""
    if reason == ANY:
        return or_(
            LadderCycle.withheld.is_not(None), has_pause(), Account.door_closed_at.is_not(None)
        )
    said = LadderCycle.withheld == reason
    if reason == DOOR:
        return or_(said, Account.door_closed_at.is_not(None))
    if not reason.startswith(PAUSE):
        return said
    return or_(said, has_pause(Hold.kind == reason.removeprefix(PAUSE)))


def has_pause(*kinds: ColumnElement[bool]) -> ColumnElement[bool]:
    """Of an account in an outer statement: a pause (of some kind) keeps the whole of it back. For pages of a
    list: looked up for each account that is met. Of ``exists`` beside an « or » the database would rather
    read every pause of the practice first."""
    pause = (
        select(Hold.kind)
        .where(
            Hold.practice_id == Account.practice_id,
            Hold.account_id == Account.id,
            Hold.status == text("'active'"),
            Hold.invoice_id.is_(None),
            *kinds,
        )
        .limit(1)
        .correlate(Account)
        .scalar_subquery()
    )
    return pause.is_not(None)


def _is_late(today: date) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            Invoice.practice_id == Account.practice_id,
            Invoice.account_id == Account.id,
            Invoice.status == "issued",
            Invoice.due_on < today,
            ~is_held_back(),
        )
        .correlate(Account)
    )


def _is_of(segment: str) -> ColumnElement[bool]:
    said = and_(
        LadderSegment.practice_id == Account.practice_id, LadderSegment.account_id == Account.id
    )
    if segment == ORDINARY:
        return ~exists().where(said, LadderSegment.segment != ORDINARY).correlate(Account)
    return exists().where(said, LadderSegment.segment == segment).correlate(Account)
