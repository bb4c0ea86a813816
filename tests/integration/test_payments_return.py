"""Back from the processor's page: a moment's wait, then what is known."""

import re
import threading
import time
from html import unescape
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import make_url

from portal.views import paying
from shared.base.database import WAKE_CHANNEL
from shared.reconciliation import settle_attempt
from tests.integration.till import NO_MONEY, Till, on_postgres, on_sqlite
from tests.world import SITE


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> float:
    """A wait that tests have time for."""
    monkeypatch.setattr(paying, "WAIT_SECONDS", 0.6)
    return 0.6


def test_five_seconds_are_what_is_promised() -> None:
    assert paying.WAIT_SECONDS == 5


@pytest.mark.slow
@on_sqlite
def test_the_wait_is_five_seconds_at_most(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    back = till.press(till.begin(account))
    began = time.monotonic()
    answer = browser.get(back)
    assert 4.8 <= time.monotonic() - began < 7
    assert "Nous vérifions votre paiement" in answer.text


def test_what_is_not_known_yet_is_said_and_looked_at_again(till: Till, short: float) -> None:
    account = till.world.account()
    browser = till.patient(account)
    back = till.press(till.begin(account))
    began = time.monotonic()
    answer = browser.get(back)
    assert time.monotonic() - began >= short
    assert answer.status_code == 200
    assert answer.headers["Refresh"] == "5"
    said = unescape(answer.text).replace("\u00a0", " ")
    assert "Nous vérifions votre paiement" in said
    assert "42,50 €" in said
    assert "Ne payez pas une seconde fois" in said
    assert till.attempt(account).returned_at == till.world.clock.now()
    till.work()
    assert browser.get(back).location.startswith("/receipt/")
    till.check()


def test_the_receipt_comes_the_moment_the_worker_has_booked(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paying, "WAIT_SECONDS", 30.0)
    account = till.world.account()
    browser = till.patient(account)
    back = till.press(till.begin(account))
    attempt_id = till.attempt(account).id
    worker = threading.Timer(0.5, settle_attempt, [till.desk()], {"attempt_id": attempt_id})
    worker.start()
    began = time.monotonic()
    answer = browser.get(back)
    worker.join()
    assert time.monotonic() - began < 15
    [payment] = till.payments()
    assert answer.location == f"/receipt/{payment.id}?fresh=1"
    receipt = unescape(browser.get(answer.location).text)
    assert "Merci, c’est payé." in receipt
    assert "Il ne reste rien à payer." in receipt
    till.check()


@on_sqlite
@pytest.mark.usefixtures("short")
def test_the_first_return_is_noted_and_later_ones_change_nothing(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    back = till.press(till.begin(account))
    browser.get(back)
    first = till.attempt(account).returned_at
    till.later(minutes=2)
    browser.get(back)
    assert till.attempt(account).returned_at == first
    till.work()
    browser.get(back)
    assert till.attempt(account).returned_at == first
    till.check()


@on_sqlite
@pytest.mark.usefixtures("short")
def test_a_page_that_expired_is_told_with_a_way_to_go_on(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    till.begin(account)
    till.processor.control("expire", session=till.sessions()[0]["id"])
    settle_attempt(till.desk(), attempt_id=till.attempt(account).id)
    said = unescape(browser.get(f"/payment/{till.attempt(account).id}").text)
    assert "est restée ouverte trop longtemps. Rien n’a été pris." in said
    assert 'href="/pay"' in said
    assert 'href="/statement"' in said
    till.check()


@on_sqlite
def test_who_gave_up_on_the_card_page_is_told_that_nothing_was_taken(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    assert browser.post("/pay", {"choice": "all"}).status_code == 303
    way_back = str(till.sessions()[0]["cancel_url"]).removeprefix(SITE)
    assert "Rien n’a été débité." in unescape(browser.get(way_back).text)
    assert "débité" not in browser.get("/pay").text
    till.check()


@on_sqlite
def test_paying_from_an_invoices_page_has_that_invoice_chosen(till: Till) -> None:
    account = till.world.account(owes=(4000, 2000))
    browser = till.patient(account)
    wanted = till.invoice_id(account, 1)
    page = browser.get(f"/invoice/{wanted}").text
    [door] = re.findall(r'class="door" href="([^"]+)"', page)
    chosen = re.findall(r'name="(\w+)" value="([^"]+)" checked', browser.get(door).text)
    assert chosen == [("choice", "some"), ("invoice", str(wanted))]
    for other in ("", "x", str(uuid4())):
        chosen = re.findall(r'value="([^"]+)" checked', browser.get(f"/pay?invoice={other}").text)
        assert chosen == ["all"], other
    alone = till.world.account(owes=(4000,))
    only = till.patient(alone).get(f"/pay?invoice={till.invoice_id(alone, 0)}").text
    assert re.findall(r'value="([^"]+)" checked', only) == ["all"]


@on_sqlite
def test_after_a_refusal_the_page_stays_open_and_the_statement_owes_as_before(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    page = till.begin(account)
    till.press(page, NO_MONEY)
    till.tell_all()
    till.work()
    assert browser.get("/pay").status_code == 200
    assert browser.post("/pay", {"choice": "all"}).location == page
    assert "42,50" in browser.get("/statement").text
    till.check()


@on_postgres
@pytest.mark.usefixtures("short")
def test_webhook_and_return_wake_the_worker(till: Till) -> None:
    url = make_url(till.world.settings.database_url).set(drivername="postgresql")
    account = till.world.account()
    browser = till.patient(account)
    back = till.press(till.begin(account))
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as worker:
        worker.execute(f"LISTEN {WAKE_CHANNEL}")
        browser.get(back)
        assert len(list(worker.notifies(timeout=5, stop_after=1))) == 1
        till.tell(till.events()[0])
        assert len(list(worker.notifies(timeout=5, stop_after=1))) == 1
        till.tell(till.events()[0])
        assert list(worker.notifies(timeout=0.3, stop_after=1)) == []


@on_sqlite
def test_without_a_visit_the_return_page_shows_nothing(till: Till) -> None:
    account = till.world.account()
    till.begin(account)
    answer = till.app.test_client().get(f"/payment/{till.attempt(account).id}")
    assert answer.status_code == 401
    assert "42,50" not in answer.text
    assert till.attempt(account).returned_at is None


@on_sqlite
def test_a_few_may_wait_so_that_the_others_are_served(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paying, "WAIT_SECONDS", 30.0)
    account = till.world.account()
    browser = till.patient(account)
    till.begin(account)
    chairs = till.app.extensions["portal"].chairs
    while chairs.acquire(blocking=False):
        pass
    began = time.monotonic()
    answer = browser.get(f"/payment/{till.attempt(account).id}")
    assert answer.headers["Refresh"] == "5"
    assert time.monotonic() - began < 10
