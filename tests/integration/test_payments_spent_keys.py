"""The processor fails and keeps that failure under our key: the patient pays all the same, and once."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import stripe
from werkzeug.test import TestResponse

from shared.accounts import Account
from shared.processor import Checkout, CheckoutOrder
from tests.integration.doors import Door
from tests.integration.till import Till, at_once
from tests.servers.sandbox import Sandbox
from tests.servers.wire import KEPT, KEPT_AFTER, Wire

TRIES = 3  # the SDK's first and its two more


@pytest.fixture(autouse=True)
def hurried_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK waits between tries only for want of somebody who watches."""
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0.01)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0.02)


@pytest.fixture
def till(sqlite_url: str, processor: Sandbox, wire: Wire) -> Iterator[Till]:
    opened = Till.open(sqlite_url, processor, address=wire.url)
    yield opened
    opened.close()


def statuses(till: Till, account: Account) -> list[str]:
    return [attempt.status for attempt in till.attempts(account)]


def pay_on(till: Till, account: Account, page: str | None) -> None:
    """The patient pays on this page; all is booked, once."""
    till.press(str(page))
    till.tell_all()
    till.work()
    assert till.owed(account) == 0
    assert list(till.charged().values()) == [4250]
    till.check()


def fail_once(till: Till, wire: Wire, fault: str) -> Account:
    """An account whose key is spent, and nothing is known of its page."""
    account = till.world.account()
    wire.faults.extend([fault, *["cut"] * TRIES])  # the list of pages is not to be had either
    answer = till.patient(account).post("/pay", {"choice": "all"})
    assert answer.status_code == 503
    assert statuses(till, account) == ["created"]
    assert not wire.faults
    return account


def test_a_kept_failure_before_the_deed_leads_to_a_fresh_key(till: Till, wire: Wire) -> None:
    account = till.world.account()
    wire.break_for(1, KEPT)
    answer = till.patient(account).post("/pay", {"choice": "all"})
    [page] = till.sessions()
    assert (answer.status_code, answer.location) == (303, page["url"])
    old, new = till.attempts(account)
    assert (old.status, old.processor_session) == ("expired", None)
    assert (new.status, new.processor_session) == ("redirected", page["id"])
    assert wire.keys == [old.idempotency_key] * TRIES + [new.idempotency_key]
    pay_on(till, account, answer.location)


def test_a_page_that_was_opened_before_the_failure_is_found_and_used(
    till: Till, wire: Wire
) -> None:
    account = till.world.account()
    for _ in range(3):
        till.begin(till.world.account())  # other people's pages stand in the list too
    wire.break_for(1, KEPT_AFTER)
    answer = till.patient(account).post("/pay", {"choice": "all"})
    page = till.sessions()[-1]
    assert (answer.status_code, answer.location) == (303, page["url"])
    assert len(till.sessions()) == 4, "no second page"
    assert till.attempt(account).processor_session == page["id"]
    pay_on(till, account, answer.location)


@pytest.mark.parametrize(("fault", "attempts"), [(KEPT, 2), (KEPT_AFTER, 1)])
def test_who_was_sent_away_need_not_wait(till: Till, wire: Wire, fault: str, attempts: int) -> None:
    account = fail_once(till, wire, fault)
    answer = till.patient(account).post("/pay", {"choice": "all"})
    [page] = till.sessions()
    assert (answer.status_code, answer.location) == (303, page["url"])
    assert len(till.attempts(account)) == attempts
    pay_on(till, account, answer.location)


@pytest.mark.parametrize(("fault", "sums"), [(KEPT, [2000]), (KEPT_AFTER, [4250, 2000])])
def test_who_changes_their_mind_meanwhile_leaves_no_page_open(
    till: Till, wire: Wire, fault: str, sums: list[int]
) -> None:
    account = fail_once(till, wire, fault)
    answer = till.patient(account).post("/pay", {"choice": "other", "amount": "20"})
    pages = till.sessions()
    assert [page["amount_total"] for page in pages] == sums
    assert [page["url"] for page in pages if page["status"] == "open"] == [answer.location]
    assert statuses(till, account) == ["expired", "redirected"]
    till.check()


