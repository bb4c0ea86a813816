"""A processor that answers nonsense or refuses us: others are settled, and a person is told."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from ardoise import settling
from shared.base.errors import ConfigurationError
from shared.processor import (
    Checkout,
    GatewayRefusedError,
    GatewayUnavailableError,
    register_webhook,
)
from shared.processor.stripe_gateway import StripeGateway
from tests.integration.doors import change_doors
from tests.integration.till import Till, on_sqlite

NONSENSE: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no payment_intent": lambda body: {k: v for k, v in body.items() if k != "payment_intent"},
    "no object": lambda _: [],
    "a time beyond time": lambda body: body | {"payment_intent": intent(10**15)},
    "a sum in words": lambda body: {k: v for k, v in body.items() if k != "amount_total"},
}


def intent(created: int) -> dict[str, Any]:
    charge = {
        **{"status": "succeeded", "created": created},
        "payment_method_details": {"type": "card", "card": {}},
    }
    return {"id": "pi_1", "latest_charge": charge}


class Answer:
    """What the SDK hands on."""

    def __init__(self, body: Any) -> None:
        self.body = body

    def to_dict(self) -> Any:
        return self.body


@pytest.mark.parametrize("kind", NONSENSE)
def test_an_answer_that_cannot_be_read_is_no_answer(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = {
        **{"id": "cs_1", "status": "complete", "payment_status": "paid", "currency": "eur"},
        **{"amount_total": 4250, "livemode": False, "payment_intent": intent(1_790_000_000)},
    }
    gateway = StripeGateway("sk_test_x", ["whsec_x"])
    sessions = type(gateway._client.v1.checkout.sessions)
    monkeypatch.setattr(sessions, "retrieve", lambda *_, **__: Answer(good))
    assert gateway.retrieve_checkout("cs_1").paid
    monkeypatch.setattr(sessions, "retrieve", lambda *_, **__: Answer(NONSENSE[kind](good)))
    with pytest.raises(GatewayUnavailableError, match="unreadable"):
        gateway.retrieve_checkout("cs_1")


@on_sqlite
def test_whatever_goes_wrong_with_one_attempt_the_others_are_settled(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [till.world.account() for _ in range(3)]
    for account in accounts:
        till.pay(account)
    broken = till.attempt(accounts[0]).id.hex
    till.later(minutes=1)

    def fail(state: Checkout) -> Checkout:
        if state.reference == broken:
            raise RuntimeError("Nadia Ferhat")
        return state

    with monkeypatch.context() as patched:
        change_doors(patched, till, fail)
        settling.sweep_attempts(till.world.house, till.world.practice_id)
    assert [till.owed(a) for a in accounts] == [4250, 0, 0]
    till.later(hours=1)
    settling.sweep_attempts(till.world.house, till.world.practice_id)
    assert till.owed(accounts[0]) == 0
    till.check()


@on_sqlite
@pytest.mark.parametrize("error", [GatewayRefusedError, GatewayUnavailableError])
def test_in_vain_it_is_asked_less_and_less(
    till: Till, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    account = till.world.account()
    till.pay(account)
    till.tell_all()
    asked: list[str] = []

    def refuse(state: Checkout) -> Checkout:
        asked.append(state.session_id)
        raise error("AuthenticationError")

    with monkeypatch.context() as patched:
        change_doors(patched, till, refuse)
        for _ in range(60):
            till.later(minutes=1)
            till.work()
    assert 3 <= len(asked) <= 10
    told = "processor_refused" in till.tasks()
    assert told is (error is GatewayRefusedError)
    till.later(hours=1)
    till.work()
    assert till.owed(account) == 0
    assert "processor_refused" not in till.tasks()
    till.check()


def test_a_live_key_never_leaves_for_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe.RequestsClient, "request", lambda *_, **__: pytest.fail("it left"))
    with pytest.raises(ConfigurationError, match="live"):
        register_webhook("sk_live_x", base_address="http://127.0.0.1:9", url="https://x.example")
