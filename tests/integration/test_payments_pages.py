"""Going to the processor's page: one open attempt, one page, whatever is clicked."""

from collections.abc import Callable
from datetime import datetime

import pytest
from werkzeug.test import TestResponse

from shared.payments import MOST_OWN_PAGES, BeingPaidError, Choice, ChoiceError
from shared.payments.rules import CHECKOUT_LIFE, REUSE_LIFE
from shared.processor import Checkout, CheckoutOrder, Gateway
from tests.integration.till import ALL, Till, at_once, on_sqlite, until
from tests.security.portal_house import Browser


class KilledError(BaseException):
    """The process dies here: nothing catches it."""


class Fragile:
    """A door to the processor behind which our process dies, after the processor did the deed."""

    def __init__(self, gateway: Gateway, *, dies_on: str) -> None:
        self._gateway = gateway
        self._dies_on = dies_on
        self.livemode = gateway.livemode

    def _done(self, name: str, state: Checkout) -> Checkout:
        if name == self._dies_on:
            raise KilledError(name)
        return state

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        return self._done("create", self._gateway.create_checkout(order))

    def retrieve_checkout(self, session_id: str) -> Checkout:
        return self._done("retrieve", self._gateway.retrieve_checkout(session_id))

    def find_checkout(self, reference: str, **opened: datetime) -> Checkout | None:
        return self._gateway.find_checkout(reference, **opened)

    def expire_checkout(self, session_id: str) -> Checkout:
        return self._done("expire", self._gateway.expire_checkout(session_id))

    read_webhook = None


def open_pages(till: Till) -> list[str]:
    return [s["id"] for s in till.sessions() if s["status"] == "open"]


@on_sqlite
def test_a_click_leads_to_a_page_with_the_sum_and_nothing_of_the_person(till: Till) -> None:
    account = till.world.account(owes=(4250, 1000))
    answer = till.patient(account).post("/pay", {"choice": "all"})
    assert answer.status_code == 303
    [page] = till.sessions()
    assert answer.location == page["url"]
    assert (page["amount_total"], page["currency"]) == (5250, "eur")
    attempt = till.attempt(account)
    assert page["client_reference_id"] == attempt.id.hex
    assert attempt.status == "redirected"
    assert attempt.processor_session == page["id"]
    told = str(page)
    assert not any(word in told for word in ("Ferhat", "Nadia", "F-0001", account.number))
    till.check()


@on_sqlite
def test_clicking_again_finds_the_same_page(till: Till) -> None:
    account = till.world.account()
    assert till.begin(account) == till.begin(account) == till.begin(account)
    assert len(till.sessions()) == 1
    assert till.attempt(account).status == "redirected"
    till.check()


def test_a_kill_after_the_page_was_opened_loses_nothing(till: Till) -> None:
    account = till.world.account()
    gateway = Fragile(till.desk().gateway, dies_on="create")
    with pytest.raises(KilledError):
        till.begin(account, gateway=gateway)
    attempt = till.attempt(account)
    assert attempt.status == "created"
    assert attempt.idempotency_key
    [page] = till.sessions()
    assert till.begin(account) == page["url"]
    assert len(till.sessions()) == 1
    till.press(page["url"])
    till.tell_all()
    till.work()
    assert list(till.charged().values()) == [4250]
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_the_attempt_is_committed_before_the_processor_is_asked(till: Till) -> None:
    account = till.world.account()
    seen = []

    class Watching(Fragile):
        def create_checkout(self, order: CheckoutOrder) -> Checkout:
            attempt = till.attempt(account)
            seen.append((attempt.status, attempt.idempotency_key == order.idempotency_key))
            return super().create_checkout(order)

    till.begin(account, gateway=Watching(till.desk().gateway, dies_on=""))
    assert seen == [("created", True)]
    till.check()


