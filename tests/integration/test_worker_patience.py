"""A processor that takes connections and stays silent holds up no reminder."""

import socketserver
import threading
import time
from collections.abc import Iterator, MutableMapping
from types import SimpleNamespace
from typing import Any

import pytest
import stripe

from ardoise import patience, settling
from ardoise.patience import MOST_UNANSWERED, PROCESSOR_SECONDS, Patience
from ardoise.worker import Worker
from shared.payments import store_signal
from shared.processor import ProcessorKeys, set_processor_account, stripe_gateway
from shared.processor.gateway import Signal
from tests.integration.ladder_world import LadderWorld
from tests.integration.test_worker_look import TUESDAY_NOON
from tests.integration.vendors import SmsVendor

TRIES = 3  # the SDK's first and its two more
TIMEOUT = 0.1


class Silent(socketserver.ThreadingTCPServer):
    """Takes every connection, reads what is asked, and never answers."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.end = threading.Event()
        super().__init__(("127.0.0.1", 0), Silence)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def pages(self) -> list[str]:
        """The pages that were asked about, each once, in order."""
        names = (line.split("?")[0].rpartition("/")[2] for line in self.asked)
        return list(dict.fromkeys(name for name in names if name.startswith("cs_")))


class Silence(socketserver.StreamRequestHandler):
    server: Silent

    def handle(self) -> None:
        self.server.asked.append(self.rfile.readline().decode().split()[1])
        self.server.end.wait()


@pytest.fixture
def silent() -> Iterator[Silent]:
    with Silent() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        yield server
        server.end.set()
        server.shutdown()


@pytest.fixture
def world(
    sqlite_url: str, silent: Silent, vendor: SmsVendor, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LadderWorld]:
    """A practice whose processor is silent; time-outs are short for want of somebody who waits."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.02)
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", TIMEOUT)
    opened = LadderWorld(
        sqlite_url,
        TUESDAY_NOON,
        processor_url=silent.url,
        sms_url=vendor.url,
        sms_token="of-this-test",
    )
    take_cards(opened, opened.practice_id)
    yield opened
    opened.check()
    opened.database.dispose()


def take_cards(world: LadderWorld, practice_id: int) -> None:
    with world.database.unit_of_work(practice_id) as work:
        set_processor_account(
            work.session,
            practice_id=practice_id,
            keys=ProcessorKeys("sk_test_of_this_test", "sk_test_of_this_test"),
            webhook_secrets=["whsec_of_this_test"],
            gateway_keys=world.settings.gateway(),
            worker_keys=world.settings.own(),
        )
        work.commit()


def paying(world: LadderWorld, number: int) -> list[str]:
    """So many accounts at the processor; the pages that should be asked about."""
    attempts = [
        world.attempt(world.account(phone=f"+336399802{n:02}"), "redirected") for n in range(number)
    ]
    world.later(hours=1)
    return [world.page_of(attempt) for attempt in attempts]


def told(lines: list[MutableMapping[str, Any]], event: str) -> list[MutableMapping[str, Any]]:
    return [line for line in lines if line["event"] == event]


def test_reminders_go_out_while_the_processor_is_silent(
    world: LadderWorld,
    silent: Silent,
    vendor: SmsVendor,
    lines: list[MutableMapping[str, Any]],
) -> None:
    paying(world, 12)
    world.account()
    began = time.monotonic()
    Worker(world.settings, world.clock).look()
    assert "+33639980118" in {sms["to"] for sms in vendor.got}
    assert len(silent.pages()) == MOST_UNANSWERED
    assert len(silent.asked) == MOST_UNANSWERED * TRIES
    assert time.monotonic() - began < PROCESSOR_SECONDS
    assert len(told(lines, "processor.unavailable")) == MOST_UNANSWERED
    [line] = told(lines, "processor.rest_waits")
    assert line["left"] == 12 - MOST_UNANSWERED


def test_when_the_looks_time_is_over_nothing_more_is_asked(
    world: LadderWorld,
    silent: Silent,
    vendor: SmsVendor,
    monkeypatch: pytest.MonkeyPatch,
    lines: list[MutableMapping[str, Any]],
) -> None:
    paying(world, 4)
    world.account()
    # The look's own clock: its time is over as soon as one question was asked.
    watch = SimpleNamespace(monotonic=lambda: PROCESSOR_SECONDS * len(silent.asked))
    monkeypatch.setattr(patience, "time", watch)
    Worker(world.settings, world.clock).look()
    assert len(silent.pages()) == 1, "what was begun is waited for, nothing else is begun"
    assert "+33639980118" in {sms["to"] for sms in vendor.got}
    [line] = told(lines, "processor.rest_waits")
    assert line["left"] == 3


def test_the_next_look_begins_with_those_that_were_not_asked(
    world: LadderWorld, silent: Silent
) -> None:
    pages = paying(world, MOST_UNANSWERED * 3)
    worker = Worker(world.settings, world.clock)
    asked = []
    for _ in range(3):
        silent.asked.clear()
        worker.look()
        asked.append(silent.pages())
    assert [len(some) for some in asked] == [MOST_UNANSWERED] * 3
    assert {page for some in asked for page in some} == set(pages), "all had their turn"


def test_webhooks_and_sweep_share_one_looks_patience(
    world: LadderWorld, silent: Silent, lines: list[MutableMapping[str, Any]]
) -> None:
    pages = paying(world, 5)
    for page in pages:
        with world.database.unit_of_work(world.practice_id) as work:
            signal = Signal(f"evt_{page}", "checkout.session.completed", page, None, livemode=False)
            assert store_signal(
                work.session, signal, practice_id=world.practice_id, at=world.clock.now()
            )
            work.commit()
    Worker(world.settings, world.clock).look()
    assert len(silent.pages()) == MOST_UNANSWERED
    assert len(told(lines, "processor.rest_waits")) == 1


def test_many_practices_share_it_too_and_take_turns(world: LadderWorld, silent: Silent) -> None:
    first = world.page_of(world.attempt(world.account(), "redirected"))
    for _ in range(2):
        other = world.open_practice("Secrétariat R13")
        take_cards(world, other)
    world.later(hours=1)
    worker = Worker(world.settings, world.clock)
    order: list[list[int]] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            Worker, "_look_after", lambda _worker, number, **_: order[-1].append(number)
        )
        for _ in range(3):
            order.append([])
            worker.look()
    assert sorted(some[0] for some in order) == sorted(order[0])
    assert all(sorted(some) == sorted(order[0]) for some in order)
    worker.look()
    assert silent.pages() == [first]


def test_a_processor_that_answers_again_gets_all_its_questions(
    world: LadderWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    paying(world, 6)
    silent_for = [True, False, True, False, False, False]  # never twice in a row
    asked = []

    def settle(*_: object, attempt_id: object) -> None:
        asked.append(attempt_id)
        if silent_for.pop(0):
            raise settling.GatewayUnavailableError("timeout")

    monkeypatch.setattr(settling, "settle_attempt", settle)
    assert settling.sweep_attempts(world.house, world.practice_id, Patience()) == 4
    assert len(set(asked)) == 6
