"""The worker asks the processor how attempts stand, and settles them: no one else books money."""

from uuid import UUID

from shared.accounts import get_account, get_practice
from shared.payments import CHARGE, Desk, Payment, get_attempt, known_charge, known_state, settle
from shared.processor import Checkout
from shared.reversals import take_disputes, take_refunds


def finish(desk: Desk, *, attempt_id: UUID, state: Checkout) -> Payment | None:
    """Take over a state that was read from the processor, under the account's lock."""
    with desk.database.unit_of_work(desk.practice_id) as work:
        session = work.session
        attempt = get_attempt(session, practice_id=desk.practice_id, attempt_id=attempt_id)
        account = get_account(
            session, practice_id=desk.practice_id, account_id=attempt.account_id, lock=True
        )
        now = desk.clock.now()  # read under the lock: instants then follow the order of commits
        session.refresh(attempt)
        practice = get_practice(session, desk.practice_id)
        payment = settle(
            session,
            practice=practice,
            account=account,
            attempt=attempt,
            state=state,
            livemode=desk.gateway.livemode,
            at=now,
        )
        take_refunds(
            session,
            practice=practice,
            account=account,
            attempt=attempt,
            told=state.refunds,
            at=now,
        )
        take_disputes(
            session,
            practice=practice,
            account=account,
            attempt=attempt,
            told=state.disputes,
            at=now,
        )
        work.commit()
        return payment


def note_unanswered(desk: Desk, *, attempt_id: UUID) -> None:
    """The processor did not say how an attempt stands: it is asked again after a growing wait."""
    with desk.database.unit_of_work(desk.practice_id) as work:
        attempt = get_attempt(work.session, practice_id=desk.practice_id, attempt_id=attempt_id)
        attempt.checked_at = desk.clock.now()
        attempt.checks += 1
        work.commit()


def settle_attempt(desk: Desk, *, attempt_id: UUID) -> Payment | None:
    """Ask the processor how an attempt stands and take it over. Raises Gateway…Error, InDoubtError."""
    with desk.database.reading(desk.practice_id) as session:
        attempt = get_attempt(session, practice_id=desk.practice_id, attempt_id=attempt_id)
    state = (known_charge if attempt.choice == CHARGE else known_state)(desk, attempt)
    return finish(desk, attempt_id=attempt_id, state=state) if state is not None else None
