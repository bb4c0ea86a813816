"""What a refund would do, said before it is asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from backoffice.desks.account_disputes import DisputeShown, dispute_shown
from backoffice.desks.order_words import HANDED, REFUND_REASONS
from backoffice.desks.people import find_named
from backoffice.desks.refund_doubts import SameRefund, doubt_about, same_asked
from backoffice.desks.words import METHODS, title
from shared.accounts import Account, Practice, get_practice
from shared.base.errors import NotFoundError
from shared.base.money import Cents
from shared.base.together import Part, read_together
from shared.base.vault import KeyRing
from shared.desk import HELD_BY
from shared.orders import (
    THINK_AGAIN,
    Colleague,
    MoneyOrder,
    Room,
    Weighed,
    Wish,
    check_refund,
    lately_part,
    room_beside,
    weigh,
)
from shared.payments import Payment, PaymentAttempt, SavedCard
from shared.reversals import Dispute, MoneyLeft, money_of, under_way_part
from shared.staff import SignedIn, members_who_may

APPROVE = "refunds.approve"


@dataclass(frozen=True, slots=True)
class PaymentToRefund:
    """A payment of which something may go back; ``card`` is its last digits where we know them,
    ``dispute`` the one in which its bank still decides, ``name`` whose it is for whoever may read names;
    ``lately`` is what staff asked of it that is not over, or was done within a day, the latest first;
    ``payments`` are the account's that stand, counted to two."""

    account: Account
    practice: Practice
    payment: Payment
    room: Room
    card: str
    dispute: Dispute | None
    lately: tuple[MoneyOrder, ...]
    payments: int
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
class Second:
    """Whose word something waits for, where a second person must agree: the names of those who may, and
    from when it is done when nobody else can."""

    agree: tuple[str, ...]
    alone_from: datetime | None


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
    keys: KeyRing | None,
    at: datetime,
) -> PaymentToRefund:
    """A payment of an account, with the name where ``keys`` open it. Raises NotFoundError."""
    account, name = find_named(session, practice_id=practice_id, number=number, keys=keys)
    payment = session.get(Payment, (practice_id, payment_id))
    if payment is None:
        raise NotFoundError("Ce paiement n’existe pas.")
    return replace(payment_to_refund(session, account, payment, at=at), name=name)


def payment_to_refund(
    session: Session, account: Account, payment: Payment, *, at: datetime
) -> PaymentToRefund:
    """The same of a payment at hand; three statements. Raises NotFoundError when it is another account's."""
    if payment.account_id != account.id:
        raise NotFoundError("Ce paiement n’existe pas.")
    orders = lately_part(practice_id=payment.practice_id, payment_id=payment.id, at=at)
    disputes, cards = under_way_part(payment), _card_part(payment)
    some = (Payment.practice_id == payment.practice_id, Payment.account_id == account.id)
    payments = Part(Payment, (*some, Payment.cancelled_on.is_(None)), (Payment.id,), limit=2)
    read = read_together(session, orders, disputes, cards, payments)
    lately = tuple(read.of(orders))
    return PaymentToRefund(
        account=account,
        practice=get_practice(session, account.practice_id),
        payment=payment,
        room=room_beside(money_of(session, payment), lately),
        card=next((card.last4 for card in read.of(cards) if card.last4), ""),
        dispute=next(iter(read.of(disputes)), None),
        lately=lately,
        payments=len(read.of(payments)),
    )


def foresee(
    session: Session, wish: Wish, of: PaymentToRefund, *, who: SignedIn, at: datetime
) -> RefundForeseen:
    """What a refund would do of a payment as it was just read. Raises NotAllowedError with what to mend."""
    approvers = approvers_of(session, of.practice)
    weighed = weigh(session, wish, of.practice, asker=who.user_id, at=at)
    check_refund(
        wish,
        payment=of.payment,
        room=of.room,
        dispute=of.dispute,
        weighed=weighed,
        approvers=approvers,
    )
    split = of.room.money.preview(wish.amount_cents)
    second = second_of(weighed, approvers, who=who, at=at)
    return RefundForeseen(
        cents=wish.amount_cents,
        reason=title(REFUND_REASONS, wish.reason),
        how=HANDED[wish.method] if wish.method else "",
        owed_again=numbered(of.room.money, split.shares),
        credit_cents=split.credit,
        agree=second.agree,
        alone_from=second.alone_from,
        same=same_asked(of.lately, wish.amount_cents, who=who, at=at),
        doubt=doubt_about(
            wish.reason,
            payments=of.payments,
            from_credit=split.credit,
            owed_again=sum(split.shares.values()),
        ),
    )


def second_of(
    weighed: Weighed, approvers: Mapping[UUID, str], *, who: SignedIn, at: datetime
) -> Second:
    """Who else of the ``approvers`` may agree to what was weighed, or from when it is done without."""
    if not weighed.for_two:
        return Second((), None)
    others = tuple(name for user_id, name in approvers.items() if user_id != who.user_id)
    return Second(others, None if others else at + THINK_AGAIN)


def numbered(money: MoneyLeft, shares: Mapping[UUID, Cents]) -> tuple[tuple[str, Cents], ...]:
    """(number, cents) of invoices that a payment settled, in the order of ``shares``."""
    return tuple((money.numbers[invoice_id], cents) for invoice_id, cents in shares.items())


def approvers_of(session: Session, practice: Practice) -> dict[UUID, str]:
    """Who of a practice may agree to a refund: by id their names, in the order of these."""
    return members_who_may(session, practice_id=practice.id, permission=APPROVE)


def colleague(who: SignedIn) -> Colleague:
    """Whoever is signed in, as orders name them."""
    return Colleague(who.user_id, who.name)


def _card_part(payment: Payment) -> Part[SavedCard]:
    """The card that paid, where it was kept."""
    paid_with = select(PaymentAttempt.card_id).where(
        PaymentAttempt.practice_id == payment.practice_id, PaymentAttempt.id == payment.attempt_id
    )
    return Part(
        SavedCard,
        [
            SavedCard.practice_id == payment.practice_id,
            SavedCard.id == paid_with.scalar_subquery(),
        ],
        [SavedCard.id],
        # The back-office's role may not read these: of a card it shows its last digits.
        without=[
            SavedCard.agreement_id,
            SavedCard.processor_customer,
            SavedCard.processor_method,
        ],
    )
