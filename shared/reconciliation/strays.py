"""Payments of nobody known: taken over from the processor, given to an account, followed since."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice, get_account, get_practice
from shared.audit import Actor
from shared.base.errors import ArdoiseError, NotFoundError
from shared.payments import (
    CardMoney,
    Desk,
    Payment,
    PaymentAttempt,
    Refund,
    StrayPayment,
    book_card_money,
    fits_nobody,
    payment_named,
    report_credit,
    take_returns,
    take_stray,
)
from shared.processor import BANK_DEBIT, CARD, Checkout, Refunded
from shared.reconciliation.known import knows_refunds
from shared.reversals import (
    Dispute,
    is_contested,
    take_disputes_of,
    take_disputes_of_stray,
    take_refunds_of,
)


class UnfitMoneyError(ArdoiseError):
    """Money at the processor that can't be booked here: another currency or mode, or none received."""


class NothingToAssignError(ArdoiseError):
    """A payment of nobody known that can't be assigned any more; ``reason`` names why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def take_unasked(desk: Desk, intent_id: str) -> None:
    """Ask the processor about money that no attempt of ours asked for, and take over what it says.

    Raises UnfitMoneyError beside what the gateway does. What is an account's payment by now is followed
    as such: only what went back of it, or is disputed, is news.
    """
    state = desk.gateway.retrieve_charge(intent_id)
    if not fits_nobody(state, livemode=desk.gateway.livemode):
        raise UnfitMoneyError(f"{intent_id} is no money of this practice in euros")
    with desk.database.unit_of_work(desk.practice_id) as work:
        session = work.session
        practice = get_practice(session, desk.practice_id)
        payment = payment_named(session, intent_id, practice_id=practice.id)
        if payment is not None:
            account = get_account(
                session, practice_id=practice.id, account_id=payment.account_id, lock=True
            )
            take_refunds_of(
                session,
                practice=practice,
                account=account,
                payment=payment,
                told=state.refunds,
                at=desk.clock.now(),
            )
            take_disputes_of(
                session,
                practice=practice,
                account=account,
                payment=payment,
                told=state.disputes,
                at=desk.clock.now(),
            )
        else:
            now = desk.clock.now()
            stray = take_stray(session, practice=practice, state=state, at=now)
            take_disputes_of_stray(session, stray, state.disputes, practice=practice, at=now)
        work.commit()


def assign_stray(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    stray_id: UUID,
    state: Checkout,
    actor: Actor,
    at: datetime,
) -> Payment:
    """Make a payment of nobody known an account's: it settles what is open, the rest is credit.

    Called under the account's lock, with what the processor says of it now. Raises
    NothingToAssignError when it is somebody's already or went back.
    """
    stray = get_stray(session, practice_id=practice.id, stray_id=stray_id, lock=True)
    if stray.status == "assigned":
        raise NothingToAssignError("assigned")
    take_returns(session, stray, state.refunds, practice=practice, at=at)
    take_disputes_of_stray(session, stray, state.disputes, practice=practice, at=at)
    if stray.status == "returned":
        raise NothingToAssignError("disputed" if is_contested(session, stray) else "returned")
    payment = book_card_money(
        session,
        CardMoney(stray.processor_ref, stray.amount_cents, stray.received_at, state.method),
        practice=practice,
        account=account,
        meant=(),
        attempt_id=None,
        actor=actor,
        at=at,
    )
    if payment.credit_cents:
        report_credit(
            session, practice=practice, payment=payment, cents=payment.credit_cents, at=at
        )
    take_refunds_of(
        session, practice=practice, account=account, payment=payment, told=state.refunds, at=at
    )
    take_disputes_of(
        session, practice=practice, account=account, payment=payment, told=state.disputes, at=at
    )
    return payment


def get_stray(
    session: Session, *, practice_id: int, stray_id: UUID, lock: bool = False
) -> StrayPayment:
    """A payment of nobody known of this practice. Raises NotFoundError."""
    stray = session.get(StrayPayment, (practice_id, stray_id), with_for_update=lock or None)
    if stray is None:
        raise NotFoundError("Ce paiement n’existe pas.")
    return stray


def strays_named(
    session: Session, intents: Collection[str], *, practice_id: int
) -> dict[str, StrayPayment]:
    """Which of these names of the processor's are of payments that were nobody's when they came, whoever
    they are now."""
    if not intents:
        return {}
    query = select(StrayPayment).where(
        StrayPayment.practice_id == practice_id, StrayPayment.processor_ref.in_(intents)
    )
    return {stray.processor_ref: stray for stray in session.scalars(query)}


def strays_found(
    session: Session, *, practice_id: int, after: tuple[datetime, UUID] | None, most: int
) -> list[StrayPayment]:
    """Of what waits to be assigned, and what a bank has while it decides, the oldest behind ``after``."""
    order = (StrayPayment.received_at, StrayPayment.id)
    behind = [StrayPayment.practice_id == practice_id]
    if after is not None:
        last = (literal(after[0], order[0].type), literal(after[1], order[1].type))
        behind.append(tuple_(*order) > tuple_(*last))
    waiting = (
        select(StrayPayment.id)
        .where(*behind, StrayPayment.status == "found")
        .order_by(*order)
        .limit(most)
        .subquery()
    )
    either = union_all(select(waiting.c.id), _contested(practice_id))  # those are few
    query = (
        select(StrayPayment)
        .where(*behind, StrayPayment.id.in_(either), StrayPayment.status != "assigned")
        .order_by(*order)
        .limit(most)
    )
    return list(session.scalars(query))


def is_found(practice_id: int) -> ColumnElement[bool]:
    """Of a payment of nobody known: it is among ``strays_found``."""
    return or_(
        StrayPayment.status == "found",
        and_(
            StrayPayment.status != "assigned",
            StrayPayment.id.in_(_contested(practice_id)),
        ),
    )


def _contested(practice_id: int) -> Select[UUID | None]:
    return select(Dispute.stray_id).where(
        Dispute.practice_id == practice_id,
        Dispute.stray_id.is_not(None),
        Dispute.status == "open",
    )


def strays_behind(session: Session, *, practice_id: int, told: Iterable[Refunded]) -> list[str]:
    """Money that was nobody's at first and of which the processor tells another refund than we know;
    and such whose refund waits here for its outcome. Named as the processor does."""
    by_intent: dict[str, list[Refunded]] = defaultdict(list)
    for one in told:
        if one.intent_id is not None:
            by_intent[one.intent_id].append(one)
    waiting = set(
        session.scalars(
            select(Payment.processor_ref)
            .join(
                Refund,
                (Refund.practice_id == Payment.practice_id) & (Refund.payment_id == Payment.id),
            )
            .where(
                Refund.practice_id == practice_id,
                Refund.status == "pending",
                Payment.attempt_id.is_(None),
                Payment.method.in_((BANK_DEBIT, CARD)),
            )
        )
    )
    strays = session.scalars(
        select(StrayPayment).where(
            StrayPayment.practice_id == practice_id, StrayPayment.processor_ref.in_(by_intent)
        )
    )
    for stray in strays.all():
        if not knows_refunds(session, stray, by_intent[stray.processor_ref]):
            waiting.add(stray.processor_ref)
    return sorted(waiting)


def attempt_asking(session: Session, reference: str | None, *, practice_id: int) -> UUID | None:
    """The attempt of ours that a reference at the processor names, if it is one."""
    try:
        attempt_id = UUID(reference or "")
    except ValueError:
        return None
    return session.scalar(
        select(PaymentAttempt.id).where(
            PaymentAttempt.practice_id == practice_id, PaymentAttempt.id == attempt_id
        )
    )
