"""Webhooks that come twenty times, in disorder, never, days late, forged, stale or of nobody's making."""

import random
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from werkzeug.serving import make_server

from shared.processor import register_webhook
from tests.integration.stray_till import check_to_the_cent, sweep
from tests.integration.till import Json, Till, until
from tests.servers.process import free_port
from tests.servers.sandbox import Sandbox

HOUR = 3600


def happen(till: Till, dice: random.Random) -> list[Json]:
    """Some pay, some get a part back: what the processor has to tell."""
    accounts = [till.world.account() for _ in range(4)]
    for account in accounts:
        till.pay(account)
    till.tell_all()
    till.work()
    for account in accounts[:2]:
        till.give_back(account, dice.randrange(50, 4250))
    for _ in range(2):
        till.pay(till.world.account())
    return till.events()


def duplicated(till: Till, events: list[Json], dice: random.Random) -> None:
    calls = events * 20
    dice.shuffle(calls)
    for event in calls:
        assert till.tell(event).status_code == 200
        if dice.random() < 0.02:
            till.work()


def shuffled(till: Till, events: list[Json], dice: random.Random) -> None:
    for event in dice.sample(events, len(events)):
        assert till.tell(event).status_code == 200
        till.work()


def dropped(till: Till, events: list[Json], dice: random.Random) -> None:
    del events, dice
    till.later(hours=2)


def days_late(till: Till, events: list[Json], dice: random.Random) -> None:
    """The sweeps were there first; then all of them come at once."""
    till.later(days=4)
    sweep(till)
    shuffled(till, events, dice)


def forged(till: Till, events: list[Json], dice: random.Random) -> None:
    for event in dice.sample(events, len(events)):
        assert till.tell(event, secret="whsec_of_somebody_else").status_code == 400
        assert till.tell(event, signature="t=1,v1=00").status_code == 400


def stale(till: Till, events: list[Json], dice: random.Random) -> None:
    for event in dice.sample(events, len(events)):
        assert till.tell(event, at=time.time() - HOUR).status_code == 400


def from_the_future(till: Till, events: list[Json], dice: random.Random) -> None:
    ahead = max(time.time(), till.world.clock.now().timestamp()) + HOUR
    for event in dice.sample(events, len(events)):
        assert till.tell(event, at=ahead).status_code == 400


def of_the_other_mode(till: Till, events: list[Json], dice: random.Random) -> None:
    for event in dice.sample(events, len(events)):
        assert till.tell(event | {"livemode": True}).status_code == 400


def of_an_unknown_kind(till: Till, events: list[Json], dice: random.Random) -> None:
    """Such a one is kept and does no harm, whatever it speaks of."""
    for event in dice.sample(events, len(events)):
        made_up = event | {"id": f"{event['id']}x", "type": "ardoise.never_heard_of"}
        assert till.tell(made_up).status_code == 200
    till.work()


MISCHIEF = (
    duplicated,
    shuffled,
    dropped,
    days_late,
    forged,
    stale,
    from_the_future,
    of_the_other_mode,
    of_an_unknown_kind,
)


@pytest.mark.parametrize("mischief", MISCHIEF, ids=lambda mischief: mischief.__name__)
def test_the_books_are_the_processors_whatever_becomes_of_webhooks(
    till: Till, mischief: Callable[[Till, list[Json], random.Random], None], dice: random.Random
) -> None:
    events = happen(till, dice)
    before = len(till.signals())
    mischief(till, events, dice)
    if mischief in (forged, stale, from_the_future, of_the_other_mode):
        assert len(till.signals()) == before  # refused, and not even kept
    for _ in range(2):  # nothing is wrong any more; the worker looks again
        till.later(hours=2)
        sweep(till)
    assert len(till.payments()) == 6
    check_to_the_cent(till)
    till.check()


@pytest.fixture
def served(sqlite_url: str, processor: Sandbox) -> Iterator[tuple[Till, str]]:
    """A till whose portal really listens, and its webhooks' address."""
    till = Till.open(sqlite_url, processor)
    server = make_server("127.0.0.1", free_port(), till.app, threaded=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield till, f"http://127.0.0.1:{server.server_port}/webhooks/{till.world.practice_id}"
    processor.control("mischief", kind="none")
    processor.control("webhooks", deliver=True)
    server.shutdown()
    server.server_close()
    till.close()


@pytest.mark.parametrize(
    "kind", ["duplicate", "drop", "delay", "forged", "stale", "unknown", "livemode"]
)
def test_webhooks_that_are_really_sent_settle_once_whatever_is_done_to_them(
    served: tuple[Till, str], kind: str
) -> None:
    till, address = served
    secret = register_webhook(till.key, base_address=till.processor.url, url=address)
    till.set_key(till.world.practice_id, till.key, secret)
    till.processor.control("mischief", key=till.key, kind=kind, times=3, seconds=0.3)
    till.processor.control("webhooks", deliver=False)
    accounts = [till.world.account() for _ in range(3)]
    for account in accounts:
        till.pay(account)
    till.processor.control("webhooks", deliver=True, order="shuffled")

    def all_settled() -> bool:
        till.work()
        return all(till.owed(account) == 0 for account in accounts)

    until(all_settled)
    assert len(till.payments()) == 3
    check_to_the_cent(till)
    till.check()
