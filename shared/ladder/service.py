"""Cycles opened, the policy read. Set-based throughout."""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, exists, func, insert, select
from sqlalchemy.orm import Session

from shared.accounts import Account
from shared.audit import SYSTEM, Happening, record_many
from shared.base.database import has_turn, take_turns
from shared.base.ids import new_id
from shared.billing import Invoice, is_held_back
from shared.ladder.model import LadderCycle, LadderSegment, LadderStep
from shared.ladder.rules import DEFAULT_POLICY, ORDINARY, Step, steps_of
from shared.worklist import TO_APPROVE, TO_CALL, TO_SEND_LETTER, offer

CALL_TASK = offer("ladder_call", "Appeler", TO_CALL)
APPROVAL_TASK = offer("ladder_formal_notice", "Lettre recommandée à approuver", TO_APPROVE)
LETTER_CALL_TASK = offer("ladder_letter_call", "Appeler avant la lettre", TO_CALL)
SEND_TASK = offer("ladder_letter_send", "Mise en demeure à imprimer et à envoyer", TO_SEND_LETTER)
CALLS = (CALL_TASK.name, LETTER_CALL_TASK.name)
"""The kinds of work for which a person's number is dialled."""

CHUNK = 1000
T = TypeVar("T")


def chunks(rows: Iterator[T], size: int = CHUNK) -> Iterator[list[T]]:
    """The rows in lists of at most ``size``, so that memory stays flat."""
    while chunk := list(islice(rows, size)):
        yield chunk


def latest_version(practice_id: int | BindParameter[int]) -> ScalarSelect[int | None]:
    """The version of the policy in force, as part of a query."""
    return (
        select(func.max(LadderStep.version))
        .where(LadderStep.practice_id == practice_id)
        .scalar_subquery()
    )


def segment_in_force(
    practice_id: BindParameter[int], account_id: BindParameter[UUID]
) -> ColumnElement[str]:
    """The segment whose steps an account goes by, as part of a query: its own where that has steps."""
    own = (
        select(LadderSegment.segment)
        .where(
            LadderSegment.practice_id == practice_id,
            LadderSegment.account_id == account_id,
            exists()
            .where(
                LadderStep.practice_id == practice_id,
                LadderStep.version == latest_version(practice_id),
                LadderStep.segment == LadderSegment.segment,
            )
            .correlate(LadderSegment),
        )
        .scalar_subquery()
    )
    return func.coalesce(own, ORDINARY)


STEP_COLUMNS = (
    LadderStep.position,
    LadderStep.name,
    LadderStep.act,
    LadderStep.anchor,
    LadderStep.offset_days,
    LadderStep.gap_days,
    LadderStep.minimum_cents,
    LadderStep.segment,
)
"""A step of the policy in a query, in the order of Step's fields."""


def whole_policy(session: Session, practice_id: int, version: int | None = None) -> list[Step]:
    """The steps of all segments of a version, of the one in force where none is named; in order."""
    rows = session.execute(
        select(*STEP_COLUMNS)
        .where(
            LadderStep.practice_id == practice_id,
            LadderStep.version == (latest_version(practice_id) if version is None else version),
        )
        .order_by(LadderStep.segment, LadderStep.position)
    )
    return [Step(*row) for row in rows]


def policy_of(session: Session, practice_id: int) -> list[Step]:
    """The ordinary steps of the practice's latest policy, in order."""
    return steps_of(whole_policy(session, practice_id), ORDINARY)


def install_policy(
    session: Session,
    *,
    practice_id: int,
    steps: tuple[Step, ...] = DEFAULT_POLICY,
    version: int = 1,
) -> None:
    """Give a practice its policy as data."""
    for step in steps:
        session.add(
            LadderStep(
                practice_id=practice_id,
                version=version,
                segment=step.segment,
                position=step.position,
                name=step.name,
                act=step.act,
                anchor=step.anchor,
                offset_days=step.offset_days,
                gap_days=step.gap_days,
                minimum_cents=step.minimum_cents,
            )
        )


def has_ladder_turn(session: Session, practice_id: int) -> bool:
    """Whether no other process decides the practice's night or counts its board now; if so, none does until
    this transaction ends."""
    return has_turn(session, _turn(practice_id))


def _turn(practice_id: int) -> str:
    return f"ladder|{practice_id}"


def open_cycles(session: Session, *, practice_id: int, today: date, at: datetime) -> int:
    """Open a cycle where something is askable and none runs. Returns how many."""
    take_turns(session, _turn(practice_id))
    running = exists().where(
        LadderCycle.practice_id == Account.practice_id,
        LadderCycle.account_id == Account.id,
        LadderCycle.status == "open",
    )
    askable = exists().where(
        Invoice.practice_id == Account.practice_id,
        Invoice.account_id == Account.id,
        Invoice.status == "issued",
        ~is_held_back(),
    )
    ids = session.scalars(
        select(Account.id).where(
            Account.practice_id == practice_id, Account.balance_cents > 0, ~running, askable
        )
    ).all()
    for chunk in chunks(iter(ids)):
        session.execute(
            insert(LadderCycle),
            [
                {
                    "practice_id": practice_id,
                    "id": new_id(),
                    "account_id": account_id,
                    "status": "open",
                    "opened_on": today,
                    "position": 0,
                    "asked_position": 0,
                    "messages": 0,
                }
                for account_id in chunk
            ],
        )
        record_many(
            session,
            [Happening(practice_id, i, "ladder_cycle.opened", {}) for i in chunk],
            actor=SYSTEM,
            at=at,
        )
    return len(ids)
