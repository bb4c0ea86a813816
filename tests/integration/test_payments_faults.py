"""The processor does not answer, or answers nonsense: a kind sentence, and nothing lost or doubled."""

from collections.abc import Callable, Iterator
from html import unescape

import pytest
import stripe
from werkzeug.test import TestResponse

from shared.base.errors import ConfigurationError
from shared.processor import (
    GatewayRefusedError,
    GatewayUnavailableError,
    register_webhook,
    stripe_gateway,
)
from shared.processor.stripe_gateway import StripeGateway
from tests.integration.till import Till, at_once, on_sqlite
from tests.servers.process import free_port
from tests.servers.sandbox import Sandbox
from tests.servers.wire import DONE, FAULTS, HANG_SECONDS, Wire
from tests.world import World

TRIES = 3  # the SDK's first and its two more
LATER = "La page de paiement ne répond pas. Rien n’a été pris. Réessayez dans un moment."
REFUSED = "La page de paiement n’a pas pu s’ouvrir. Rien n’a été pris. Appelez-nous."


@pytest.fixture(autouse=True)
def hurried_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits as long as it does only for want of somebody who watches."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.02)
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", HANG_SECONDS / 4)


@pytest.fixture
def till(sqlite_url: str, processor: Sandbox, wire: Wire) -> Iterator[Till]:
    opened = Till.open(sqlite_url, processor, address=wire.url)
    yield opened
    opened.close()


def said(answer: TestResponse) -> str:
    return unescape(answer.text)


def test_one_fault_on_the_wire_is_not_even_noticed(till: Till, wire: Wire) -> None:
    for number, fault in enumerate(("cut", "cut_after", "500", "500_after", "hang_after"), 1):
        account = till.world.account()
        browser = till.patient(account)
        wire.keys.clear()
        wire.break_for(1, fault)
        answer = browser.post("/pay", {"choice": "all"})
        pages = till.sessions()
        assert (answer.status_code, answer.location) == (303, pages[-1]["url"]), fault
        assert len(pages) == number
        assert wire.keys == [till.attempt(account).idempotency_key] * 2
    till.check()


def test_a_processor_that_is_gone_costs_a_kind_sentence_and_no_more(till: Till, wire: Wire) -> None:
    for number, fault in enumerate(FAULTS, 1):
        account = till.world.account()
        browser = till.patient(account)
        wire.keys.clear()
        wire.break_for(TRIES, fault)
        answer = browser.post("/pay", {"choice": "all"})
        assert answer.status_code == 503, fault
        assert LATER in said(answer)
        attempt = till.attempt(account)
        assert (attempt.status, attempt.processor_session) == ("created", None)
        assert len(till.sessions()) == (number if fault in DONE else number - 1)
        assert till.owed(account) == 4250

        wire.mend()
        again = browser.post("/pay", {"choice": "all"})
        pages = till.sessions()
        assert (again.status_code, again.location) == (303, pages[-1]["url"]), fault
        assert len(pages) == number
        assert set(wire.keys) == {attempt.idempotency_key}
        till.press(pages[-1]["url"])
        till.tell_all()
        till.work()
        assert till.owed(account) == 0
    assert list(till.charged().values()) == [4250] * len(FAULTS)
    till.check()


def test_a_processor_that_is_silent_while_settling_is_asked_again(till: Till, wire: Wire) -> None:
    for fault in FAULTS:
        account = till.world.account()
        till.pay(account)
        till.tell_all()
        wire.break_for(TRIES * 20, fault)
        till.work()
        assert till.payments(account) == [], fault
        assert "stored" in {s.status for s in till.signals()}
        till.check(settled=False)

        wire.mend()
        till.work()
        assert {s.status for s in till.signals()} == {"handled"}
        assert till.owed(account) == 0
        till.check()


