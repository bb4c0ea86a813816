"""The worker and the card processor: whom to ask about, how long, and what when it does not answer."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from ardoise.office import House
from ardoise.patience import Patience
from ardoise.straying import look_at_stray
from shared.accounts import get_practice
from shared.audit import PROCESSOR, SYSTEM, advance
from shared.base.clock import local_date
from shared.base.database import was_locked
from shared.base.log import describe_failure, get_logger
from shared.payments import (
    WEBHOOK_EVENT,
    Desk,
    InDoubtError,
    StrayPayment,
    WebhookEvent,
    attempt_of_signal,
    attempts_to_check,
    signal_is_due,
    waiting_signals,
)
from shared.processor import GatewayRefusedError, GatewayUnavailableError
from shared.reconciliation import REFUSED, note_unanswered, settle_attempt, strays_named
from shared.worklist import close_tasks, is_open, open_task

log = get_logger(__name__)


def heed_signals(house: House, practice_id: int, patience: Patience | None = None) -> int:
    """Act on stored webhooks: ask the processor about what each speaks of, an attempt or a payment that
    was nobody's when it came.

    A signal is news once; when the processor does not answer about it, it waits its turn. Returns how
    many attempts and payments were looked at.
    """
    patience = patience or Patience()
    with house.database.reading(practice_id) as session:
        events = [
            (event, attempt)
            for event in waiting_signals(session, practice_id=practice_id)
            if signal_is_due(event, attempt := attempt_of_signal(session, event), house.clock.now())
        ]
        names = {event.object_id for event, attempt in events if attempt is None}
        strays = strays_named(session, names, practice_id=practice_id)
    of_attempts: dict[UUID, list[UUID]] = defaultdict(list)
    of_strays: dict[str, list[UUID]] = defaultdict(list)
    accounts: dict[UUID, UUID] = {}
    for event, attempt in events:
        if attempt is not None:
            of_attempts[attempt.id].append(event.id)
            accounts[attempt.id] = attempt.account_id
        elif event.object_id in strays:
            of_strays[event.object_id].append(event.id)
        else:
            _close_signal(house, practice_id, event.id, "ignore", account_id=None)
    looked = 0
    for attempt_id in _settle(house, practice_id, of_attempts, patience):
        looked += 1
        for event_id in of_attempts[attempt_id]:
            _close_signal(house, practice_id, event_id, "handle", account_id=accounts[attempt_id])
    for intent_id in _look_at_strays(house, practice_id, of_strays, strays, patience):
        looked += 1
        owner = strays[intent_id].account_id
        for event_id in of_strays[intent_id]:
            _close_signal(house, practice_id, event_id, "handle", account_id=owner)
    return looked


def _look_at_strays(
    house: House,
    practice_id: int,
    told: Iterable[str],
    strays: Mapping[str, StrayPayment],
    patience: Patience,
) -> Iterator[str]:
    """Those of the payments that no attempt asked for whose state is now known. After the attempts: of
    them a patient may be waiting."""
    desk = house.desk(practice_id)
    for intent_id in told:
        if desk is None or patience.is_over:
            return
        stray_id = strays[intent_id].id
        if patience.is_put_off(stray_id):
            continue
        if look_at_stray(desk, intent_id, patience):
            patience.let_go(stray_id)
            yield intent_id
        else:
            patience.put_off(stray_id)


def _close_signal(
    house: House, practice_id: int, event_id: UUID, outcome: str, *, account_id: UUID | None
) -> None:
    with house.database.unit_of_work(practice_id) as work:
        event = work.session.get(WebhookEvent, (practice_id, event_id), with_for_update=True)
        if event is not None and event.status == "stored":
            now = house.clock.now()
            advance(
                work.session,
                event,
                WEBHOOK_EVENT,
                outcome,
                account_id=account_id,
                actor=PROCESSOR,
                at=now,
                signal=event.kind,
            )
            event.handled_at = now
            work.commit()


def _settle(
    house: House, practice_id: int, attempt_ids: Iterable[UUID], patience: Patience
) -> Iterator[UUID]:
    """Those of the attempts whose state is now known; each is asked about once at most."""
    waiting = deque(patience.in_turn(attempt_ids))
    while waiting and not patience.is_over and not patience.would_wait(waiting[0]):
        attempt_id = waiting.popleft()
        if settle_one(house, practice_id, attempt_id, patience):
            yield attempt_id
    patience.leave(waiting)


def settle_one(
    house: House, practice_id: int, attempt_id: UUID, patience: Patience | None = None
) -> bool:
    """Ask the processor about one attempt. False when nothing is known yet: the sweep asks again.

    Whatever goes wrong with one attempt is told, and keeps no other from being settled.
    """
    patience = patience or Patience()
    desk = house.desk(practice_id)
    if desk is None:
        return False
    try:
        payment = settle_attempt(desk, attempt_id=attempt_id)
    except GatewayUnavailableError as error:
        log.warning("processor.unavailable", reason=str(error))
        patience.unanswered(attempt_id)
    except GatewayRefusedError as error:
        log.error("processor.refused", reason=str(error), attempt=str(attempt_id))
        patience.answered()
        tell_refused(house, practice_id)
    except InDoubtError:
        patience.answered()
    except Exception as error:
        log.error("settle.failed", attempt=str(attempt_id), **describe_failure(error))
        if was_locked(error):
            patience.held(attempt_id)
            return False
        patience.answered()
    else:
        patience.answered()
        patience.let_go(attempt_id)
        if payment is not None:
            log.info("payment.booked", practice=practice_id, receipt=payment.number)
        _forget_refused(house, practice_id)
        return True
    _note_unanswered(desk, attempt_id, patience)
    return False


def _note_unanswered(desk: Desk, attempt_id: UUID, patience: Patience) -> None:
    try:
        note_unanswered(desk, attempt_id=attempt_id)
    except DBAPIError as error:
        if not was_locked(error):
            raise
        patience.held(attempt_id)


def tell_refused(house: House, practice_id: int) -> None:
    """A revoked key or a closed account is for a person to mend; asked once, however often it fails."""
    now = house.clock.now()
    with house.database.unit_of_work(practice_id) as work:
        practice = get_practice(work.session, practice_id)
        open_task(
            work.session,
            REFUSED,
            practice_id=practice_id,
            account_id=None,
            key=str(practice_id),
            due_on=local_date(now, practice.timezone),
            actor=SYSTEM,
            at=now,
        )
        work.commit()


def _forget_refused(house: House, practice_id: int) -> None:
    """Looked at before it is written: after each payment there is nothing to forget."""
    key = str(practice_id)
    with house.database.reading(practice_id) as session:
        if not is_open(session, REFUSED, practice_id=practice_id, key=key):
            return
    with house.database.unit_of_work(practice_id) as work:
        close_tasks(
            work.session,
            REFUSED,
            practice_id=practice_id,
            key=key,
            event="vanished",
            actor=SYSTEM,
            at=house.clock.now(),
        )
        work.commit()


def sweep_attempts(house: House, practice_id: int, patience: Patience | None = None) -> int:
    """Ask the processor about attempts that have not been heard of for a while."""
    with house.database.reading(practice_id) as session:
        due = attempts_to_check(session, practice_id=practice_id, now=house.clock.now())
        ids = [attempt.id for attempt in due]
    return len(list(_settle(house, practice_id, ids, patience or Patience())))
