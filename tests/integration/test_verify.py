"""The processor's list is held against our journal: each difference is named, and booked where it can be."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import Result
from sqlalchemy import update
from sqlalchemy.event import listen, remove
from sqlalchemy.orm import Session

from ardoise import hearing, settling, verifying
from ardoise.patience import Patience
from ardoise.verifying import Verified, verify
from ardoise.worker import Worker
from shared.payments import Payment, WebhookEvent
from shared.processor import Charged, GatewayUnavailableError, register_webhook
from tests.command_line import run
from tests.integration.stray_till import by_hand, check_to_the_cent, strays, sweep
from tests.integration.till import Till, at_once, on_postgres, on_sqlite
from tests.servers.process import free_port

DAYS = ("--from", "2026-11-23", "--to", "2026-11-24")


def ardoise(till: Till, *words: str) -> Result:
    """`ardoise payments verify` with the till's own settings."""
    return run(till.world.settings, "payments", "verify", *words)


def held(till: Till) -> Verified:
    now = till.world.clock.now()
    return verify(
        till.world.house,
        till.world.practice_id,
        since=now - timedelta(days=3),
        until=now + timedelta(hours=1),
    )


def kinds(verified: Verified) -> list[tuple[str, bool]]:
    return sorted((f.difference.kind, f.booked) for f in verified.findings)


def settled(till: Till) -> str:
    """Somebody paid, all is booked: the intent."""
    account = till.world.account()
    till.pay(account)
    till.tell_all()
    till.work()
    return till.payments(account)[0].processor_ref


def silent(*_: Any, **__: Any) -> Any:
    raise GatewayUnavailableError("APIConnectionError")


def test_nothing_differs(till: Till) -> None:
    settled(till)
    told = ardoise(till, *DAYS)
    assert (told.exit_code, told.output) == (
        0,
        "1 payment(s) at the processor from 2026-11-23 to 2026-11-24.\nNothing differs.\n",
    )


