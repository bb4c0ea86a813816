"""What the processor says becomes one payment and one receipt: whoever asks, how often, in what order."""

from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import select

from ardoise import jobs, settling
from ardoise.office import House
from shared.ladder import LadderCycle
from shared.ledger import CREDIT, JournalLine
from shared.payments import Choice
from shared.processor import Checkout, GatewayUnavailableError
from shared.reconciliation import settle_attempt
from tests.integration.doors import change_doors
from tests.integration.till import NO_MONEY, REFUSED, Till, at_once, on_postgres, on_sqlite
from tests.servers.sandbox import Sandbox

ASKS_THE_BANK = "4000002760003184"


def test_webhook_first_then_return(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    back = till.press(till.begin(account))
    till.tell_all()
    till.work()
    [payment] = till.payments()
    assert browser.get(back).location == f"/receipt/{payment.id}?fresh=1"
    till.check()


def test_return_first_then_webhook(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.views.paying.WAIT_SECONDS", 0.0)
    account = till.world.account()
    browser = till.patient(account)
    back = till.press(till.begin(account))
    assert "Nous vérifions votre paiement" in browser.get(back).text
    till.work()  # the return alone makes the worker ask
    [payment] = till.payments()
    till.tell_all()
    till.work()
    assert [p.id for p in till.payments()] == [payment.id]
    assert browser.get(back).location == f"/receipt/{payment.id}?fresh=1"
    till.check()


def test_without_webhook_and_return_the_sweep_finds_it(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    till.work()
    assert till.payments() == []
    till.later(minutes=1)
    till.work()
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_a_declined_card_then_another_on_the_same_page(till: Till) -> None:
    account = till.world.account()
    page = till.begin(account)
    for card, reason in ((REFUSED, "generic_decline"), (NO_MONEY, "insufficient_funds")):
        assert "/payment/" not in till.press(page, card)
        till.tell_all()
        till.work()
        attempt = till.attempt(account)
        assert (attempt.status, attempt.failure) == ("redirected", reason)
        assert till.begin(account) == page
    till.press(page)
    till.tell_all()
    till.work()
    attempt = till.attempt(account)
    assert (attempt.status, attempt.failure) == ("succeeded", None)
    assert len(till.sessions()) == len(till.charged()) == 1
    till.check()


@on_sqlite
def test_the_bank_asks_says_no_then_yes(till: Till) -> None:
    account = till.world.account()
    page = till.begin(account)
    path = page.removeprefix(till.processor.url)
    for answer in ("refuse", "confirm"):
        till.press(page, ASKS_THE_BANK)
        till.processor.call("POST", f"{path}/authentication", form={"answer": answer})
        till.tell_all()
        till.work()
        if answer == "refuse":
            assert till.attempt(account).failure == "payment_intent_authentication_failure"
            assert till.payments() == []
    assert till.owed(account) == 0
    till.check()


def test_settling_again_and_again_books_once(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    attempt = till.attempt(account)
    first = settle_attempt(till.desk(), attempt_id=attempt.id)
    assert first is not None
    assert first.number == "R-2026-00001"
    for _ in range(4):
        assert settle_attempt(till.desk(), attempt_id=attempt.id) is None
        till.work()
    assert len(till.payments()) == 1
    till.check()


@on_postgres
def test_two_workers_at_once_make_one_payment_and_one_receipt(till: Till) -> None:
    world = till.world
    second = House.of(world.settings, world.clock)
    accounts = [world.account() for _ in range(5)]
    for account in accounts:
        till.pay(account)
        [attempt] = till.attempts(account)
        settle = partial(settling.settle_one, practice_id=world.practice_id, attempt_id=attempt.id)
        answered = at_once(*(partial(settle, house) for house in (world.house, second) * 3))
        assert answered == [True] * 6
    assert [len(till.payments(a)) for a in accounts] == [1] * 5
    till.check()
    second.database.dispose()


@on_postgres
def test_two_workers_on_the_same_webhooks_handle_each_once(till: Till) -> None:
    world = till.world
    second = House.of(world.settings, world.clock)
    accounts = [world.account() for _ in range(4)]
    for account in accounts:
        till.pay(account)
    till.tell_all()
    heed = partial(settling.heed_signals, practice_id=world.practice_id)
    at_once(*(partial(heed, house) for house in (world.house, second)))
    assert {s.status for s in till.signals()} == {"handled"}
    assert [till.owed(a) for a in accounts] == [0] * 4
    till.check()
    second.database.dispose()


def test_receipt_numbers_have_no_gap_under_twenty_at_once(till: Till) -> None:
    accounts = [till.world.account() for _ in range(20)]
    for account in accounts:
        till.pay(account)
    ids = [till.attempts(a)[0].id for a in accounts]
    desk = till.desk()
    at_once(*(partial(settle_attempt, desk, attempt_id=i) for i in ids))
    numbers = [p.number for p in till.payments()]
    assert numbers == [f"R-2026-{n:05d}" for n in range(1, 21)]
    till.check()


def test_a_failed_booking_leaves_no_gap(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = till.world.account(), till.world.account()
    till.pay(first)
    till.pay(second)

    def dies(*_: object, **__: object) -> None:
        raise RuntimeError("killed while booking")

    with monkeypatch.context() as broken:
        broken.setattr("shared.payments.receiving.PaymentShare", dies)
        with pytest.raises(RuntimeError):
            settle_attempt(till.desk(), attempt_id=till.attempt(first).id)
    till.check(settled=False)
    for account in (second, first):
        settle_attempt(till.desk(), attempt_id=till.attempt(account).id)
    assert [p.account_id for p in till.payments()] == [second.id, first.id]
    till.check()


def test_a_new_year_begins_where_the_practice_is(sqlite_url: str, processor: Sandbox) -> None:
    till = Till.open(sqlite_url, processor, at=datetime(2026, 12, 31, 22, 30, tzinfo=UTC))
    for minutes in (0, 60, 5):
        till.later(minutes=minutes)
        till.pay(till.world.account())
        till.tell_all()
        till.work()
    assert [(p.number, str(p.booked_on)) for p in till.payments()] == [
        ("R-2026-00001", "2026-12-31"),
        ("R-2027-00001", "2027-01-01"),
        ("R-2027-00002", "2027-01-01"),
    ]
    till.check()
    till.close()


def test_what_was_paid_twice_is_kept_as_credit_with_a_task(till: Till) -> None:
    account = till.world.account()
    page = till.begin(account)
    till.paid_elsewhere(account, 4250)
    till.press(page)
    till.tell_all()
    till.work()
    [payment] = till.payments()
    assert (payment.amount_cents, payment.credit_cents, payment.left_cents) == (4250, 4250, 0)
    assert till.owed(account) == 0
    assert till.tasks(account) == ["overpaid"]
    with till.world.database.reading(till.world.practice_id) as session:
        credit = session.scalars(
            select(JournalLine.amount_cents).where(JournalLine.ledger_account == CREDIT)
        ).all()
    assert credit == [-4250]
    receipt = till.patient(account).get(f"/receipt/{payment.id}").text
    assert "Payé de trop" in receipt
    till.check()


def test_what_is_too_much_for_one_invoice_settles_the_next(till: Till) -> None:
    account = till.world.account(owes=(4000, 3000))
    page = till.begin(account, Choice("some", frozenset({till.invoice_id(account, 0)})))
    till.paid_elsewhere(account, 2500)
    till.press(page)
    till.tell_all()
    till.work()
    assert [i.open_cents for i in till.world.invoices(account)] == [0, 500]
    assert till.payments()[0].credit_cents == 0
    assert till.tasks() == []
    till.check()


def test_one_silence_does_not_hold_up_the_others(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [till.world.account() for _ in range(3)]
    for account in accounts:
        till.pay(account)
    till.tell_all()
    silent = till.attempt(accounts[0]).id.hex

    def fall_silent(state: Checkout) -> Checkout:
        if state.reference == silent:
            raise GatewayUnavailableError("timeout")
        return state

    with monkeypatch.context() as patched:
        change_doors(patched, till, fall_silent)
        till.work()
        assert [till.owed(a) for a in accounts] == [4250, 0, 0]
        assert [s.status for s in till.signals()].count("stored") == 3
    till.work()
    assert [till.owed(a) for a in accounts] == [0, 0, 0]
    till.check()


def test_the_ladder_ends_with_the_payment(till: Till) -> None:
    account, other = till.world.account(), till.world.account()
    till.world.night()
    till.pay(account)
    till.tell_all()
    till.work()
    with till.world.database.reading(till.world.practice_id) as session:
        cycles = {c.account_id: c.status for c in session.scalars(select(LadderCycle))}
    assert cycles == {account.id: "closed", other.id: "open"}
    jobs.send_reminders(till.world.house, till.world.office, till.world.practice_id)
    assert len(till.world.sms.sent) == 1
    till.check()


def test_no_reminder_goes_out_once_it_is_paid_even_if_it_was_planned(till: Till) -> None:
    account = till.world.account()
    till.world.night()
    till.pay(account)
    settle_attempt(till.desk(), attempt_id=till.attempt(account).id)
    jobs.send_reminders(till.world.house, till.world.office, till.world.practice_id)
    assert till.world.sms.sent == []
    till.check()
