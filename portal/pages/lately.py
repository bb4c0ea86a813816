"""What lessened a debt lately although nothing was paid then: credit that was used, what was given up."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, bindparam, literal, null, select

from shared.forgiving import Forgiveness
from shared.payments import CreditUse, Payment

USED, FORGIVEN = "(used)", "(forgiven)"
"""Stand among the kinds of holds, as one statement tells all: credit used, debts given up."""

TOLD_FOR = timedelta(days=60)

# By payment, since an account's are found at once; what came of one that was none settles nothing any more.
_OWN = select(Payment.id).where(
    Payment.practice_id == bindparam("practice_id"),
    Payment.account_id == bindparam("account_id"),
    Payment.cancelled_on.is_(None),
)
_USED = select(literal(USED), CreditUse.used_at, null(), CreditUse.amount_cents).where(
    CreditUse.practice_id == bindparam("practice_id"),
    CreditUse.payment_id.in_(_OWN),
    CreditUse.used_at >= bindparam("lately"),
)
_FORGIVEN = select(
    literal(FORGIVEN), Forgiveness.forgiven_at, null(), Forgiveness.amount_cents
).where(
    Forgiveness.practice_id == bindparam("practice_id"),
    Forgiveness.account_id == bindparam("account_id"),
    Forgiveness.forgiven_at >= bindparam("lately"),
)


def rows_lately() -> tuple[Select[*tuple[Any, ...]], Select[*tuple[Any, ...]]]:
    """Rows of these two kinds; see ``rows_under_way``. Their parameter is ``lately``, an instant."""
    return _USED, _FORGIVEN


def summed_lately(rows: Iterable[Row[Any]], kind: str) -> tuple[int, datetime] | None:
    """What there is of a kind: in cents, and when last."""
    found = [row for row in rows if row.kind == kind]
    return (sum(row.cents for row in found), max(row.at for row in found)) if found else None
