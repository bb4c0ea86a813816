"""A payment or a pause and a reminder at the same moment: whichever is first, they never contradict."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from ardoise import jobs
from shared.accounts import Account, get_account, get_practice, place_hold
from shared.base.clock import FixedClock
from shared.delivery import LADDER, Notice, send_next
from shared.payments import get_attempt, settle
from shared.processor import Checkout
from tests.integration.ladder_world import STAFF, LadderWorld
from tests.world import NOON

PATIENCE = 60


@dataclass(slots=True)
class TickingClock(FixedClock):
    """A clock that never tells the same instant twice, to no thread."""

    guard: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        with self.guard:
            self.instant += timedelta(microseconds=1)
            return self.instant


@pytest.fixture
def world(database_url: str) -> Iterator[LadderWorld]:
    opened = LadderWorld(database_url)
    opened.clock = TickingClock(NOON)
    opened.house = replace(opened.house, clock=opened.clock)
    opened.office = replace(opened.office, clock=opened.clock)
    yield opened
    opened.check()
    opened.database.dispose()


Pause = Callable[[], None]


def no_pause() -> None:
    """Straight on."""


def pay(world: LadderWorld, account: Account, before_commit: Pause = no_pause) -> datetime:
    """Settle a card payment of all that is owed, as the worker does. Returns when."""
    attempt_id = world.attempt(account, "redirected")
    state = Checkout(
        session_id=world.page_of(attempt_id),
        url=None,
        status="complete",
        paid=True,
        amount_cents=4250,
        currency="eur",
        reference=attempt_id.hex,
        livemode=False,
        intent_id=f"pi_{attempt_id.hex}",
        failed=None,
        received_at=None,
    )
    with world.database.unit_of_work(world.practice_id) as work:
        session = work.session
        row = get_account(session, practice_id=world.practice_id, account_id=account.id, lock=True)
        now = world.clock.now()
        payment = settle(
            session,
            practice=get_practice(session, world.practice_id),
            account=row,
            attempt=get_attempt(session, practice_id=world.practice_id, attempt_id=attempt_id),
            state=state,
            livemode=False,
            at=now,
        )
        assert payment is not None
        before_commit()
        work.commit()
    return now


def pause(world: LadderWorld, account: Account, before_commit: Pause = no_pause) -> datetime:
    """Put the account on hold, as the back-office does. Returns when."""
    with world.database.unit_of_work(world.practice_id) as work:
        row = get_account(
            work.session, practice_id=world.practice_id, account_id=account.id, lock=True
        )
        now = world.clock.now()
        place_hold(
            work.session, account=row, kind="dispute", actor=STAFF, at=now, review_on=now.date()
        )
        before_commit()
        work.commit()
    return now


def remind(world: LadderWorld) -> str | None:
    """Send the next planned reminder. Returns what became of it."""
    return send_next(world.office, practice_id=world.practice_id, purposes=frozenset({LADDER}))


def notice_of(world: LadderWorld, account: Account) -> Notice:
    [notice] = world.notices(account)
    return notice


INTERRUPTIONS = {"payment": pay, "hold": pause}
REASONS = {"payment": "not_due", "hold": "hold_dispute"}
both = pytest.mark.parametrize("what", INTERRUPTIONS)


@both
def test_a_reminder_is_never_claimed_after_what_forbids_it(
    world: LadderWorld, what: str, sample: Callable[[int, int], int]
) -> None:
    rounds = sample(20, 500)
    accounts = [world.account(phone=f"+33639{number:06}") for number in range(rounds)]
    world.night()
    done: dict[Account, datetime] = {}
    failed: list[BaseException] = []
    start = threading.Barrier(2, timeout=PATIENCE)
    waits = [(random.uniform(0, 0.02), random.uniform(0, 0.02)) for _ in accounts]  # noqa: S311 - no secret

    def interrupt() -> None:
        for account, (wait, _) in zip(accounts, waits, strict=True):
            start.wait()
            time.sleep(wait)
            done[account] = INTERRUPTIONS[what](world, account)

    def send() -> None:
        for _, wait in waits:
            start.wait()
            time.sleep(wait)
            remind(world)

    def kept(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)
            start.abort()

    threads = [threading.Thread(target=kept, args=(act,)) for act in (interrupt, send)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 10)
    assert not failed
    while remind(world):
        pass
    sent = 0
    for account in accounts:
        notice = notice_of(world, account)
        if notice.claimed_at is None:
            assert (notice.status, notice.outcome) == ("withheld", REASONS[what])
        else:
            assert notice.status == "sent"
            assert notice.claimed_at < done[account], "claimed after it was forbidden"
            sent += 1
    assert len(world.letters()) == sent == len(set(world.letters()))


@both
def test_a_reminder_is_not_decided_while_something_is_written_and_then_stays_here(
    world: LadderWorld, what: str
) -> None:
    account = world.account()
    world.night()
    inside, may_commit = threading.Event(), threading.Event()
    outcomes: list[str | None] = []

    def hold_the_lock() -> None:
        inside.set()
        may_commit.wait(PATIENCE)

    writing = threading.Thread(target=INTERRUPTIONS[what], args=(world, account, hold_the_lock))
    sending = threading.Thread(target=lambda: outcomes.append(remind(world)))
    writing.start()
    assert inside.wait(PATIENCE)
    sending.start()
    time.sleep(0.3)
    # SQLite waits for the account's lock; PostgreSQL passes it over until the next look
    assert outcomes == ([None] if world.database.is_postgresql else [])
    may_commit.set()
    for thread in (writing, sending):
        thread.join(PATIENCE)
    assert [*filter(None, outcomes), remind(world)][0] == "withheld"
    assert notice_of(world, account).outcome == REASONS[what]
    assert not world.letters()


@both
def test_what_was_not_committed_forbids_nothing(world: LadderWorld, what: str) -> None:
    account = world.account()
    world.night()

    def fail() -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        INTERRUPTIONS[what](world, account, fail)
    assert remind(world) == "sent"
    assert world.letters() == ["+33639980118"]


@both
def test_a_reminder_that_left_first_is_told_beside_what_came_after(
    world: LadderWorld, what: str
) -> None:
    account = world.account()
    world.night()
    assert remind(world) == "sent"
    when = INTERRUPTIONS[what](world, account)
    claimed = notice_of(world, account).claimed_at
    assert claimed is not None
    assert claimed < when
    jobs.follow_ladder(world.house, world.practice_id)
    cycle = world.cycle(account)
    assert (cycle.messages, cycle.position) == (1, 1)
    assert cycle.status == ("closed" if what == "payment" else "open")


def test_a_payment_during_the_sending_itself_waits_for_nobody(world: LadderWorld) -> None:
    """No transaction is open while the vendor is asked: a slow vendor blocks no payment."""
    account = world.account()
    world.night()
    paid_at: list[datetime] = []

    class SlowVendor:
        def send(self, _envelope: object) -> str:
            paid_at.append(pay(world, account))
            return "sms-1"

        def close(self) -> None:
            """Nothing is open."""

    world.office.carriers["sms"] = SlowVendor()
    assert remind(world) == "sent"
    notice = notice_of(world, account)
    assert notice.claimed_at is not None
    assert notice.outcome_at is not None
    assert notice.claimed_at < paid_at[0] < notice.outcome_at
    jobs.follow_ladder(world.house, world.practice_id)
    assert world.cycle(account).status == "closed"
