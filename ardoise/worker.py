"""The worker: nobody reaches it; it settles, decides, mints and sends.

PostgreSQL wakes it; on SQLite it looks twice a second. All it does is found in the database, so any
number of workers may run and any of them may be killed.
"""

import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any, TypeVar

import psycopg

from ardoise import (
    cancelled,
    disputing,
    erasing,
    hearing,
    import_jobs,
    jobs,
    jobs_cards,
    jobs_messages,
    jobs_plans,
    jobs_preferences,
    jobs_staff_mail,
    late_answers,
    ordering,
    ordering_debts,
    pages,
    refunding,
    retaining,
    sealing,
    settling,
    trying,
    using_credit,
    verifying,
)
from ardoise.jobs_cards import CardCharger
from ardoise.jobs_ladder import LadderCounter, carry_on_bulks
from ardoise.jobs_totals import DeskCounter
from ardoise.office import House, carriers, sending_office
from ardoise.patience import LOCK_SECONDS, Patience
from shared.base.clock import Clock
from shared.base.config import WorkerSettings
from shared.base.database import WAKE_CHANNEL
from shared.base.log import describe_failure, get_logger
from shared.setup import NetNames
from shared.staff_mail import Post

log = get_logger(__name__)
LOOK_SECONDS = 0.5
SLOW_SECONDS = 30.0
UNANSWERED_SECONDS = 300.0  # when the processor did not answer what it is asked now and then
T = TypeVar("T")


Search = Callable[[House, int, Patience], int | None]


def searches() -> tuple[tuple[str, Search, float], ...]:
    """What the processor is asked now and then, for webhooks that never came, and after how many
    seconds again: its lists of refunds and of disputes, what it could not deliver, and its list of
    payments."""
    return (
        ("refunds", refunding.sweep_refunds, 3600.0),
        ("disputes", disputing.sweep_disputes, 3600.0),
        ("missed", hearing.ask_missed, 3600.0),
        ("payments", verifying.sweep_payments, 86400.0),
    )