def test_what_no_webhook_told_is_booked_and_named(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    intent = next(iter(till.charged()))
    told = ardoise(till, *DAYS)
    assert told.exit_code == 0
    assert (
        f"42.50, payment {intent}: taken for an attempt of ours, and not booked here" in told.output
    )
    assert "  booked now  2026-11-24 09:40 UTC" in told.output
    assert till.owed(account) == 0
    assert ardoise(till, *DAYS).output.endswith("Nothing differs.\n")
    check_to_the_cent(till)


def test_money_of_nobody_known_is_booked_and_named(till: Till) -> None:
    intent = by_hand(till, 3000)
    told = ardoise(till, *DAYS)
    assert told.exit_code == 0
    assert f"30.00, payment {intent}: asked for by no attempt of ours" in told.output
    assert [s.processor_ref for s in strays(till)] == [intent]
    assert kinds(held(till)) == []
    check_to_the_cent(till)


def test_a_refund_that_was_not_known_is_booked_and_named(till: Till) -> None:
    settled(till)
    [payment] = till.payments()
    refund = till.processor.control("refund", payment_intent=payment.processor_ref, amount=700)
    told = ardoise(till, *DAYS)
    assert told.exit_code == 0
    assert (
        f"7.00, refund {refund['refund']} of payment {payment.processor_ref}: given back"
        in told.output
    )
    assert kinds(held(till)) == []
    check_to_the_cent(till)


def test_a_refund_of_money_that_was_never_booked_brings_the_money_too(till: Till) -> None:
    """It was taken before the days that are looked at."""
    intent = by_hand(till, 3000)
    till.later(days=10)
    till.processor.control("refund", payment_intent=intent, amount=1000)
    assert kinds(held(till)) == [("refund_unknown", True)]
    assert [(s.amount_cents, s.returned_cents) for s in strays(till)] == [(3000, 1000)]
    check_to_the_cent(till)


def test_another_sum_is_left_for_a_person(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    intent = settled(till)
    gateway = type(till.desk().gateway)
    true = gateway.payments_between

    def halved(*given: Any) -> list[Charged]:
        return [replace(one, amount_cents=one.amount_cents // 2) for one in true(*given)]

    monkeypatch.setattr(gateway, "payments_between", halved)
    told = ardoise(till, *DAYS)
    assert told.exit_code == 1
    assert f"TO LOOK AT  2026-11-24 09:40 UTC, 21.25, payment {intent}" in told.output
    assert "booked here with another sum (42.50 here)" in told.output


@pytest.mark.broken_books("a payment bears a name that the processor does not know")
def test_what_the_processor_does_not_list_is_left_for_a_person(till: Till) -> None:
    settled(till)
    with till.world.database.unit_of_work() as work:
        work.session.execute(update(Payment).values(processor_ref="pi_nobody_has_this"))
        work.commit()
    found = kinds(held(till))
    assert ("missing_there", False) in found
    assert "booked here, and not in the processor's list" in ardoise(till, *DAYS).output


def test_the_other_mode_and_another_currency_are_left_for_a_person(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    intents = {by_hand(till, 3000): "live", by_hand(till, 4000): "usd"}
    gateway = type(till.desk().gateway)
    listed = gateway.payments_between

    def other(self: Any, since: Any, until: Any) -> list[Charged]:
        return [
            replace(one, livemode=True)
            if intents[one.intent_id] == "live"
            else replace(one, currency="usd")
            for one in listed(self, since, until)
        ]

    monkeypatch.setattr(gateway, "payments_between", other)
    assert kinds(held(till)) == [("other_currency", False), ("wrong_mode", False)]
    assert strays(till) == []
    verifying.sweep_payments(till.world.house, till.world.practice_id)
    verifying.sweep_payments(till.world.house, till.world.practice_id)
    assert till.tasks() == ["processor_differs"] * 2


@pytest.mark.broken_books("an attempt has another sum than its parts, so that a person looks")
def test_a_payment_that_a_person_looks_at_already_is_no_second_task(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    with till.world.database.unit_of_work() as work:
        attempt = work.session.merge(till.attempt(account))
        attempt.amount_cents += 1
        work.commit()
    verifying.sweep_payments(till.world.house, till.world.practice_id)
    assert till.tasks() == ["payment_mismatch"]
    assert strays(till) == []


def test_a_processor_that_does_not_answer_is_told_and_asked_again(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = till.world.account()
    till.pay(account)
    house, practice_id = till.world.house, till.world.practice_id
    gateway = type(till.desk().gateway)
    with monkeypatch.context() as patched:
        patched.setattr(gateway, "payments_between", silent)
        assert verifying.sweep_payments(house, practice_id) is None
        assert isinstance(ardoise(till, *DAYS).exception, GatewayUnavailableError)
    with monkeypatch.context() as patched:
        patched.setattr(settling, "settle_attempt", silent)
        assert verifying.sweep_payments(house, practice_id) is None
        told = ardoise(till, *DAYS)
    assert told.exit_code == 1
    assert "The processor did not answer everything: run this again later." in told.output
    assert till.tasks() == []
    assert verifying.sweep_payments(house, practice_id) == 1
    assert till.owed(account) == 0


@on_sqlite
def test_a_period_that_ends_before_it_begins_is_refused(till: Till) -> None:
    told = ardoise(till, "--from", "2026-11-24", "--to", "2026-11-23")
    assert told.exit_code != 0
    assert "--to is before --from." in told.output + str(told.exception)


def test_events_that_were_never_delivered_are_asked_for_once(till: Till) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/webhooks/1"
    register_webhook(till.key, base_address=till.processor.url, url=nowhere)
    account = till.world.account()
    till.pay(account)
    house, practice_id = till.world.house, till.world.practice_id
    assert hearing.ask_missed(house, practice_id, Patience()) > 0
    assert hearing.ask_missed(house, practice_id, Patience()) == 0
    till.work()
    assert till.owed(account) == 0
    till.check()


@on_postgres
def test_two_workers_that_ask_at_once_keep_each_event_once(till: Till) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/webhooks/1"
    register_webhook(till.key, base_address=till.processor.url, url=nowhere)
    till.pay(till.world.account())
    house, practice_id = till.world.house, till.world.practice_id
    both_looked = threading.Barrier(2)

    def meet(session: Session, *_: object) -> None:
        if any(isinstance(row, WebhookEvent) for row in session.new):
            both_looked.wait(15)  # neither has found the other's

    listen(Session, "before_flush", meet)
    try:
        found = at_once(*[lambda: hearing.ask_missed(house, practice_id, Patience()) or 0] * 2)
    finally:
        remove(Session, "before_flush", meet)
    assert sum(found) == len(till.signals()) > 0


def test_events_of_the_other_mode_are_not_kept(till: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/webhooks/1"
    register_webhook(till.key, base_address=till.processor.url, url=nowhere)
    till.pay(till.world.account())
    gateway = type(till.desk().gateway)
    opened = gateway.__init__

    def live(self: Any, *words: Any) -> None:
        opened(self, *words)
        self.livemode = True

    monkeypatch.setattr(gateway, "__init__", live)
    monkeypatch.setattr(till.world.house.gateways, "_known", {})
    assert hearing.ask_missed(till.world.house, till.world.practice_id, Patience()) == 0
    assert till.signals() == []


@on_sqlite
def test_the_worker_does_all_this_when_it_starts(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    by_hand(till, 3000)
    Worker(till.world.settings, till.world.clock).look()
    assert till.owed(account) == 0
    assert len(strays(till)) == 1
    sweep(till)
    check_to_the_cent(till)


def test_money_that_came_while_the_worker_was_away_for_a_week_is_found(till: Till) -> None:
    intent = by_hand(till)
    till.later(days=7)
    sweep(till)
    assert [stray.processor_ref for stray in strays(till)] == [intent]
    check_to_the_cent(till)
