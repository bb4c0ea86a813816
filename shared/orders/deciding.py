"""What people do with an order that was asked for: agree or not, hand the money over, or think again."""

from datetime import datetime

from sqlalchemy.orm import Session

from shared.accounts import Practice, get_practice
from shared.base.clock import local_date
from shared.base.database import wake_worker
from shared.base.errors import NotAllowedError
from shared.base.formats import clock_time, day, money
from shared.orders.model import MoneyOrder
from shared.orders.refunds import asker_left, left_for
from shared.orders.rules import END_REASONS, MONEY_ORDER, OPEN
from shared.orders.service import AGREE, NOT_AGREED, TO_HAND, move, open_work
from shared.orders.wishes import Colleague
from shared.payments import Payment
from shared.worklist import TaskKind, close_tasks


def decide_order(
    session: Session,
    order: MoneyOrder,
    event: str,
    *,
    by: Colleague,
    at: datetime,
    why: str | None = None,
) -> None:
    """Approve, decline or withdraw an order that waits; stop one that waits its day because nobody else
    could agree to it; withdraw or stop one whose money is to be handed over and won't be. Called under
    the account's lock.

    Raises NotAllowedError for one's own order (but to withdraw it), without a reason where one is asked
    for, and when it moved on meanwhile: the text says who did what.
    """
    was = order.status
    if event == "approve" and order.method is not None:
        event = "agree"
    is_known = MONEY_ORDER.allows(was, event) and order.handed_at is None
    if not is_known or (event == "stop" and was == "approved" and not order.alone):
        raise NotAllowedError(f"Cette opération n’attend plus : {ended_words(order)}.")
    mine = order.asked_by == by.user_id
    if event == "stop" and mine:
        raise NotAllowedError("C’est votre demande : retirez-la.")
    if event in ("approve", "agree", "decline") and mine:
        raise NotAllowedError("Une autre personne que vous doit valider.")
    if event == "withdraw" and not mine:
        raise NotAllowedError("Seule la personne qui l’a demandée peut la retirer.")
    if needs_why(was, event) and why not in END_REASONS:
        raise NotAllowedError("Choisissez la raison : la personne qui l’a demandé la lira.")
    given = why if why in END_REASONS and MONEY_ORDER.after(was, event) not in OPEN else None
    move(session, order, event, actor=by.actor, at=at, **({"why": given} if given else {}))
    if was == "agreed":
        order.dropped_by, order.dropped_name = by.user_id, by.name
    else:
        order.decided_by, order.decided_name, order.decided_at = by.user_id, by.name, at
    if order.status not in OPEN:
        order.ended_at = at
        order.why = given
    _close(session, order, by=by, at=at)
    if order.status == "agreed":
        _open(session, TO_HAND, order, by=by, at=at)
    elif order.status == "declined" and order.account_id is not None:
        _open(session, NOT_AGREED, order, by=by, at=at)
    wake_worker(session)


def needs_why(status: str, event: str) -> bool:
    """Whether whoever ends an order so says why: a colleague waits for its money, or a patient may."""
    return event in ("decline", "stop") or (event == "withdraw" and status == "agreed")


def hand_over(
    session: Session, order: MoneyOrder, *, practice: Practice, by: Colleague, at: datetime
) -> None:
    """Note that the team handed over what was agreed to; the worker books it then. Called under the
    account's lock.

    Raises NotAllowedError when it does not wait for that, or not yet, and when it can't be booked.
    """
    if order.status != "agreed":
        raise NotAllowedError(f"Cette somme n’est pas à remettre : {ended_words(order)}.")
    if at < order.not_before:
        first = order.not_before
        raise NotAllowedError(
            f"Cette somme se remet à partir du {day(local_date(first, practice.timezone))}, "
            f"{clock_time(first, practice.timezone)} : jusque-là, un collègue peut encore l’arrêter."
        )
    if asker_left(session, order):
        raise NotAllowedError(
            f"{order.asked_name} n’a plus accès, et personne d’autre ne l’a validée : renoncez à "
            "cette demande, et redemandez-la si elle est juste."
        )
    payment = session.get_one(Payment, (order.practice_id, order.payment_id))
    left = left_for(session, payment, but=order)
    if left < order.amount_cents:
        raise NotAllowedError(
            f"Il n’en reste plus que {money(left)} à rendre : ne remettez pas cette somme, et renoncez à "
            "la demande."
        )
    move(session, order, "hand_over", actor=by.actor, at=at)
    order.handed_by, order.handed_name, order.handed_at = by.user_id, by.name, at
    _close(session, order, by=by, at=at)
    wake_worker(session)


def ended_words(order: MoneyOrder) -> str:
    """Who did what with an order, for whoever came second."""
    who = order.dropped_name or order.decided_name or order.asked_name
    if order.handed_name is not None and order.status == "approved":
        return f"argent remis par {order.handed_name}"
    stopped = order.alone or order.dropped_by is not None
    return {
        "agreed": f"validée par {who}" if order.decided_by else "elle attend d’être remise",
        "approved": f"validée par {who}",
        "declined": f"arrêtée par {who}" if stopped else f"refusée par {who}",
        "withdrawn": f"retirée par {who}",
        "sent": "elle est partie",
        "done": "elle est faite",
        "refused": "elle n’a pas pu être faite",
    }.get(order.status, "elle attend qu’un responsable la valide")


def _open(
    session: Session, kind: TaskKind, order: MoneyOrder, *, by: Colleague, at: datetime
) -> None:
    practice = get_practice(session, order.practice_id)
    today = local_date(at, practice.timezone)
    open_work(session, kind, order, due_on=today, actor=by.actor, at=at)


def _close(session: Session, order: MoneyOrder, *, by: Colleague, at: datetime) -> None:
    """What waited for somebody's word or hands does so no more."""
    for kind in (AGREE, TO_HAND):
        close_tasks(
            session,
            kind,
            practice_id=order.practice_id,
            key=str(order.id),
            event="done",
            actor=by.actor,
            at=at,
        )