def test_silence_while_an_earlier_page_is_closed_doubles_nothing(till: Till, wire: Wire) -> None:
    for fault in ("cut", "cut_after", "500_after"):
        account = till.world.account()
        browser = till.patient(account)
        browser.post("/pay", {"choice": "all"})
        wire.faults.extend(
            ["", *[fault] * TRIES]
        )  # reading the page goes well, closing it does not
        answer = browser.post("/pay", {"choice": "other", "amount": "20"})
        assert answer.status_code == 503, fault
        assert len(till.attempts(account)) == 1

        wire.mend()
        answer = browser.post("/pay", {"choice": "other", "amount": "20"})
        assert [(s["status"], s["amount_total"]) for s in till.sessions()[-2:]] == [
            ("expired", 4250),
            ("open", 2000),
        ]
        till.press(answer.location)
        till.tell_all()
        till.work()
        assert till.owed(account) == 2250
    assert list(till.charged().values()) == [2000] * 3
    till.check()


def test_the_sweep_goes_on_to_others_when_one_page_does_not_answer(till: Till, wire: Wire) -> None:
    accounts = [till.world.account() for _ in range(3)]
    for account in accounts:
        till.pay(account)
    till.later(minutes=1)
    wire.break_for(TRIES, "500")
    till.work()
    assert sorted(till.owed(a) for a in accounts) == [0, 0, 4250]
    till.later(minutes=1)  # it is asked again after a growing wait
    till.work()
    assert [till.owed(a) for a in accounts] == [0, 0, 0]
    till.check()


def test_no_processor_at_all(sqlite_url: str, processor: Sandbox) -> None:
    till = Till.open(sqlite_url, processor, address=f"http://127.0.0.1:{free_port()}")
    account = till.world.account()
    answer = till.patient(account).post("/pay", {"choice": "all"})
    assert answer.status_code == 503
    assert LATER in said(answer)
    assert till.attempt(account).status == "created"
    till.work()
    till.check()
    till.close()


def test_a_key_that_the_processor_refuses_is_told_as_our_fault(till: Till) -> None:
    till.set_key(till.world.practice_id, "sk_test_no", till.secret)
    account = till.world.account()
    answer = till.patient(account).post("/pay", {"choice": "all"})
    assert answer.status_code == 502
    assert REFUSED in said(answer)
    assert "sk_test" not in answer.text
    till.check()


def test_a_slow_processor_and_an_impatient_patient_make_one_page(
    sqlite_url: str, processor: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second click meets its key in use (409), waits, and gets the first one's page."""
    monkeypatch.setattr(stripe_gateway, "TIMEOUT_SECONDS", 10)
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.4)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.5)
    till = Till.open(sqlite_url, processor)
    account = till.world.account()
    first = till.patient(account)
    tabs = [first, till.second_tab(first)]
    for tab in tabs:
        tab.post("/pay", {"choice": ""})

    def click(place: int) -> Callable[[], TestResponse]:
        return lambda: tabs[place].post("/pay", {"choice": "all"})

    processor.control("delay", seconds=0.3)
    try:
        answers = at_once(click(0), click(1))
    finally:
        processor.control("delay", seconds=0)
    [page] = till.sessions()
    assert [(a.status_code, a.location) for a in answers] == [(303, page["url"])] * 2
    till.check()
    till.close()


def test_a_live_key_never_goes_to_another_address() -> None:
    for key in ("sk_live_abcdefgh", "rk_live_abcdefgh", "anything"):
        with pytest.raises(ConfigurationError):
            StripeGateway(key, [], "http://127.0.0.1:8002")
        assert StripeGateway(key, []).livemode
    assert not StripeGateway("rk_test_abcdefgh", [], "http://127.0.0.1:8002").livemode


@pytest.mark.usefixtures("provoked")
def test_registering_a_webhook_says_what_went_wrong(processor: Sandbox) -> None:
    with pytest.raises(GatewayRefusedError, match="sandbox delivers"):
        register_webhook(
            "sk_test_registering", base_address=processor.url, url="https://far.example/webhooks/1"
        )
    with pytest.raises(GatewayUnavailableError):
        register_webhook(
            "sk_test_registering",
            base_address=f"http://127.0.0.1:{free_port()}",
            url="http://127.0.0.1:1/webhooks/1",
        )


@on_sqlite
def test_the_settings_refuse_a_processor_elsewhere(database_url: str) -> None:
    settings = World(database_url).settings
    for address, demo in (("http://192.0.2.7:8002", True), ("http://127.0.0.1:8002", False)):
        with pytest.raises(ConfigurationError, match="ARDOISE_PROCESSOR_URL"):
            settings.model_copy(update={"processor_url": address, "demo": demo}).check()
