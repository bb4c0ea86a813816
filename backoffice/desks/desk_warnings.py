"""What somebody should look at before a payment is noted: it may be here already."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_desk import UNDER_WAY
from backoffice.desks.words import BY_METHOD
from backoffice.payment_forms import Came
from shared.accounts import Account
from shared.base.formats import day, money
from shared.orders import RECEIVE, orders_of
from shared.payments import PaymentAttempt, attempt_at_processor, payments_at_desk


def warnings_of(session: Session, account: Account, came: Came) -> dict[str, str]:
    """What somebody should look at before this payment is noted, by name: it may be here already."""
    found = {}
    practice_id = account.practice_id
    processing = session.scalars(
        select(PaymentAttempt.amount_cents).where(
            PaymentAttempt.practice_id == practice_id,
            PaymentAttempt.account_id == account.id,
            PaymentAttempt.status == "processing",
        )
    ).all()
    if processing:
        found["processing"] = (
            f"Un paiement par carte de {money(sum(processing))} est en cours : la banque n’a pas "
            "encore répondu."
        )
    page = attempt_at_processor(session, practice_id=practice_id, account_id=account.id)
    if page is not None and page.amount_cents == came.cents:
        found["page"] = (
            f"La personne a ouvert une page de paiement par carte de {money(came.cents)} : elle "
            "est peut-être en train de payer."
        )
    like = _noted_by(session, account, came)
    if like is not None:
        found["like"] = (
            f"{like} : {money(came.cents)} {BY_METHOD[came.method]}, le {day(came.day)}, est déjà "
            "noté sur ce compte."
        )
    return found


def _noted_by(session: Session, account: Account, came: Came) -> str | None:
    orders = orders_of(session, practice_id=account.practice_id, account_id=account.id)
    booked = payments_at_desk(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        method=came.method,
        cents=came.cents,
        day=came.day,
    )
    receipts = {payment.id: payment.number for payment in booked}
    for order in orders:
        same = (order.kind, order.amount_cents, order.method, order.received_on) == (
            RECEIVE,
            came.cents,
            came.method,
            came.day,
        )
        if same and order.payment_id in receipts:
            return f"{order.asked_name}, reçu {receipts[order.payment_id]}"
        if same and order.status in UNDER_WAY:
            return order.asked_name
    return None
