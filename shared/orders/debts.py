"""Asking for a debt, or a part of one, to be no longer asked for."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.base.errors import NotAllowedError
from shared.base.formats import money
from shared.base.money import Cents, total_of
from shared.forgiving import NATURES, DebtLeft, cents_left, left_to_forgive, shares_fit
from shared.orders.model import MoneyOrder, OrderShare
from shared.orders.one_word import Weighed, refuse_without_second, weigh
from shared.orders.reading import order_of_form
from shared.orders.rules import FORGIVE, OPEN
from shared.orders.service import ask_order, hold_asker
from shared.orders.wishes import Colleague, Wish


def left_to_ask(session: Session, *, practice_id: int, account_id: UUID) -> dict[UUID, Cents]:
    """What of each invoice may still be asked to be given up, the oldest due first (see ``debts_to_ask``)."""
    return cents_left(debts_to_ask(session, practice_id=practice_id, account_id=account_id))


def debts_to_ask(session: Session, *, practice_id: int, account_id: UUID) -> tuple[DebtLeft, ...]:
    """The same with the numbers of the invoices: each is open, not being paid, and nobody asked for it yet;
    three statements."""
    left = left_to_forgive(session, practice_id=practice_id, account_id=account_id)
    rows = session.execute(
        select(OrderShare.invoice_id, func.sum(OrderShare.amount_cents))
        .join(
            MoneyOrder,
            (MoneyOrder.practice_id == OrderShare.practice_id)
            & (MoneyOrder.id == OrderShare.order_id),
        )
        .where(
            MoneyOrder.practice_id == practice_id,
            MoneyOrder.account_id == account_id,
            MoneyOrder.kind == FORGIVE,
            MoneyOrder.status.in_(OPEN),
        )
        .group_by(OrderShare.invoice_id)
    )
    asked = {invoice_id: int(cents) for invoice_id, cents in rows}
    free = (replace(one, cents=one.cents - asked.get(one.id, 0)) for one in left)
    return tuple(one for one in free if one.cents > 0)


def check_forgiveness(
    wish: Wish,
    shares: Mapping[UUID, Cents],
    *,
    left: Mapping[UUID, Cents],
    weighed: Weighed,
    approvers: Collection[UUID],
) -> None:
    """Whether it may be asked for where so much is ``left`` of each invoice, as it was weighed. Whoever asks
    for it reads them under the account's lock. Raises NotAllowedError with what to do instead."""
    if wish.reason not in NATURES:
        raise NotAllowedError("Choisissez pourquoi la somme n’est plus demandée.")
    if not left:
        raise NotAllowedError(
            "Rien de ce compte ne peut être abandonné : tout est payé, en cours de paiement, ou déjà demandé."
        )
    if not shares_fit(shares, wish.amount_cents, left):
        raise NotAllowedError(
            f"Il reste {money(total_of(left))} à abandonner au plus, et de chaque facture pas plus que son "
            "reste : vérifiez la somme."
        )
    refuse_without_second(weighed, approvers)


def ask_forgiveness(
    session: Session,
    wish: Wish,
    shares: Mapping[UUID, Cents],
    *,
    practice: Practice,
    account: Account,
    by: Colleague,
    approvers: Collection[UUID],
    at: datetime,
) -> MoneyOrder:
    """Ask for these shares to be given up. The caller holds the account's lock; ``approvers`` are all who
    may agree. The same form gives the same order again.

    Raises NotAllowedError with a sentence for what can't be.
    """
    hold_asker(session, by.user_id)
    is_new = order_of_form(session, practice_id=practice.id, once=wish.once) is None
    if is_new:
        check_forgiveness(
            wish,
            shares,
            left=left_to_ask(session, practice_id=practice.id, account_id=account.id),
            weighed=weigh(session, wish, practice, asker=by.user_id, at=at),
            approvers=approvers,
        )
    others = set(approvers) - {by.user_id}
    order = ask_order(
        session, wish, practice=practice, account=account, by=by, others=others, at=at
    )
    if is_new:
        session.add_all(
            OrderShare(
                practice_id=practice.id,
                order_id=order.id,
                invoice_id=invoice_id,
                amount_cents=cents,
            )
            for invoice_id, cents in shares.items()
        )
        session.flush()
    return order


def shares_asked(session: Session, order: MoneyOrder) -> dict[UUID, Cents]:
    """What an order gives up, by invoice."""
    rows = session.execute(
        select(OrderShare.invoice_id, OrderShare.amount_cents)
        .where(OrderShare.practice_id == order.practice_id, OrderShare.order_id == order.id)
        .order_by(OrderShare.id)
    )
    return {row.invoice_id: row.amount_cents for row in rows}


def can_be_forgiven(session: Session, order: MoneyOrder) -> bool:
    """Whether all of what an order gives up is still open, and none of it being paid. Called under the
    account's lock where it matters."""
    if order.account_id is None:
        return False
    left = left_to_forgive(session, practice_id=order.practice_id, account_id=order.account_id)
    return shares_fit(shares_asked(session, order), order.amount_cents, cents_left(left))
