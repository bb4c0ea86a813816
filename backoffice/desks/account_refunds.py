"""What a refund would do, said before it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_disputes import DisputeShown, dispute_shown
from backoffice.desks.account_orders import order_shown
from backoffice.desks.order_words import HANDED, REFUND_REASONS
from backoffice.desks.people import name_of
from backoffice.desks.refund_doubts import doubt_about
from backoffice.desks.words import METHODS, title
from shared.accounts import Account, Practice, find_account, get_practice
from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.base.vault import KeyRing
from shared.desk import HELD_BY
from shared.orders import (
    THINK_AGAIN,
    Colleague,
    Room,
    Wish,
    check_refund,
    is_for_two,
    room_of,
    same_refund,
)
from shared.payments import Payment, PaymentAttempt, SavedCard
from shared.reversals import Dispute, MoneyLeft, dispute_under_way
from shared.staff import SignedIn, StaffUser, members_who_may

APPROVE = "refunds.approve"


@dataclass(frozen=True, slots=True)
class PaymentToRefund:
    """A payment of which something may go back; ``card`` is its last digits where we know them,
    ``dispute`` the one in which its bank still decides, ``name`` whose it is for whoever may read names."""

    account: Account
    practice: Practice
    payment: Payment
    room: Room
    card: str
    dispute: Dispute | None
    name: str = ""

    @property
    def left_cents(self) -> Cents:
        """What may still be asked for."""
        return self.room.left_for()

    @property
    def contest(self) -> DisputeShown | None:
        """The dispute as it is shown."""
        if self.dispute is None:
            return None
        return dispute_shown(self.dispute, self.payment.number, self.practice.timezone)

    @property
    def taken(self) -> bool:
        """Whether the bank has taken the money: a refund is not asked for."""
        return self.contest is not None and self.contest.taken

    @property
    def by_hand(self) -> bool:
        """Whether staff hand the money over themselves."""
        return self.payment.method in HELD_BY

    @property
    def method(self) -> str:
        """How it was paid."""
        return title(METHODS, self.payment.method)

    @property
    def ways(self) -> Mapping[str, str]:
        """How money may be handed over."""
        return {way: HANDED[way] for way in HELD_BY} if self.by_hand else {}


@dataclass(frozen=True, slots=True)
class SameRefund:
    """A request for the same sum of the same payment, who made it and how it stands; ``mark`` is what
    whoever asks for another sends along."""

    by: str
    at: datetime
    state: str
    mark: str


@dataclass(frozen=True, slots=True)
class RefundForeseen:
    """What would come of a refund: what is owed again (invoice number, cents), who may agree when
    somebody must, and from when it leaves when nobody else can; with a request for the ``same``, and
    the ``doubt`` whether the reason is the account's."""

    cents: Cents
    reason: str
    how: str
    owed_again: tuple[tuple[str, Cents], ...]
    credit_cents: Cents
    agree: tuple[str, ...]
    alone_from: datetime | None
    same: SameRefund | None
    doubt: str


def read_payment(
    session: Session,
    *,
    practice_id: int,
    number: str,
    payment_id: UUID,
    keys: KeyRing | None = None,
) -> PaymentToRefund:
    """A payment of an account, with the name where ``keys`` open it. Raises NotFoundError."""
    account = find_account(session, practice_id=practice_id, number=number)
    payment = session.get(Payment, (practice_id, payment_id))
    if payment is None:
        raise NotFoundError("Ce paiement n’existe pas.")
    of = payment_to_refund(session, account, payment)
    return replace(of, name=name_of(session, account, keys=keys))


def payment_to_refund(session: Session, account: Account, payment: Payment) -> PaymentToRefund:
    """The same of a payment at hand; five statements. Raises NotFoundError when it is another account's."""
    if payment.account_id != account.id:
        raise NotFoundError("Ce paiement n’existe pas.")
    return PaymentToRefund(
        account=account,
        practice=get_practice(session, account.practice_id),
        payment=payment,
        room=room_of(session, payment),
        card=_card(session, payment),
        dispute=dispute_under_way(session, payment),
    )


def foresee(
    session: Session, wish: Wish, of: PaymentToRefund, *, who: SignedIn, at: datetime
) -> RefundForeseen:
    """What a refund would do now. Raises NotAllowedError with what to mend."""
    approvers = approvers_of(session, of.practice)
    check_refund(
        session,
        wish,
        payment=of.payment,
        practice=of.practice,
        approvers=approvers,
        asker=who.user_id,
        at=at,
    )
    split = of.room.money.preview(wish.amount_cents)
    second = is_for_two(session, wish, of.practice, asker=who.user_id, at=at)
    others = approvers - {who.user_id}
    return RefundForeseen(
        cents=wish.amount_cents,
        reason=title(REFUND_REASONS, wish.reason),
        how=HANDED[wish.method] if wish.method else "",
        owed_again=numbered(of.room.money, split.shares),
        credit_cents=split.credit,
        agree=names_of_staff(session, others) if second else (),
        alone_from=at + THINK_AGAIN if second and not others else None,
        same=_same(session, of, wish.amount_cents, who=who, at=at),
        doubt=doubt_about(
            session,
            wish,
            of.payment,
            from_credit=split.credit,
            owed_again=sum(split.shares.values()),
        ),
    )


def _same(
    session: Session, of: PaymentToRefund, cents: Cents, *, who: SignedIn, at: datetime
) -> SameRefund | None:
    found = same_refund(
        session, practice_id=of.practice.id, payment_id=of.payment.id, cents=cents, at=at
    )
    if found is None:
        return None
    shown = order_shown(found, who=who, vault=None, at=at)
    return SameRefund(shown.asked_by, shown.asked_at, shown.state, found.id.hex)


def numbered(money: MoneyLeft, shares: Mapping[UUID, Cents]) -> tuple[tuple[str, Cents], ...]:
    """(number, cents) of invoices that a payment settled, in the order of ``shares``."""
    return tuple((money.numbers[invoice_id], cents) for invoice_id, cents in shares.items())


def approvers_of(session: Session, practice: Practice) -> frozenset[UUID]:
    """Who of a practice may agree to a refund."""
    return members_who_may(session, practice_id=practice.id, permission=APPROVE)


def colleague(who: SignedIn) -> Colleague:
    """Whoever is signed in, as orders name them."""
    return Colleague(who.user_id, who.name)


def names_of_staff(session: Session, people: frozenset[UUID]) -> tuple[str, ...]:
    """Their names, in order."""
    query = select(StaffUser.name).where(StaffUser.id.in_(people)).order_by(StaffUser.name)
    return tuple(session.scalars(query))


def _card(session: Session, payment: Payment) -> str:
    """The last digits of the card that paid, where it was kept."""
    if payment.attempt_id is None:
        return ""
    query = (
        select(SavedCard.last4)
        .join(
            PaymentAttempt,
            (PaymentAttempt.practice_id == SavedCard.practice_id)
            & (PaymentAttempt.card_id == SavedCard.id),
        )
        .where(
            PaymentAttempt.practice_id == payment.practice_id,
            PaymentAttempt.id == payment.attempt_id,
        )
    )
    return session.scalar(query) or ""
