"""What an import makes and changes, noted as it is written, so that the whole can be taken back."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import event, insert, inspect, select
from sqlalchemy.orm import Session

from ardoise.importing.context import Run, chunks
from shared.accounts import Account, ContactPoint, Hold, Party
from shared.base.ids import new_id
from shared.billing import Invoice, Source
from shared.imports import ImportTouch

TRACED: Mapping[str, type[Any]] = {
    "source": Source,
    "account": Account,
    "party": Party,
    "contact": ContactPoint,
    "invoice": Invoice,
    "hold": Hold,
}
_KIND_OF = {table: kind for kind, table in TRACED.items()}
# The journal moves these, and moves them back.
_OF_THE_JOURNAL = {Account: {"balance_cents"}, Invoice: {"open_cents", "status"}}


@dataclass(slots=True)
class Touch:
    """One row: whose it is, and its columns before the first change."""

    kind: str
    account_id: UUID | None
    made: bool
    before: dict[str, Any] = field(default_factory=dict)


Touches = dict[UUID, Touch]


@contextmanager
def noting(session: Session) -> Iterator[Touches]:
    """Note every row of the traced tables that is made or changed meanwhile."""
    touches: Touches = {}

    def look(flushed: Session, _context: object) -> None:
        # The rows have their ids by now, and still tell what they were.
        for row in flushed.new:
            _note(touches, row, made=True)
        for row in flushed.dirty:
            _note(touches, row, made=False)

    event.listen(session, "after_flush", look)
    try:
        yield touches
        session.flush()
    finally:
        event.remove(session, "after_flush", look)


def _note(touches: Touches, row: Any, *, made: bool) -> None:
    kind = _KIND_OF.get(type(row))
    if kind is None:
        return
    known = touches.setdefault(row.id, Touch(kind, _account_of(row), made))
    if known.made:
        return
    state = inspect(row)
    for name in _columns(row):
        history = state.attrs[name].history
        if history.has_changes() and history.deleted:
            known.before.setdefault(name, history.deleted[0])


def _columns(row: Any) -> list[str]:
    left_out = {"practice_id", "id"} | _OF_THE_JOURNAL.get(type(row), set())
    return [column.key for column in row.__table__.columns if column.key not in left_out]


def _account_of(row: Any) -> UUID | None:
    account_id: UUID | None = (
        row.id if isinstance(row, Account) else getattr(row, "account_id", None)
    )
    return account_id


def write_touches(run: Run, touches: Touches) -> None:
    """Keep what was noted, with the run, some at a time."""
    changed = ((row_id, touch) for row_id, touch in touches.items() if touch.made or touch.before)
    for some in chunks(changed):
        after = _after(run, dict(some))
        run.session.execute(
            insert(ImportTouch),
            [
                {
                    "practice_id": run.practice.id,
                    "id": new_id(),
                    "run_id": run.id,
                    "kind": touch.kind,
                    "subject_id": row_id,
                    "account_id": touch.account_id,
                    "made": touch.made,
                    "before": {name: encoded(value) for name, value in touch.before.items()},
                    "after": after.get(row_id, {}),
                }
                for row_id, touch in some
            ],
        )


def _after(run: Run, touches: Mapping[UUID, Touch]) -> dict[UUID, dict[str, object]]:
    """What was changed, as it is now; of an invoice also what is left of it, to see whether it moves."""
    after: dict[UUID, dict[str, object]] = {}
    for kind, table in TRACED.items():
        wanted = [
            i for i, t in touches.items() if t.kind == kind and (t.before or kind == "invoice")
        ]
        if not wanted:
            continue
        query = select(table).where(table.practice_id == run.practice.id, table.id.in_(wanted))
        for row in run.session.scalars(query):
            names = set(touches[row.id].before)
            if kind == "invoice":
                names |= {"source_left_cents", "unacknowledged_cents", "open_cents"}
            after[row.id] = {name: encoded(getattr(row, name)) for name in sorted(names)}
    return after


def encoded(value: object) -> object:
    """A column's value as JSON holds it; sealed bytes stay as sealed as they are."""
    if isinstance(value, bytes):
        return {"bytes": base64.b64encode(value).decode()}
    if isinstance(value, UUID):
        return {"uuid": str(value)}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return value


def decoded(value: Any) -> Any:
    """What ``encoded`` made, as the column holds it."""
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    readers: dict[str, Any] = {
        "bytes": base64.b64decode,
        "uuid": UUID,
        "at": datetime.fromisoformat,
        "day": date.fromisoformat,
    }
    return readers[kind](text)
