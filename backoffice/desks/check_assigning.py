"""A payment of nobody known that did not become an account's, as work on « À vérifier »."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from backoffice.desks.check_words import ASSIGN_AGAIN, NOT_ASSIGNED, NOTHING_TO_ASSIGN
from backoffice.desks.order_words import OUTCOMES
from backoffice.desks.stray_fate import accounts_of_strays, fate_of
from shared.accounts import Account
from shared.base.formats import money
from shared.base.money import Cents
from shared.orders import MoneyOrder
from shared.payments import StrayPayment
from shared.worklist import Task


@dataclass(frozen=True, slots=True)
class NotAssigned:
    """What happened and what to do; whether the payment ``waits`` to be assigned still."""

    happened: str
    todo: str
    cents: Cents
    reference: str
    waits: bool


def not_assigned(session: Session, task: Task) -> NotAssigned:
    """Of the order that the task is about: the account that it named, and why it did not get it."""
    order = session.get_one(MoneyOrder, (task.practice_id, UUID(task.key)))
    stray = session.get_one(StrayPayment, (task.practice_id, order.stray_id))
    asked = session.get_one(Account, (task.practice_id, order.account_id))
    number = accounts_of_strays(session, [stray], practice_id=task.practice_id).get(stray.id, "")
    waits = stray.status == "found"
    return NotAssigned(
        happened=NOT_ASSIGNED.format(
            cents=money(order.amount_cents, "fr"),
            number=asked.number,
            why=OUTCOMES.get(order.outcome or "", "voyez le compte"),
        ),
        todo=ASSIGN_AGAIN
        if waits
        else NOTHING_TO_ASSIGN.format(became=fate_of(session, stray, number)),
        cents=order.amount_cents,
        reference=stray.processor_ref,
        waits=waits,
    )