@on_sqlite
def test_the_sweep_picks_up_what_a_killed_portal_left(till: Till) -> None:
    account = till.world.account()
    with pytest.raises(KilledError):
        till.begin(account, gateway=Fragile(till.desk().gateway, dies_on="create"))
    till.later(minutes=1)
    till.work()
    [page] = till.sessions()
    assert till.attempt(account).processor_session == page["id"]
    assert till.begin(account) == page["url"]
    till.check()


def test_a_kill_while_an_earlier_page_is_closed_loses_nothing(till: Till) -> None:
    account = till.world.account()
    till.begin(account)
    with pytest.raises(KilledError):
        till.begin(
            account,
            Choice("other", amount=2000),
            gateway=Fragile(till.desk().gateway, dies_on="expire"),
        )
    page = till.begin(account, Choice("other", amount=2000))
    till.press(page)
    till.tell_all()
    till.work()
    assert [a.status for a in till.attempts(account)] == ["expired", "succeeded"]
    assert till.owed(account) == 2250
    till.check()


def test_double_click_opens_one_page(till: Till) -> None:
    account = till.world.account()
    browsers = [till.patient(account)]
    browsers += [till.second_tab(browsers[0]) for _ in range(3)]

    def click(browser: Browser) -> Callable[[], TestResponse]:
        browser.post("/pay", {"choice": ""})  # the form's token is here before the click
        return lambda: browser.post("/pay", {"choice": "all"})

    answers = at_once(*(click(b) for b in browsers))
    [page] = till.sessions()
    assert {a.status_code for a in answers} <= {303, 503}
    assert {a.location for a in answers if a.status_code == 303} == {page["url"]}
    assert till.attempt(account).status == "redirected"
    till.check()


def test_two_tabs_with_different_sums_leave_one_open_page(till: Till) -> None:
    account = till.world.account(owes=(4250, 1000, 9900))
    first = till.patient(account)
    second = till.second_tab(first)
    second.post("/pay", {"choice": ""})
    answers = at_once(
        lambda: first.post("/pay", {"choice": "all"}),
        lambda: second.post("/pay", {"choice": "other", "amount": "20"}),
    )
    assert {a.status_code for a in answers} <= {303, 503}
    assert len(open_pages(till)) == 1
    attempts = till.attempts(account)
    assert [a.status for a in attempts].count("redirected") == 1
    assert {a.processor_session for a in attempts if a.status == "redirected"} == set(
        open_pages(till)
    )
    for page in till.sessions():
        if page["status"] == "open":
            till.press(page["url"])
    till.tell_all()
    till.work()
    assert len(till.charged()) == 1
    till.check()


def test_another_sum_closes_the_earlier_page_first(till: Till) -> None:
    account = till.world.account(owes=(4250, 1000))
    earlier = till.begin(account)
    later = till.begin(account, Choice("other", amount=2000))
    assert later != earlier
    assert [s["status"] for s in till.sessions()] == ["expired", "open"]
    assert [a.status for a in till.attempts(account)] == ["expired", "redirected"]
    assert "/payment/" not in till.press(earlier)
    assert till.charged() == {}
    till.press(later)
    till.work()
    assert list(till.charged().values()) == [2000]
    till.check(settled=False)


@on_sqlite
def test_another_language_opens_another_page(till: Till) -> None:
    account = till.world.account()
    till.begin(account)
    page = till.begin(account, language="en")
    assert [(s["status"], s["locale"]) for s in till.sessions()] == [
        ("expired", "fr"),
        ("open", "en"),
    ]
    assert till.sessions()[1]["url"] == page
    till.check()


