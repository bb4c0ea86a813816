"""What giving money back would do now, to be agreed to as it was shown."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.desks.account_refunds import numbered
from backoffice.desks.stray_fate import accounts_of_strays, fate_of
from shared.base.errors import NotFoundError
from shared.base.formats import money
from shared.base.money import Cents
from shared.orders import MoneyOrder, Room, has_taken, left_of_stray, room_of
from shared.payments import Payment, StrayPayment
from shared.reconciliation import get_stray
from shared.reversals import Dispute, dispute_under_way


@dataclass(frozen=True, slots=True)
class Effects:
    """What would come of a refund now: what is left of the payment before it, what is owed again (invoice
    number, cents), what is taken from credit, the dispute (id, state) in which the payment's bank still
    decides; or the ``obstacle`` that stands in its way. ``others`` are the other requests for money of the
    same payment that are not over, how many and how much: what is left leaves them out already."""

    left_cents: Cents
    owed_again: tuple[tuple[str, Cents], ...] = ()
    credit_cents: Cents = 0
    contested: tuple[str, str] = ("", "")
    obstacle: str = ""
    others: tuple[int, Cents] = (0, 0)

    @property
    def mark(self) -> str:
        """The same for the same effects, so that one agrees to what one was shown."""
        told = repr(
            (self.left_cents, self.owed_again, self.credit_cents, self.contested, self.obstacle)
        )
        return hashlib.sha256(told.encode()).hexdigest()[:32]


def effects_of(session: Session, order: MoneyOrder) -> Effects:
    """What would come of an order now. Raises NotFoundError."""
    if order.stray_id is not None:
        stray = get_stray(session, practice_id=order.practice_id, stray_id=order.stray_id)
        return effects_on_stray(session, stray, order)
    payment = payment_of(session, order)
    return effects_on(room_of(session, payment), order, dispute_under_way(session, payment))


def effects_on(room: Room, order: MoneyOrder, dispute: Dispute | None) -> Effects:
    """What would come of an order, of a payment with this room and dispute under way."""
    left, others = room.left_for(order), room.others(order)
    if has_taken(dispute):
        told = "La banque a repris l’argent de ce paiement : il partirait deux fois."
        return Effects(left, obstacle=f"{told} Refusez cette demande.", others=others)
    if left < order.amount_cents:
        return Effects(left, obstacle=_too_little(left), others=others)
    split = room.money.preview(order.amount_cents)
    return Effects(
        left,
        contested=(str(dispute.id), dispute.status) if dispute is not None else ("", ""),
        owed_again=numbered(room.money, split.shares),
        credit_cents=split.credit,
        others=others,
    )


def effects_on_stray(session: Session, stray: StrayPayment, order: MoneyOrder) -> Effects:
    """What would come of an order, of a payment of nobody known."""
    left = left_of_stray(stray)
    if stray.status == "assigned":
        numbers = accounts_of_strays(session, [stray], practice_id=stray.practice_id)
        told = fate_of(session, stray, numbers.get(stray.id, ""))
        return Effects(left, obstacle=f"{told} Refusez cette demande.")
    return Effects(left, obstacle=_too_little(left) if left < order.amount_cents else "")


def _too_little(left: Cents) -> str:
    return (
        f"Il n’en reste plus que {money(left)} à rendre : cette demande ne peut plus être accordée. "
        "Refusez-la, puis qu’on en demande une autre s’il le faut."
    )


def payment_of(session: Session, order: MoneyOrder) -> Payment:
    """The payment that an order is about. Raises NotFoundError."""
    payment = session.get(Payment, (order.practice_id, order.payment_id), populate_existing=True)
    if payment is None:
        raise NotFoundError("Ce paiement n’existe pas.")
    return payment