class Worker:
    """One worker. ``run`` returns after ``stop`` was called and the work at hand is done."""

    def __init__(self, settings: WorkerSettings, clock: Clock) -> None:
        self._house = House.of(settings, clock, lock_seconds=LOCK_SECONDS)
        self._carriers = carriers(settings, clock)
        self._names, self._mail_from = NetNames(), settings.mail_from
        self._office = sending_office(self._house, self._carriers)
        self._post = Post(self._house.database, clock, self._carriers["email"], settings.team_site)
        self._stopping = threading.Event()
        self._slow_at = 0.0
        self._searched_at: dict[tuple[int, str], float] = {}
        self._patience = Patience()
        self._counter, self._desks = LadderCounter(), DeskCounter()
        self._looks = 0
        self._waker: psycopg.Connection[Any] | None = None

    def stop(self, *_signal: int | FrameType | None) -> None:
        """Finish what is at hand, then end."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped."""
        signal.signal(signal.SIGTERM, self.stop)
        signal.signal(signal.SIGINT, self.stop)
        self._recover()
        log.info("worker.ready")
        while not self._stopping.is_set():
            self.look()
            self._wait()
        if self._waker is not None:
            self._waker.close()
        self._house.database.dispose()
        log.info("worker.stopped")

    def look(self) -> None:
        """Do everything that is due now."""
        slow = time.monotonic() >= self._slow_at
        if slow:
            self._slow_at = time.monotonic() + SLOW_SECONDS
        self._patience.begin()
        self._guarded(lambda: jobs_staff_mail.answer_door(self._house))
        order = self._in_turn()
        for practice_id in order:
            self._look_after(practice_id, slow=slow)
        for practice_id in order:
            self._search(practice_id)
        if slow:
            self._guarded(lambda: jobs_staff_mail.forget_door(self._house))
            for carrier in self._carriers.values():
                carrier.close()

    def _in_turn(self) -> list[int]:
        """The practices, each look beginning with another: the first has the most of its patience."""
        ids = self._guarded(lambda: jobs.practice_ids(self._house)) or []
        self._looks += 1
        first = self._looks % len(ids) if ids else 0
        return ids[first:] + ids[:first]

    def _look_after(self, practice_id: int, *, slow: bool) -> None:
        house, office = self._house, self._office
        patience = self._patience
        heard = self._guarded(lambda: settling.heed_signals(house, practice_id, patience))
        swept = self._guarded(lambda: settling.sweep_attempts(house, practice_id, patience))
        done = self._guarded(lambda: ordering.carry_out_orders(house, practice_id, patience))
        used = self._guarded(lambda: using_credit.use_credit_by_itself(house, practice_id))
        done = done or used
        if done or slow:
            self._guarded(lambda: pages.close_overtaken_pages(house, practice_id, patience))
        if heard or swept or done or slow:
            self._guarded(lambda: refunding.tell_refunds(house, practice_id))
            self._guarded(lambda: late_answers.tell_failed_debits(house, practice_id))
            self._guarded(lambda: cancelled.tell_cancelled(house, practice_id))
        self._guarded(lambda: jobs.answer_link_requests(house, practice_id))
        self._guarded(lambda: jobs_preferences.answer_code_requests(house, practice_id))
        self._guarded(lambda: jobs_preferences.tell_changes(house, practice_id))
        self._guarded(lambda: carry_on_bulks(house, practice_id))
        self._guarded(lambda: erasing.carry_out_erasures(house, practice_id, patience))
        self._guarded(lambda: jobs.send_new_links(office, practice_id))
        self._guarded(lambda: jobs_messages.tell_messages(house, practice_id))
        if done or slow:
            self._guarded(lambda: ordering_debts.tell_forgiven(house, practice_id))
        self._guarded(lambda: jobs_staff_mail.tell_changes(house, practice_id))
        self._guarded(lambda: jobs_staff_mail.send_mails(self._post, practice_id))
        self._guarded(lambda: self._try(practice_id))
        if heard or swept or done or slow:
            charger = CardCharger(house, practice_id, patience)
            self._guarded(lambda: jobs_plans.follow_plans(house, practice_id, charger))
            self._guarded(lambda: jobs_cards.mind_cards(house, practice_id, patience))
        decided = self._guarded(lambda: jobs.decide_night(house, practice_id))
        sent = self._guarded(lambda: jobs.send_reminders(house, office, practice_id))
        listed = self._guarded(lambda: import_jobs.carry_out_imports(house, practice_id))
        if heard or swept or done or sent or decided or listed or slow:
            self._guarded(lambda: jobs.follow_ladder(house, practice_id))
        if slow:
            self._guarded(lambda: jobs.doubt_lost(office, practice_id))
            self._guarded(lambda: jobs_staff_mail.doubt_lost_mails(self._post, practice_id))
            self._guarded(lambda: jobs_staff_mail.forget_old_mails(house, practice_id))
            self._guarded(lambda: jobs.end_visits(house, practice_id))
            self._guarded(lambda: jobs_preferences.tidy_proposals(house, practice_id))
            self._guarded(lambda: jobs_messages.note_broken_promises(house, practice_id))
            self._guarded(lambda: self._counter.count(house, practice_id))
            self._guarded(lambda: jobs_messages.forget_old_requests(house, practice_id))
            self._guarded(lambda: jobs_messages.delete_documents_of_aid(house, practice_id))
            self._guarded(lambda: self._desks.count(house, practice_id))
            self._guarded(lambda: erasing.offer_erasures_again(house, practice_id))
            self._guarded(lambda: retaining.remove_what_is_due(house, practice_id))
            self._guarded(lambda: retaining.foresee_what_is_due(house, practice_id))
            self._guarded(lambda: sealing.seal_record(house, practice_id))

    def _search(self, practice_id: int) -> None:
        """Last in a look: everything else that the processor is asked is more urgent."""
        for name, search, seconds in searches():
            key = (practice_id, name)
            if self._patience.is_over or time.monotonic() < self._searched_at.get(key, 0.0):
                continue
            found = self._guarded(partial(search, self._house, practice_id, self._patience))
            wait = UNANSWERED_SECONDS if found is None else seconds
            self._searched_at[key] = time.monotonic() + wait

    def _try(self, practice_id: int) -> int:
        return trying.do_trials(
            self._house,
            practice_id,
            carriers=self._carriers,
            names=self._names,
            mail_from=self._mail_from,
            processor=self._house.gateways.of,
        )

    def _recover(self) -> None:
        """On SQLite there is one worker: what is claimed at its start was lost by the one before."""
        if self._house.database.is_postgresql:
            return
        for practice_id in jobs.practice_ids(self._house):
            jobs.doubt_lost(self._office, practice_id, alone=True)
            jobs_staff_mail.doubt_lost_mails(self._post, practice_id, alone=True)

    def _guarded(self, job: Callable[[], T]) -> T | None:
        """Run a job; whatever fails is logged, stops no other job, and is tried at the next look."""
        try:
            return job()
        except Exception as error:
            log.error("job.failed", **describe_failure(error))
            return None

    def _wait(self) -> None:
        """Sleep until woken, or until it is time to look anyway."""
        if not self._house.database.is_postgresql:
            self._stopping.wait(LOOK_SECONDS)
            return
        try:
            if self._waker is None:
                self._waker = self._listen()
            for _ in self._waker.notifies(timeout=LOOK_SECONDS * 4, stop_after=1):
                return
        except psycopg.Error as error:
            log.warning("worker.deaf", error=type(error).__name__)
            self._waker = None
            self._stopping.wait(LOOK_SECONDS)

    def _listen(self) -> psycopg.Connection[Any]:
        url = self._house.database.engine.url.set(drivername="postgresql")
        connection = psycopg.connect(url.render_as_string(hide_password=False), autocommit=True)
        connection.execute(f"LISTEN {WAKE_CHANNEL}")
        return connection
