"""The worker asks the processor how attempts stand, and settles them: no one else books money."""

from uuid import UUID

from shared.accounts import get_account, get_practice
from shared.payments.charging import known_charge
from shared.payments.gateway import Checkout
from shared.payments.model import Payment
from shared.payments.pages import Desk, known_state
from shared.payments.rules import CHARGE
from shared.payments.service import get_attempt
from shared.payments.settling import settle


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
        payment = settle(
            session,
            practice=get_practice(session, desk.practice_id),
            account=account,
            attempt=attempt,
            state=state,
            livemode=desk.gateway.livemode,
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
    """Ask the processor how an attempt stands and take it over. Raises Gateway…Error."""
    with desk.database.reading(desk.practice_id) as session:
        attempt = get_attempt(session, practice_id=desk.practice_id, attempt_id=attempt_id)
    state = (known_charge if attempt.choice == CHARGE else known_state)(desk, attempt)
    return finish(desk, attempt_id=attempt_id, state=state) if state is not None else None
