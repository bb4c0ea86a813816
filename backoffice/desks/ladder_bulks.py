"""An act on many accounts before it is done: how many, how much, which are left out and why."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy import case, exists, func, literal, select
from sqlalchemy.orm import Session

from backoffice.desks.people import names_of
from shared.accounts import Account, Hold
from shared.base.money import Cents
from shared.base.vault import KeyRing, folded
from shared.ladder import (
    APPROVE,
    HOLD,
    OBSTACLES,
    Fit,
    LadderBulk,
    LadderBulkItem,
    fitting,
    letter_cases,
    short_mark,
    whole_policy,
)

MOST_COUNTED = 20_000
SHOWN = 10
LEFT_OUT = {
    "paused": "déjà en pause par l’équipe",
    "not_paused": "aucune pause de l’équipe : une autre pause finit avec ce qui l’a posée",
    "decided": "déjà décidée, ou plus demandée",
}


@dataclass(frozen=True, slots=True)
class Summary:
    """What an act would do. ``more`` where more fit than a page counts: the act then takes all of them,
    and says afterwards how many they were. ``marks`` is by account what stands for its letter as shown;
    ``first`` are some of the accounts (number, name where names may be read)."""

    accounts: int
    cents: Cents
    left_out: tuple[tuple[str, int], ...]
    more: bool
    marks: Mapping[UUID, str] = field(default_factory=dict)
    first: tuple[tuple[str, str], ...] = ()

    @property
    def others(self) -> int:
        """How many there are beside the ``first``."""
        return self.accounts - len(self.first)


def read_summary(
    session: Session,
    act: str,
    *,
    practice_id: int,
    fit: Fit,
    chosen: tuple[UUID, ...] | None,
    keys: KeyRing,
    names: KeyRing | None,
    today: date,
) -> Summary:
    """What it would do to the accounts as they are now; eight statements at most. ``names`` are the keys
    again, for whoever may read names."""
    if act == APPROVE:
        return _letters(session, practice_id, chosen or (), keys, names, today)
    staff_hold = (
        exists()
        .where(
            Hold.practice_id == Account.practice_id,
            Hold.account_id == Account.id,
            Hold.kind == "staff",
            Hold.status == "active",
            Hold.invoice_id.is_(None),
        )
        .correlate(Account)
    )
    taken = ~staff_hold if act == HOLD else staff_hold
    query = fitting(
        (
            Account.id.label("id"),
            Account.balance_cents.label("cents"),
            case((taken, literal(1)), else_=literal(0)).label("taken"),
        ),
        practice_id=practice_id,
        fit=fit if chosen is None else Fit(),
        steps=whole_policy(session, practice_id),
        today=today,
    )
    if chosen is not None:
        query = query.where(Account.id.in_(chosen))
    some = query.limit(MOST_COUNTED + 1).subquery()
    rows = session.execute(
        select(some.c.taken, func.count(), func.sum(some.c.cents)).group_by(some.c.taken)
    ).all()
    found = {bool(row[0]): (row[1], int(row[2])) for row in rows}
    accounts, cents = found.get(True, (0, 0))
    left, _ = found.get(False, (0, 0))
    reason = "paused" if act == HOLD else "not_paused"
    those = select(some.c.id).where(some.c.taken == 1).limit(SHOWN)
    first = select(Account).where(Account.practice_id == practice_id, Account.id.in_(those))
    return Summary(
        accounts,
        cents,
        ((LEFT_OUT[reason], left),) if left else (),
        accounts + left > MOST_COUNTED,
        first=_called(session, session.scalars(first).all() if accounts else (), names),
    )


def _called(
    session: Session, accounts: Sequence[Account], keys: KeyRing | None
) -> tuple[tuple[str, str], ...]:
    """(number, name) of each, by name; the name is empty for whoever reads none."""
    names = {}
    if keys is not None and accounts:
        names = names_of(session, accounts, practice_id=accounts[0].practice_id, keys=keys)
    called = ((one.number, names[one.id].full if one.id in names else "") for one in accounts)
    return tuple(sorted(called, key=lambda pair: (folded(pair[1]), pair[0])))


def _letters(
    session: Session,
    practice_id: int,
    chosen: tuple[UUID, ...],
    keys: KeyRing,
    names: KeyRing | None,
    today: date,
) -> Summary:
    cases = letter_cases(session, chosen, practice_id=practice_id, keys=keys, today=today)
    left: Counter[str] = Counter()
    accounts = cents = 0
    marks = {}
    going = []
    for account_id in chosen:
        one = cases.get(account_id)
        if one is None or one.status not in {"open", "postponed"}:
            left[LEFT_OUT["decided"]] += 1
        elif one.judged.obstacles:
            left[OBSTACLES[one.judged.obstacles[0]]] += 1
        else:
            accounts += 1
            cents += one.judged.cents
            marks[account_id] = short_mark(one.mark)
            going.append(one.account)
    return Summary(
        accounts,
        cents,
        tuple(left.most_common()),
        more=False,
        marks=marks,
        first=_called(session, going[:SHOWN], names),
    )


def letters_left(session: Session, bulk: LadderBulk) -> list[str]:
    """The numbers of the accounts whose letter was looked at, and was not approved by this act after all."""
    if bulk.act != APPROVE or bulk.status != "done":
        return []
    done = select(LadderBulkItem.account_id).where(
        LadderBulkItem.practice_id == bulk.practice_id, LadderBulkItem.bulk_id == bulk.id
    )
    query = select(Account.number).where(
        Account.practice_id == bulk.practice_id,
        Account.id.in_([UUID(text) for text in bulk.shown or {}]),
        Account.id.not_in(done),
    )
    return list(session.scalars(query.order_by(Account.number)))