def test_an_earlier_page_that_was_paid_is_told_and_nothing_is_doubled(till: Till) -> None:
    account = till.world.account(owes=(4250, 1000))
    browser = till.patient(account)
    till.press(till.begin(account))
    answer = browser.post("/pay", {"choice": "other", "amount": "20"})
    attempt = till.attempt(account)
    assert (answer.status_code, answer.location) == (303, f"/payment/{attempt.id}")
    assert (attempt.status, till.owed(account)) == ("redirected", 5250)  # the portal books nothing
    till.work()
    told = browser.get(answer.location)
    [payment] = till.payments(account)
    assert told.location == f"/receipt/{payment.id}?fresh=1"
    assert "52,50" in browser.get(told.location).text
    assert len(till.sessions()) == 1
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_the_same_sum_on_a_page_that_was_paid_is_told_too(till: Till) -> None:
    account = till.world.account()
    till.press(till.begin(account))
    with pytest.raises(BeingPaidError) as told:
        till.begin(account)
    assert told.value.attempt_id == till.attempt(account).id
    till.work()
    with pytest.raises(ChoiceError, match="nothing_left"):
        till.begin(account)
    assert len(till.charged()) == 1
    till.check()


@on_sqlite
def test_a_page_that_expired_gives_way_to_a_fresh_one(till: Till) -> None:
    account = till.world.account()
    old = till.begin(account)
    till.processor.control("expire", session=till.sessions()[0]["id"])
    fresh = till.begin(account)
    assert fresh != old
    assert [a.status for a in till.attempts(account)] == ["expired", "redirected"]
    till.press(fresh)
    till.work()
    till.tell_all()
    till.work()
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_a_page_near_its_end_is_not_given_again(till: Till) -> None:
    account = till.world.account()
    old = till.begin(account)
    till.later(minutes=int(REUSE_LIFE.total_seconds()) // 60)
    assert till.begin(account) != old
    assert [s["status"] for s in till.sessions()] == ["expired", "open"]
    till.check()


@on_sqlite
def test_an_attempt_that_never_reached_the_processor_is_closed_when_its_key_is_old(
    till: Till,
) -> None:
    account = till.world.account()

    class Deaf(Fragile):
        def create_checkout(self, order: CheckoutOrder) -> Checkout:
            raise KilledError(order.reference)

    with pytest.raises(KilledError):
        till.begin(account, gateway=Deaf(till.desk().gateway, dies_on=""))
    till.later(minutes=int(CHECKOUT_LIFE.total_seconds()) // 60)
    till.begin(account)
    assert [a.status for a in till.attempts(account)] == ["expired", "redirected"]
    assert len(till.sessions()) == 1
    till.check()


@on_sqlite
def test_expiry_is_noticed_by_the_sweep_alone(till: Till) -> None:
    account = till.world.account()
    till.begin(account, ALL)
    till.later(hours=2)
    until(lambda: not open_pages(till))
    till.work()
    assert till.attempt(account).status == "expired"
    till.check()


@on_sqlite
def test_one_sum_after_the_other_opens_ten_pages_an_hour_and_says_when_to_try_again(
    till: Till,
) -> None:
    account = till.world.account()
    browser = till.patient(account)
    for number in range(MOST_OWN_PAGES):
        answer = browser.post("/pay", {"choice": "other", "amount": "12" if number % 2 else "10"})
        assert answer.location == till.sessions()[-1]["url"]
        till.later(seconds=10)
    same = browser.post("/pay", {"choice": "other", "amount": "12"})
    assert same.status_code == 303, "the page that is open is still found"
    answer = browser.post("/pay", {"choice": "other", "amount": "10"})
    assert answer.status_code == 422
    sentence = "La page de paiement a été ouverte beaucoup de fois. Rien n’a été pris."
    assert f"{sentence} Réessayez à 11\u00a0h\u00a040." in answer.text
    assert len(till.sessions()) == MOST_OWN_PAGES
    other = till.world.account()
    assert till.patient(other).post("/pay", {"choice": "all"}).status_code == 303
    till.later(hours=1)
    again = till.patient(account).post("/pay", {"choice": "other", "amount": "10"})
    assert again.location == till.sessions()[-1]["url"]
    till.check()
