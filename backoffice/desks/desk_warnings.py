"""What somebody should look at before a payment is noted: it may be here already, or be a slip of the pen."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_desk import UNDER_WAY
from backoffice.desks.words import BY_METHOD, METHODS
from backoffice.payment_forms import BEYOND, Came
from shared.accounts import Account
from shared.base.formats import day, money
from shared.base.money import Cents
from shared.desk import is_far_beyond
from shared.orders import RECEIVE, orders_of
from shared.payments import PaymentAttempt, attempt_at_processor, payments_of_day


def warnings_of(session: Session, account: Account, came: Came) -> dict[str, str]:
    """What somebody should look at before this payment is noted, by name.

    The name of a sum far beyond what is owed holds the sum: another one typed later is asked about too.
    """
    found = {}
    owed = owed_beside_coming(session, account)
    if is_far_beyond(came.cents, owed=owed):
        does = f"doit {money(owed)}" if owed else "ne doit rien"
        found[f"{BEYOND}{came.cents}"] = f"Le compte {does} : noter {money(came.cents)} ?"
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
        who, method = like
        found["like"] = (
            f"{who} : {money(came.cents)} {_by(method)}, le {day(came.day)}, est déjà noté sur ce "
            "compte."
        )
    return found


def owed_beside_coming(session: Session, account: Account) -> Cents:
    """What will still be owed once all that was noted is booked."""
    orders = orders_of(session, practice_id=account.practice_id, account_id=account.id)
    coming = sum(o.amount_cents for o in orders if o.kind == RECEIVE and o.status in UNDER_WAY)
    return max(account.balance_cents - coming, 0)


def _noted_by(session: Session, account: Account, came: Came) -> tuple[str, str] | None:
    """Who noted the same sum for the same day, with its receipt, and how it came; however it came."""
    orders = orders_of(session, practice_id=account.practice_id, account_id=account.id)
    booked = payments_of_day(
        session,
        practice_id=account.practice_id,
        account_id=account.id,
        cents=came.cents,
        day=came.day,
    )
    by = {order.payment_id: order.asked_name for order in orders if order.kind == RECEIVE}
    for payment in booked[:1]:
        who = by.get(payment.id)
        receipt = f"{who}, reçu {payment.number}" if who else f"Reçu {payment.number}"
        return receipt, payment.method
    for order in orders:
        same = (order.kind, order.amount_cents, order.received_on) == (
            RECEIVE,
            came.cents,
            came.day,
        )
        if same and order.status in UNDER_WAY:
            return order.asked_name, order.method or ""
    return None


def _by(method: str) -> str:
    return BY_METHOD.get(method) or f"par {METHODS.get(method, method)}"
