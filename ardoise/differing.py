"""What the processor says otherwise than we, and could not be booked, is put before a person once."""

from collections.abc import Iterable
from hashlib import sha256

from sqlalchemy.orm import Session

from ardoise.office import House
from shared.accounts import get_practice
from shared.audit import SYSTEM
from shared.base.clock import local_date
from shared.payments import is_set_aside, payment_named
from shared.processor import Disputed, Refunded
from shared.reconciliation import DIFFERS, Difference
from shared.reversals import is_odd_dispute, is_odd_refund
from shared.worklist import is_done, open_task


def tell_differences(house: House, practice_id: int, left: Iterable[Difference]) -> None:
    """Put before a person what has no work of its own on the list, which its very money must have: an
    attempt may be behind other money, too."""
    now = house.clock.now()
    for one in left:
        key = f"{one.kind}:{sha256(repr(one.name).encode()).hexdigest()[:32]}"
        with house.database.unit_of_work(practice_id) as work:
            if is_before_a_person(work.session, one, practice_id=practice_id):
                continue
            if is_done(work.session, DIFFERS, practice_id=practice_id, key=key):
                continue
            practice = get_practice(work.session, practice_id)
            open_task(
                work.session,
                DIFFERS,
                practice_id=practice_id,
                account_id=None,
                key=key,
                due_on=local_date(now, practice.timezone),
                actor=SYSTEM,
                at=now,
                of=key,
                difference=one.kind,
                intent=one.intent_id,
                cents=one.cents,
                here=one.here,
            )
            work.commit()


def is_before_a_person(session: Session, one: Difference, *, practice_id: int) -> bool:
    """Whether this very money is, or was, somebody's work: as it did not fit its attempt, or as what went
    back of it does not fit the payment."""
    payment = payment_named(session, one.intent_id, practice_id=practice_id)
    if payment is not None and isinstance(one.told, Refunded):
        return is_odd_refund(session, payment, one.told)
    if isinstance(one.told, Disputed):
        # of money that was set aside nobody knows that a bank disputes it, whoever looked at its sum
        return payment is not None and is_odd_dispute(session, payment, one.told)
    return is_set_aside(
        session, practice_id=practice_id, attempt_id=one.attempt_id, intent_id=one.intent_id
    )
