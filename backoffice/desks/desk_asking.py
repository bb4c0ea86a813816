"""Asking for money at the desk to be noted, cancelled or used: what is checked first, under the lock."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_desk import UNDER_WAY, may_cancel
from backoffice.desks.desk_warnings import owed_beside_coming
from backoffice.desks.words import BY_METHOD
from backoffice.payment_forms import Came
from shared.accounts import Account, Practice
from shared.base.clock import local_date
from shared.base.errors import NotAllowedError, NotFoundError
from shared.base.formats import day, money
from shared.desk import CancelRefusedError, check_cancel, credit_of, usable_credit, usable_on
from shared.orders import (
    CANCEL,
    RECEIVE,
    REFUND,
    USE_CREDIT,
    Colleague,
    MoneyOrder,
    Wish,
    ask_order,
    asked_of_payment,
    orders_of,
    refunds_asked,
)
from shared.payments import get_payment
from shared.staff import SignedIn

USED_PAGE = "Cette page a déjà servi pour autre chose : rechargez-la, puis recommencez."


def asked_before(session: Session, account: Account, once: str) -> MoneyOrder | None:
    """What the very form asked for when it was sent before."""
    return session.scalar(
        select(MoneyOrder).where(
            MoneyOrder.practice_id == account.practice_id,
            MoneyOrder.account_id == account.id,
            MoneyOrder.once == once,
        )
    )


def ask_receive(
    session: Session,
    came: Came,
    *,
    practice: Practice,
    account: Account,
    who: SignedIn,
    at: datetime,
) -> str:
    """Have the worker book money that came; what is told. Raises NotAllowedError."""
    said = f"C’est noté : {money(came.cents)} {BY_METHOD[came.method]}. Ardoise l’inscrit dans un instant."
    known = asked_before(session, account, came.once)
    if known is not None:
        as_noted = (known.method, known.amount_cents, known.received_on, known.reference)
        if as_noted != (came.method, came.cents, came.day, came.reference):
            raise NotAllowedError(USED_PAGE)
        return said
    over = came.cents - owed_beside_coming(session, account)
    ask_order(
        session,
        Wish(
            RECEIVE,
            came.once,
            "desk",
            amount_cents=came.cents,
            method=came.method,
            received_on=came.day,
            reference=came.reference,
        ),
        practice=practice,
        account=account,
        by=Colleague(who.user_id, who.name),
        others=(),
        at=at,
    )
    if over > 0:
        said += (
            f" C’est {money(over)} de plus que ce qui est dû : ce trop-perçu reste au compte, "
            "à utiliser ou à rendre."
        )
    return said


def ask_cancel(
    session: Session,
    payment_id: UUID,
    *,
    reason: str,
    once: str,
    practice: Practice,
    account: Account,
    who: SignedIn,
    at: datetime,
) -> str:
    """Have the worker take a payment back; what is told. Raises NotAllowedError, NotFoundError."""
    try:
        payment, _ = get_payment(
            session, practice_id=practice.id, account_id=account.id, payment_id=payment_id
        )
    except NotFoundError:
        raise NotFoundError("Ce paiement n’existe pas.") from None
    said = f"L’annulation du reçu {payment.number} s’inscrit."
    if asked_before(session, account, once) is not None:
        return said
    orders = orders_of(session, practice_id=practice.id, account_id=account.id)
    cancels = [o for o in orders if o.kind == CANCEL and o.payment_id == payment.id]
    try:
        check_cancel(session, payment)
    except CancelRefusedError as error:
        done = next((o for o in cancels if o.status == "done"), None)
        raise NotAllowedError(
            {
                "not_desk": "Un paiement par carte en ligne ne s’annule pas : remboursez-le.",
                "given_back": "Une partie de ce paiement a déjà été rendue : il ne s’annule plus. "
                "Rendez plutôt le reste.",
                "cancelled": "Ce paiement est déjà annulé"
                + (f" par {done.asked_name}, le {day(payment.cancelled_on)}." if done else "."),
            }[error.reason]
        ) from None
    if any(o.status in UNDER_WAY for o in cancels):
        raise NotAllowedError(
            f"{cancels[0].asked_name} a déjà demandé cette annulation : elle s’inscrit."
        )
    if asked_of_payment(session, practice_id=practice.id, payment_id=payment.id, kind=REFUND):
        raise NotAllowedError(
            "Un remboursement de ce paiement est demandé : décidez-en d’abord, puis annulez."
        )
    today = local_date(at, practice.timezone)
    if not may_cancel(orders, payment.id, who=who, today=today, zone=practice.timezone):
        raise NotAllowedError(
            "Seul un responsable annule ce qu’une autre personne a noté, ou un autre jour."
        )
    ask_order(
        session,
        Wish(CANCEL, once, reason, payment_id=payment.id),
        practice=practice,
        account=account,
        by=Colleague(who.user_id, who.name),
        others=(),
        at=at,
    )
    return said


def ask_use(
    session: Session,
    *,
    once: str,
    practice: Practice,
    account: Account,
    who: SignedIn,
    at: datetime,
) -> str:
    """Have the worker settle what is owed by what is in hand; what is told. Raises NotAllowedError."""
    said = "Le trop-perçu s’utilise pour ce qui est dû, l’échéance la plus ancienne d’abord."
    if asked_before(session, account, once) is not None:
        return said
    orders = orders_of(session, practice_id=practice.id, account_id=account.id)
    before = next((o for o in orders if o.kind == USE_CREDIT and o.status in UNDER_WAY), None)
    if before is not None:
        raise NotAllowedError(f"{before.asked_name} l’a déjà demandé : le trop-perçu s’utilise.")
    if not credit_of(session, practice_id=practice.id, account_id=account.id):
        raise NotAllowedError("Ce compte n’a pas de trop-perçu en ce moment.")
    asked = refunds_asked(session, practice_id=practice.id, account_id=account.id)
    if not usable_credit(session, practice_id=practice.id, account_id=account.id, asked=asked):
        raise NotAllowedError(
            "Tout le trop-perçu est réservé à un remboursement demandé : attendez-le, ou retirez-le."
        )
    if not usable_on(session, practice_id=practice.id, account_id=account.id):
        raise NotAllowedError(
            "Rien ne peut être réglé avec ce trop-perçu pour l’instant : tout est payé, ou retenu."
        )
    ask_order(
        session,
        Wish(USE_CREDIT, once, "staff"),
        practice=practice,
        account=account,
        by=Colleague(who.user_id, who.name),
        others=(),
        at=at,
    )
    return said
