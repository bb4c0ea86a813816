"""Asking for a payment of nobody known to be given back: all that is left of it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from shared.accounts import Practice
from shared.base.errors import NotAllowedError
from shared.base.money import Cents
from shared.orders.model import MoneyOrder
from shared.orders.one_word import refuse_without_second, weigh
from shared.orders.reading import asked_of_stray, order_of_form
from shared.orders.rules import ASSIGN, REFUND, REFUND_REASONS
from shared.orders.service import ask_order, hold_asker
from shared.orders.wishes import Colleague, Wish
from shared.payments import StrayPayment


def left_of_stray(stray: StrayPayment) -> Cents:
    """What of a payment of nobody known is still here and still nobody's, in cents."""
    return stray.amount_cents - stray.returned_cents if stray.status == "found" else 0


def ask_stray_refund(
    session: Session,
    *,
    stray: StrayPayment,
    reason: str,
    once: str,
    practice: Practice,
    by: Colleague,
    approvers: Collection[UUID],
    at: datetime,
) -> MoneyOrder:
    """Ask for all that is left of it to go back; the same form gives the same order again.

    Nothing is locked here, as nobody but the worker may: whether it can still be done is looked at again
    before the processor is asked. Raises NotAllowedError with what stands in the way.
    """
    wish = Wish(REFUND, once, reason, left_of_stray(stray), stray_id=stray.id)
    hold_asker(session, by.user_id)
    if order_of_form(session, practice_id=practice.id, once=once) is None:
        if reason not in REFUND_REASONS:
            raise NotAllowedError("Choisissez la raison du remboursement.")
        if not wish.amount_cents:
            raise NotAllowedError("Ce paiement n’est plus à attribuer ni à rendre.")
        if asked_of_stray(session, practice_id=practice.id, stray_id=stray.id, kind=ASSIGN):
            raise NotAllowedError("Ce paiement est en cours d’attribution à un compte.")
        if asked_of_stray(session, practice_id=practice.id, stray_id=stray.id, kind=REFUND):
            raise NotAllowedError("Le remboursement de ce paiement est déjà demandé.")
        weighed = weigh(session, wish, practice, asker=by.user_id, at=at)
        refuse_without_second(weighed, approvers)
    others = set(approvers) - {by.user_id}
    return ask_order(session, wish, practice=practice, account=None, by=by, others=others, at=at)
