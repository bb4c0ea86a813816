"""Plans as they stand now. What is paid is derived from what is still open on the invoices covered,
so any payment counts, whoever took it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, bindparam, select
from sqlalchemy.orm import Session

from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.forgiving import shortened
from shared.plans.model import Instalment, Plan
from shared.plans.rules import LIVE, RUNNING, WAITING, paid_of_each
from shared.plans.sums import sums_of_plan


@dataclass(frozen=True, slots=True)
class PartView:
    """One date as it stands. ``paid_cents`` is settled, ``coming_cents`` being paid right now,
    ``forgiven_cents`` no longer asked for."""

    id: UUID
    position: int
    agreed_on: date
    due_on: date
    moves: int
    cents: Cents
    paid_cents: Cents
    coming_cents: Cents
    forgiven_cents: Cents = 0

    @property
    def open_cents(self) -> Cents:
        """What is neither paid nor being paid, and still asked for."""
        return self.cents - self.paid_cents - self.coming_cents - self.forgiven_cents


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan and its dates, the first one first. ``left_cents`` is what is not paid yet."""

    plan: Plan
    left_cents: Cents
    parts: tuple[PartView, ...]

    @property
    def is_live(self) -> bool:
        """Whether it runs or waits for an answer."""
        return self.plan.status in LIVE

    @property
    def open_parts(self) -> tuple[PartView, ...]:
        """Dates of which something is still to be paid."""
        return tuple(part for part in self.parts if part.open_cents > 0)

    @property
    def next_part(self) -> PartView | None:
        """The oldest of them."""
        return next(iter(self.open_parts), None)

    def expected_cents(self, today: date) -> Cents:
        """What is to be paid now: all dates up to today, or else the next one."""
        past = sum(part.open_cents for part in self.open_parts if part.due_on <= today)
        return past or (self.next_part.open_cents if self.next_part else 0)


@dataclass(frozen=True, slots=True)
class Pauses:
    """What pauses an account: kinds of its holds, the oldest first, and its plan if there is one."""

    kinds: list[str]
    plan: PlanView | None


def _of_plan(model: Any) -> ColumnElement[bool]:
    return and_(model.practice_id == Plan.practice_id, model.plan_id == Plan.id)


def _plans() -> Select[Plan, int, int, int, Instalment]:
    return (
        select(Plan, *sums_of_plan(), Instalment)
        .join(Instalment, _of_plan(Instalment))
        .where(Plan.practice_id == bindparam("practice_id"))
        .order_by(Plan.account_id, Plan.version.desc(), Instalment.position)
    )


# Built once: pages that must be quick read them.
_OF_ACCOUNT = _plans().where(Plan.account_id == bindparam("account_id"))
_ONE = _plans().where(Plan.id == bindparam("plan_id"))
_LIVE = _plans().where(Plan.status.in_(LIVE))


def plans_of(session: Session, *, practice_id: int, account_id: UUID) -> list[PlanView]:
    """Every version of an account's plan, the latest first."""
    rows = session.execute(_OF_ACCOUNT, {"practice_id": practice_id, "account_id": account_id})
    return list(_views(rows))


def live_plan(plans: Iterable[PlanView]) -> PlanView | None:
    """Of an account's plans the one that runs, else the one that waits for an answer."""
    by_status = list(plans)
    for wanted in (RUNNING, WAITING):
        found = next((view for view in by_status if view.plan.status in wanted), None)
        if found is not None:
            return found
    return None


def waiting_plan(plans: Iterable[PlanView]) -> PlanView | None:
    """Of an account's plans the one that waits for an answer, ours or the patient's."""
    return next((view for view in plans if view.plan.status in WAITING), None)


def get_plan(session: Session, *, practice_id: int, plan_id: UUID) -> PlanView:
    """One version. Raises NotFoundError."""
    rows = session.execute(_ONE, {"practice_id": practice_id, "plan_id": plan_id})
    found = next(_views(rows), None)
    if found is None:
        raise NotFoundError("Cet accord n’existe pas.")
    return found


def live_plans(session: Session, *, practice_id: int) -> list[PlanView]:
    """Every plan of a practice that runs or waits."""
    return list(_views(session.execute(_LIVE, {"practice_id": practice_id})))


def beside_plan(said: Subquery) -> Select[*tuple[Any, ...]]:
    """A statement that reads ``said`` (columns kind, at and others, one account) with the account's
    live plan beside the row of kind plan: for a page that must read both at once. Its parameters are
    practice_id and account_id; ``pauses_from`` reads its rows."""
    return (
        select(*said.c, Plan, *sums_of_plan(), Instalment)
        .select_from(said)
        .outerjoin(
            Plan,
            and_(
                said.c.kind == "plan",
                Plan.practice_id == bindparam("practice_id"),
                Plan.account_id == bindparam("account_id"),
                Plan.status.in_(LIVE),
            ),
        )
        .outerjoin(Instalment, _of_plan(Instalment))
        .order_by(said.c.at, Plan.version.desc(), Instalment.position)
    )


def pauses_from(rows: Sequence[Row[*tuple[Any, ...]]]) -> Pauses:
    """The kinds that were said, the oldest first, and the plan beside them."""
    kinds = list(dict.fromkeys(row.kind for row in rows))
    return Pauses(kinds, live_plan(_views(row for row in rows if row.Plan is not None)))


def _views(rows: Iterable[Row[*tuple[Any, ...]]]) -> Iterator[PlanView]:
    for _, group in groupby(rows, key=lambda row: row.Plan.id):
        yield _view(list(group))


def _view(rows: list[Row[*tuple[Any, ...]]]) -> PlanView:
    plan: Plan = rows[0].Plan
    left = int(rows[0].left)
    forgiven = min(int(rows[0].forgiven), plan.total_cents - left)
    paid = plan.total_cents - forgiven - left
    coming = min(int(rows[0].coming), left)
    agreed = [row.Instalment.amount_cents for row in rows]
    off = shortened(agreed, forgiven)
    sums = [cents - less for cents, less in zip(agreed, off, strict=True)]
    settled, spent = paid_of_each(sums, paid), paid_of_each(sums, paid + coming)
    return PlanView(
        plan,
        left,
        tuple(
            PartView(
                id=row.Instalment.id,
                position=row.Instalment.position,
                agreed_on=row.Instalment.agreed_on,
                due_on=row.Instalment.due_on,
                moves=row.Instalment.moves,
                cents=row.Instalment.amount_cents,
                paid_cents=done,
                coming_cents=all_ - done,
                forgiven_cents=less,
            )
            for row, done, all_, less in zip(rows, settled, spent, off, strict=True)
        ),
    )