@pytest.mark.parametrize(("fault", "status"), [(KEPT, "expired"), (KEPT_AFTER, "redirected")])
def test_the_sweep_finds_out_by_itself(till: Till, wire: Wire, fault: str, status: str) -> None:
    account = fail_once(till, wire, fault)
    till.later(minutes=1)
    till.work()
    assert statuses(till, account) == [status]
    answer = till.patient(account).post("/pay", {"choice": "all"})
    assert [page["url"] for page in till.sessions()] == [answer.location]
    pay_on(till, account, answer.location)


@pytest.mark.parametrize("fault", [KEPT, KEPT_AFTER])
def test_two_tabs_that_meet_a_spent_key_share_one_page(till: Till, wire: Wire, fault: str) -> None:
    account = fail_once(till, wire, fault)
    first = till.patient(account)
    tabs = [first, till.second_tab(first)]
    for tab in tabs:
        tab.post("/pay", {"choice": ""})

    def click(place: int) -> Callable[[], TestResponse]:
        return lambda: tabs[place].post("/pay", {"choice": "all"})

    answers = at_once(click(0), click(1))
    [page] = till.sessions()
    assert [(a.status_code, a.location) for a in answers] == [(303, page["url"])] * 2
    pay_on(till, account, page["url"])


def test_a_processor_that_always_fails_is_told_kindly_and_not_asked_for_ever(
    till: Till, wire: Wire
) -> None:
    account = till.world.account()

    class Failing(set[str]):
        def __contains__(self, key: object) -> bool:
            return bool(key)

    wire.spent = Failing()
    answer = till.patient(account).post("/pay", {"choice": "all"})
    assert answer.status_code == 503
    assert len(set(wire.keys)) == len(till.attempts(account)) <= 4
    assert till.sessions() == []

    wire.spent = set()
    answer = till.patient(account).post("/pay", {"choice": "all"})
    pay_on(till, account, answer.location)


def test_money_on_a_page_that_the_list_did_not_show_yet_is_booked(till: Till, wire: Wire) -> None:
    class LateList(Door):
        def find_checkout(
            self, reference: str, *, opened_from: datetime, opened_until: datetime
        ) -> Checkout | None:
            late = super().find_checkout
            assert late(reference, opened_from=opened_from, opened_until=opened_until)
            return None

    account = till.world.account()
    wire.break_for(1, KEPT_AFTER)
    shown = till.begin(account, gateway=LateList(till.desk().gateway))
    lost, page = till.sessions()
    assert page["url"] == shown, "nobody was shown the lost page's address"
    assert statuses(till, account) == ["expired", "redirected"]
    till.press(lost["url"])
    till.tell_all()
    till.work()
    assert till.owed(account) == 0
    assert statuses(till, account) == ["succeeded", "redirected"]
    assert till.tasks(account) == []
    till.check()


def test_a_lost_page_that_ends_unpaid_changes_nothing(till: Till, wire: Wire) -> None:
    account = fail_once(till, wire, KEPT_AFTER)
    till.later(minutes=26)
    till.work()  # too old to be used, and found
    [lost] = till.sessions()
    till.processor.control("expire", session=lost["id"])
    till.tell_all()
    till.work()
    assert statuses(till, account) == ["expired"]
    assert {signal.status for signal in till.signals()} == {"handled"}
    till.check()


def test_a_page_that_comes_after_its_attempt_was_closed_is_shown_to_nobody(till: Till) -> None:
    class SlowOnce(Door):
        slow = True

        def create_checkout(self, order: CheckoutOrder) -> Checkout:
            if self.slow:
                self.slow = False
                till.later(minutes=26)
                till.work()  # finds no page, and closes the attempt
            return super().create_checkout(order)

    account = till.world.account()
    shown = till.begin(account, gateway=SlowOnce(till.desk().gateway))
    late, page = till.sessions()
    assert (late["status"], page["status"]) == ("expired", "open")
    assert page["url"] == shown
    assert statuses(till, account) == ["expired", "redirected"]
    pay_on(till, account, shown)
