"""An order that the processor does not answer waits longer each time, and the worker rests meanwhile."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest

from ardoise import ordering, refunding
from ardoise.worker import Worker
from shared.processor import GatewayUnavailableError
from tests.integration.refund_desk import RefundDesk
from tests.integration.stray_till import Clerk, by_hand, strays, sweep
from tests.integration.test_refunds import paid
from tests.integration.till import Till, on_sqlite

GROWING = [timedelta(seconds=seconds) for seconds in (5, 10, 20, 40, 80)]


def silence(till: Till, monkeypatch: pytest.MonkeyPatch, *doors: str) -> list[datetime]:
    """The processor stays silent when it is asked so; the instants at which it was."""
    asked: list[datetime] = []

    def silent(*_: Any, **__: Any) -> Any:
        asked.append(till.world.clock.now())
        raise GatewayUnavailableError("APIConnectionError")

    for door in doors:
        monkeypatch.setattr(type(till.desk().gateway), door, silent)
    return asked


def looks(till: Till) -> list[int]:
    """What the worker says that it ended, at a look each second."""
    ended = []
    for _ in range(160):
        ended.append(ordering.carry_out_orders(till.world.house, till.world.practice_id))
        till.world.later(seconds=1)
    return ended


@on_sqlite
def test_a_refund_that_is_sent_and_not_answered_is_asked_about_ever_more_rarely(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    desk = RefundDesk.of(till)
    order = desk.ask(account, 1000)
    asked = silence(till, monkeypatch, "refund", "find_refund")
    assert set(looks(till)) == {0}, "nothing came of it at any look"
    assert desk.order(order).status == "sent"
    assert [later - before for before, later in itertools.pairwise(asked)] == GROWING


@on_sqlite
def test_a_payment_that_is_assigned_waits_longer_while_the_processor_is_silent(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = till.world.account()
    by_hand(till)
    sweep(till)
    Clerk.of(till).ask(strays(till)[0], account)
    with monkeypatch.context() as patched:
        asked = silence(till, patched, "retrieve_charge")
        assert set(looks(till)) == {0}
    assert [later - before for before, later in itertools.pairwise(asked)] == GROWING
    till.later(minutes=10)
    assert ordering.carry_out_orders(till.world.house, account.practice_id) == 1
    assert len(till.payments(account)) == 1


@on_sqlite
def test_the_worker_rests_while_an_order_waits_and_goes_on_when_it_is_over(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    desk = RefundDesk.of(till)
    order = desk.ask(account, 1000)
    told: list[int] = []
    monkeypatch.setattr(refunding, "tell_refunds", lambda *_: told.append(1))
    worker = Worker(till.world.settings, till.world.clock)
    with monkeypatch.context() as patched:
        silence(till, patched, "refund", "find_refund")
        worker.look()  # the first one does everything in any case
        told.clear()
        for _ in range(3):
            till.world.later(minutes=20)
            worker.look()
        assert desk.order(order).tries == 4
        assert told == [], "nothing happened that anybody is to be told of"
    till.later(minutes=20)
    worker.look()
    assert (desk.order(order).status, told) == ("done", [1])
