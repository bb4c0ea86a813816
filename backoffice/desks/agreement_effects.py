"""What giving money back would do now, to be agreed to as it was shown."""

import hashlib
from dataclasses import dataclass

from sqlalchemy.orm import Session

from backoffice.desks.account_refunds import numbers_of
from backoffice.desks.stray_fate import accounts_of_strays, fate_of
from shared.base.errors import NotFoundError
from shared.base.formats import money
from shared.base.money import Cents
from shared.orders import MoneyOrder, is_taken_by_bank, left_for, left_of_stray, others_of_payment
from shared.payments import Payment, StrayPayment
from shared.reconciliation import get_stray
from shared.reversals import dispute_under_way, preview_refund


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
        return _of_stray(session, stray, order)
    return _of_payment(session, payment_of(session, order), order)


def _of_payment(session: Session, payment: Payment, order: MoneyOrder) -> Effects:
    left, others = left_for(session, payment, but=order), others_of_payment(session, order)
    if is_taken_by_bank(session, payment):
        told = "La banque a repris l’argent de ce paiement : il partirait deux fois."
        return Effects(left, obstacle=f"{told} Refusez cette demande.", others=others)
    if left < order.amount_cents:
        return Effects(left, obstacle=_too_little(left), others=others)
    split = preview_refund(session, payment, order.amount_cents)
    dispute = dispute_under_way(session, payment)
    return Effects(
        left,
        contested=(str(dispute.id), dispute.status) if dispute is not None else ("", ""),
        owed_again=numbers_of(session, order.practice_id, split.shares),
        credit_cents=split.credit,
        others=others,
    )


def _of_stray(session: Session, stray: StrayPayment, order: MoneyOrder) -> Effects:
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
