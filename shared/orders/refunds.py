"""Asking for money of a payment to be given back."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import money
from shared.base.money import Cents
from shared.desk import HELD_BY
from shared.orders.model import MoneyOrder
from shared.orders.one_word import Weighed, refuse_without_second, weigh
from shared.orders.reading import order_of_form
from shared.orders.rules import ASKS, CANCEL, OPEN, REFUND, REFUND_REASONS
from shared.orders.service import ask_order, hold_asker
from shared.orders.wishes import Colleague, Wish
from shared.payments import Payment
from shared.reversals import Dispute, MoneyLeft, dispute_under_way, money_of
from shared.staff import members_who_may


@dataclass(frozen=True, slots=True)
class Room:
    """What became of a payment's money, and what is asked of it and not over: (order, cents) each.

    ``cancelling`` while staff asked for the payment itself to be booked back.
    """

    money: MoneyLeft
    asked: tuple[tuple[UUID, Cents], ...]
    cancelling: bool

    def left_for(self, but: MoneyOrder | None = None) -> Cents:
        """What may still be asked for, in cents (``but`` for one order)."""
        if self.cancelling:
            return 0
        others = self.others(but)[1] if but is not None else sum(cents for _, cents in self.asked)
        return max(self.money.refundable_cents - others, 0)

    def others(self, but: MoneyOrder) -> tuple[int, Cents]:
        """How many requests for money of it there are beside one, and how much, in cents."""
        rest = [cents for order_id, cents in self.asked if order_id != but.id]
        return len(rest), sum(rest)


def room_of(session: Session, payment: Payment) -> Room:
    """What there is of a payment and what is asked of it; two statements."""
    orders = session.execute(
        select(MoneyOrder.id, MoneyOrder.kind, MoneyOrder.amount_cents).where(
            MoneyOrder.practice_id == payment.practice_id,
            MoneyOrder.payment_id == payment.id,
            MoneyOrder.kind.in_((CANCEL, REFUND)),
            MoneyOrder.status.in_(OPEN),
        )
    ).all()
    return _room(
        money_of(session, payment), ((one.id, one.kind, one.amount_cents) for one in orders)
    )


def room_beside(money: MoneyLeft, orders: Iterable[MoneyOrder]) -> Room:
    """The same of what is at hand: the payment's money, and orders about it, those that are over too."""
    still = [order for order in orders if order.status in OPEN]
    return _room(money, ((order.id, order.kind, order.amount_cents) for order in still))


def _room(money: MoneyLeft, asked: Iterable[tuple[UUID, str, Cents]]) -> Room:
    open_orders = list(asked)
    return Room(
        money=money,
        asked=tuple((order_id, cents) for order_id, kind, cents in open_orders if kind == REFUND),
        cancelling=any(kind == CANCEL for _, kind, _ in open_orders),
    )


def left_for(session: Session, payment: Payment, *, but: MoneyOrder | None = None) -> Cents:
    """What may still be asked for of a payment, in cents: it is there, not on its way back, and nobody
    asked for it yet (``but`` for one order). Called under the account's lock where it matters."""
    return room_of(session, payment).left_for(but)


def ask_refund(
    session: Session,
    wish: Wish,
    *,
    practice: Practice,
    account: Account,
    by: Colleague,
    approvers: Collection[UUID],
    at: datetime,
) -> MoneyOrder:
    """Ask for money to be given back. The caller holds the account's lock; ``approvers`` are all who may
    agree, whoever asks among them. The same form gives the same order again.

    Raises NotFoundError for a payment that is not the account's, NotAllowedError with a sentence for
    what can't be: more than is left, no reason, nobody to agree.
    """
    hold_asker(session, by.user_id)
    if order_of_form(session, practice_id=practice.id, once=wish.once) is None:
        payment = session.get(Payment, (practice.id, wish.payment_id))
        if payment is None or payment.account_id != account.id:
            raise NotFoundError("Ce paiement n’existe pas.")
        check_refund(
            wish,
            payment=payment,
            room=room_of(session, payment),
            dispute=dispute_under_way(session, payment),
            weighed=weigh(session, wish, practice, asker=by.user_id, at=at),
            approvers=approvers,
        )
    others = set(approvers) - {by.user_id}
    return ask_order(session, wish, practice=practice, account=account, by=by, others=others, at=at)


def check_refund(
    wish: Wish,
    *,
    payment: Payment,
    room: Room,
    dispute: Dispute | None,
    weighed: Weighed,
    approvers: Collection[UUID],
) -> None:
    """Whether a refund may be asked for of a payment with this room and dispute under way, as it was
    weighed. Whoever asks for it reads them under the account's lock. Raises NotAllowedError with what to
    do instead."""
    if wish.reason not in REFUND_REASONS:
        raise NotAllowedError("Choisissez la raison du remboursement.")
    if (payment.method in HELD_BY) != (wish.method in HELD_BY):
        raise NotAllowedError("Choisissez comment l’argent est rendu.")
    if has_taken(dispute):
        raise NotAllowedError(
            "La banque a déjà repris l’argent de ce paiement : rembourser le ferait partir deux fois. "
            "Répondez à la contestation, ou acceptez-la, dans les pages du prestataire de carte."
        )
    left = room.left_for()
    if not left:
        raise NotAllowedError("Il ne reste rien à rembourser sur ce paiement.")
    if not 1 <= wish.amount_cents <= left:
        raise NotAllowedError(
            f"Il reste {money(left)} à rembourser sur ce paiement : donnez une somme jusque-là."
        )
    refuse_without_second(weighed, approvers)


def is_taken_by_bank(session: Session, payment: Payment) -> bool:
    """Whether a bank has taken money of a payment and still decides whose it is: none may go back."""
    return has_taken(dispute_under_way(session, payment))


def has_taken(dispute: Dispute | None) -> bool:
    """Whether the bank has taken the money in a dispute under way."""
    return dispute is not None and dispute.status == "open"


def asker_left(session: Session, order: MoneyOrder) -> bool:
    """Whether only a person's own word stands for an order, who may not ask for one any more. What was
    handed over is gone: it was looked at then."""
    return (
        order.decided_by is None
        and order.handed_at is None
        and order.asked_by
        not in members_who_may(session, practice_id=order.practice_id, permission=ASKS[order.kind])
    )
