"""The processor does not answer, or the worker dies: money goes back once, and nothing is forgotten."""

from collections.abc import Iterator

import pytest
import stripe

from shared.processor import GatewayUnavailableError, Refunded, RefundOrder, stripe_gateway
from tests.integration.doors import Door
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_refunds import paid
from tests.integration.till import Till
from tests.servers.sandbox import Sandbox
from tests.servers.wire import FAULTS, HANG_SECONDS, KEPT, KEPT_AFTER, Wire

TRIES = 3  # the SDK's first and its two more


@pytest.fixture(autouse=True)
def hurried_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits between tries only for want of somebody who watches."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.02)
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", HANG_SECONDS / 4)


@pytest.fixture
def till(sqlite_url: str, processor: Sandbox, wire: Wire) -> Iterator[Till]:
    opened = Till.open(sqlite_url, processor, address=wire.url)
    yield opened
    opened.close()


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


class Dying(Door):
    """The worker is killed at this door: before the processor hears of a refund, or after."""

    deed = False

    def refund(self, order: RefundOrder) -> Refunded:
        if self.deed:
            super().refund(order)
        raise KeyboardInterrupt


class DyingAfter(Dying):
    deed = True


def later_looks(till: Till, desk: RefundDesk, *, minutes: int = 11, times: int = 4) -> None:
    for _ in range(times):
        till.later(minutes=minutes)
        desk.work()


@pytest.mark.parametrize("fault", FAULTS)
def test_a_processor_that_is_gone_is_asked_again_and_gives_back_once(
    till: Till, desk: RefundDesk, wire: Wire, fault: str
) -> None:
    account = paid(till)
    order = desk.ask(account, 1000)
    wire.keys.clear()
    wire.break_for(TRIES, fault)
    desk.work()
    wire.mend()
    key = desk.order(order).idempotency_key
    assert desk.order(order).status == "sent"
    desk.work()
    assert desk.order(order).status == "sent", "not at once again"
    till.later(seconds=6)
    desk.work()
    assert desk.order(order).status == "done"
    assert desk.given_back() == [1000]
    assert set(wire.keys) == {key}
    later_looks(till, desk)
    assert [r.amount_cents for r in till.refunds(account)] == [1000]
    till.check()


@pytest.mark.parametrize(("fault", "keys"), [(KEPT, 2), (KEPT_AFTER, 1)])
def test_a_failure_that_is_kept_under_the_key_is_looked_behind_and_asked_anew(
    till: Till, desk: RefundDesk, wire: Wire, fault: str, keys: int
) -> None:
    account = paid(till)
    order = desk.ask(account, 1000)
    wire.keys.clear()
    wire.break_for(1, fault)
    desk.work()
    till.later(seconds=6)
    desk.work()
    if fault == KEPT:
        assert desk.given_back() == [0], "what was begun may still come: nothing is asked yet"
    later_looks(till, desk)
    assert desk.order(order).status == "done"
    assert desk.given_back() == [1000]
    assert len(set(wire.keys)) == keys
    till.check()


@pytest.mark.parametrize("dying", [Dying, DyingAfter])
def test_a_worker_killed_while_it_asks_leaves_an_order_that_the_next_one_ends(
    till: Till, desk: RefundDesk, monkeypatch: pytest.MonkeyPatch, dying: type[Dying]
) -> None:
    account = paid(till)
    order = desk.ask(account, 1000)
    door = dying(till.desk().gateway)
    with monkeypatch.context() as patched:
        patched.setattr(till.world.house.gateways, "of", lambda _practice_id: door)
        with pytest.raises(KeyboardInterrupt):
            desk.work()
    assert desk.order(order).status == "sent"
    later_looks(till, desk, times=1)
    assert desk.order(order).status == "done"
    assert desk.given_back() == [1000]
    till.check()


def test_a_webhook_that_comes_before_the_answer_books_it_once(
    till: Till, desk: RefundDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    order = desk.ask(account, 1000)
    door = DyingAfter(till.desk().gateway)
    with monkeypatch.context() as patched:
        patched.setattr(till.world.house.gateways, "of", lambda _practice_id: door)
        with pytest.raises(KeyboardInterrupt):
            desk.work()
    till.tell_all()
    till.work()
    assert till.owed(account) == 1000
    assert "Il reste 22,50" in desk.refused(account, 2251), (
        "in doubt it counts twice, never too little"
    )
    later_looks(till, desk, times=1)
    assert desk.order(order).status == "done"
    assert desk.ask(account, 3250)
    desk.work()
    assert desk.given_back() == [4250]
    till.check()


@pytest.mark.parametrize("deed", [False, True])
def test_after_the_life_of_its_key_an_order_is_looked_for_before_it_is_asked_for_again(
    till: Till, desk: RefundDesk, monkeypatch: pytest.MonkeyPatch, deed: bool
) -> None:
    account = paid(till)
    order = desk.ask(account, 1000)

    class Silent(Door):
        def refund(self, order: RefundOrder) -> Refunded:
            if deed:
                super().refund(order)
            raise GatewayUnavailableError("APIConnectionError")

    silent = Silent(till.desk().gateway)
    with monkeypatch.context() as patched:
        patched.setattr(till.world.house.gateways, "of", lambda _practice_id: silent)
        desk.work()
    first = desk.order(order).idempotency_key
    till.later(hours=23)
    desk.work()
    if deed:
        assert desk.order(order).status == "done"
        assert desk.order(order).idempotency_key == first
    else:
        assert desk.given_back() == [0]
        later_looks(till, desk)
        assert desk.order(order).status == "done"
        assert desk.order(order).idempotency_key != first
    assert desk.given_back() == [1000]
    till.check()


def test_a_key_that_the_processor_no_longer_takes_ends_no_order(
    till: Till, desk: RefundDesk
) -> None:
    account = paid(till)
    order = desk.ask(account, 1000)
    till.set_key(till.world.practice_id, "sk_test_?", till.secret)
    desk.work()
    assert desk.order(order).status == "sent"
    assert "processor_refused" in till.tasks()
    till.set_key(till.world.practice_id, till.key, till.secret)
    later_looks(till, desk, times=1)
    assert desk.order(order).status == "done"
    assert desk.given_back() == [1000]
    till.check()


def test_in_doubt_another_account_at_the_processor_ends_no_order(
    till: Till, desk: RefundDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    order = desk.ask(account, 1000)
    door = DyingAfter(till.desk().gateway)
    with monkeypatch.context() as patched:
        patched.setattr(till.world.house.gateways, "of", lambda _practice_id: door)
        with pytest.raises(KeyboardInterrupt):
            desk.work()
    till.set_key(till.world.practice_id, "sk_test_another1234", till.secret)
    later_looks(till, desk, times=2)
    assert desk.order(order).status == "sent"
    assert "processor_refused" in till.tasks()
    till.set_key(till.world.practice_id, till.key, till.secret)
    later_looks(till, desk, times=1)
    assert desk.order(order).status == "done"
    assert desk.given_back() == [1000]
    till.check()
