"""Money given back at the processor: found with its payment, taken over once."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.accounts import Account, Practice
from shared.audit import PROCESSOR, record
from shared.base.ids import new_id
from shared.base.log import get_logger
from shared.base.money import Cents
from shared.payments import Payment, PaymentAttempt, Refund, payment_of_attempt
from shared.processor import Refunded
from shared.reversals.booking import Booking
from shared.reversals.reading import is_taken, money_left
from shared.reversals.refund_rules import EVENTS, REFUND, OverRefundError, RefundSplit, split_refund
from shared.worklist import TO_LOOK_AT, TO_SETTLE, is_done, is_known, offer

log = get_logger(__name__)
FAILED = offer("refund_failed", "Remboursement non abouti : à refaire ou à expliquer", TO_SETTLE)
ODD = offer("refund_mismatch", "Remboursement qui ne correspond pas au paiement", TO_LOOK_AT)


def take_refunds(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    attempt: PaymentAttempt,
    told: Iterable[Refunded],
    at: datetime,
) -> int:
    """Take over what the processor gave back of an attempt's money. Called under the account's lock;
    saying it twice does it once. Returns how many refunds moved."""
    payment = payment_of_attempt(session, practice_id=practice.id, attempt_id=attempt.id)
    if payment is None:  # nothing of it was booked, so that nothing is to be booked back
        return 0
    return take_refunds_of(
        session, practice=practice, account=account, payment=payment, told=told, at=at
    )


def take_refunds_of(
    session: Session,
    *,
    practice: Practice,
    account: Account,
    payment: Payment,
    told: Iterable[Refunded],
    at: datetime,
) -> int:
    """As ``take_refunds``, of a payment whichever way it came."""
    # money that came back first: what was given back since may be that very money
    in_turn = sorted(told, key=lambda one: (one.status != "failed", one.at, one.refund_id))
    taking = _Taking(session, practice, account, payment, at)
    return sum(taking.take(one) for one in in_turn)


class _Taking(Booking):
    """Refunds of one payment, as the processor tells of them."""

    def take(self, told: Refunded) -> bool:
        """Take over one refund as the processor tells of it."""
        refund = self.session.scalar(
            select(Refund).where(
                Refund.practice_id == self.practice.id, Refund.processor_ref == told.refund_id
            )
        )
        event = EVENTS.get(told.status)
        if refund is not None and (event is None or not REFUND.allows(refund.status, event)):
            return False
        try:
            self._check(told, refund)
            split = self._split(told.amount_cents) if event == "succeed" else None
        except OverRefundError:
            self._set_aside(told)
            return False
        refund = refund or self._note(told)
        if event is None:
            record(
                self.session,
                practice_id=self.practice.id,
                account_id=self.account.id,
                kind="refund.begun",
                actor=PROCESSOR,
                at=self.at,
                cents=refund.amount_cents,
                receipt=self.payment.number,
            )
        else:
            self.move_money(refund, event, split)
            if event == "fail":
                self.ask(FAILED, str(refund.id))
        return True

    def _check(self, told: Refunded, refund: Refund | None) -> None:
        """Raises OverRefundError unless this may be money of the payment."""
        fits = (
            told.currency == "eur"
            and 0 < told.amount_cents <= self.payment.amount_cents
            and told.intent_id == self.payment.processor_ref
            and (refund is None or refund.payment_id == self.payment.id)
            and (refund is None or refund.amount_cents == told.amount_cents)
        )
        if not fits:
            raise OverRefundError("not of this payment")

    def _note(self, told: Refunded) -> Refund:
        refund = Refund(
            practice_id=self.practice.id,
            id=new_id(),
            payment_id=self.payment.id,
            account_id=self.account.id,
            status="pending",
            amount_cents=told.amount_cents,
            credit_cents=0,
            processor_ref=told.refund_id,
            refunded_at=told.at,
            moved_at=self.at,
        )
        self.session.add(refund)
        self.session.flush()
        return refund

    def _split(self, cents: Cents) -> RefundSplit:
        left = money_left(self.session, self.payment)
        return split_refund(
            cents,
            credit=left.credit,
            settled=[*left.shares.items()],
            disputed=is_taken(self.session, self.payment),
        )

    def _set_aside(self, told: Refunded) -> None:
        """Nothing is booked of what can't be ours as it is; a person is asked once."""
        log.error("refund.mismatch", refund=told.refund_id)
        key = _odd_key(self.payment, told)
        if not is_done(self.session, ODD, practice_id=self.practice.id, key=key):
            self.ask(ODD, key)


def is_odd_refund(session: Session, payment: Payment, told: Refunded) -> bool:
    """Whether what is told of this very refund is, or was, before a person: it does not fit its payment."""
    return is_known(session, ODD, practice_id=payment.practice_id, key=_odd_key(payment, told))


def _odd_key(payment: Payment, told: Refunded) -> str:
    facts = (told.refund_id, told.intent_id, told.amount_cents, told.currency)
    return f"{payment.id}:{sha256(repr(facts).encode()).hexdigest()[:32]}"
