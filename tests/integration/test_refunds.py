"""Money given back in the processor's own pages: found, booked once, shown; nobody is chased for it."""

import itertools
import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from ardoise import refunding, settling
from shared.accounts import Account, Hold, active_holds, release_hold
from shared.audit import Actor
from shared.base.migrating import MigrationError, downgrade
from shared.processor import Checkout, Gateway, GatewayRefusedError, GatewayUnavailableError
from tests.integration.till import Till, at_once, on_postgres, on_sqlite
from tests.servers.sandbox import session_params


def holds(till: Till, account: Account) -> list[str]:
    with till.world.database.reading(account.practice_id) as session:
        found = active_holds(session, practice_id=account.practice_id, account_id=account.id)
    return [hold.kind for hold in found]


def paid(till: Till, owes: tuple[int, ...] = (4250,)) -> Account:
    account = till.world.account(owes=owes)
    till.pay(account)
    till.tell_all()
    till.work()
    assert till.owed(account) == 0
    return account


def explained(till: Till, account: Account) -> None:
    """The desk lifts the pause that the refund had placed."""
    with till.world.database.unit_of_work(account.practice_id) as work:
        [hold] = [h for h in work.session.query(Hold).all() if h.kind == "refund"]
        staff, now = Actor("staff", "Claire"), till.world.clock.now()
        release_hold(work.session, hold, actor=staff, at=now, reason="over")
        work.commit()


def silent(*_: Any) -> Any:
    raise GatewayUnavailableError("APIConnectionError")


def told(till: Till) -> None:
    till.tell_all()
    till.work()


def test_a_refund_is_booked_once_however_often_it_is_told(till: Till, dice: random.Random) -> None:
    account = paid(till)
    till.give_back(account, 1200)
    calls = till.events() * 20
    dice.shuffle(calls)
    for event in calls:
        assert till.tell(event).status_code == 200
        if dice.random() < 0.1:
            till.work()
    till.work()
    [refund] = till.refunds(account)
    assert (refund.status, refund.amount_cents, refund.credit_cents) == ("succeeded", 1200, 0)
    assert till.owed(account) == 1200
    assert till.world.invoices(account)[0].status == "issued"
    till.check()


def test_what_a_refund_opens_again_is_held_until_a_person_has_looked(till: Till) -> None:
    account = paid(till)
    till.give_back(account)
    told(till)
    assert till.owed(account) == 4250
    assert holds(till, account) == ["refund"]
    assert till.tasks(account) == ["refund_to_explain"]
    for _ in range(5):
        till.later(days=1)
        till.world.night()
    assert till.notices(account) == []
    till.check()


def test_after_the_pause_is_lifted_the_sum_is_owed_like_any_other(till: Till) -> None:
    account = paid(till)
    till.give_back(account)
    told(till)
    explained(till, account)
    told(till)
    assert holds(till, account) == []
    till.world.night()
    assert till.notices(account) == ["pre_due"]
    till.pay(account)
    told(till)
    assert till.owed(account) == 0
    till.check()


def test_the_latest_invoice_is_opened_first(till: Till) -> None:
    account = paid(till, owes=(4000, 3000))
    till.give_back(account, 3500)
    told(till)
    assert [i.open_cents for i in till.world.invoices(account)] == [500, 3000]
    till.give_back(account, 1000)
    told(till)
    assert [i.open_cents for i in till.world.invoices(account)] == [1500, 3000]
    till.give_back(account)
    told(till)
    assert till.owed(account) == 7000
    assert [r.amount_cents for r in till.refunds(account)] == [3500, 1000, 2500]
    till.check()


def test_what_was_paid_too_much_goes_back_without_opening_a_debt(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    till.pay(account)
    till.paid_elsewhere(account, 1000)
    told(till)
    assert till.tasks(account) == ["overpaid"]
    till.give_back(account, 400)
    told(till)
    assert till.tasks(account) == ["overpaid"]
    till.give_back(account, 600)
    told(till)
    assert till.owed(account) == 0
    assert till.tasks(account) == []
    assert holds(till, account) == []
    till.check()


def test_a_refund_whose_webhooks_were_all_lost_is_found(till: Till) -> None:
    account, other = paid(till), paid(till)
    till.give_back(account, 700)
    house, practice_id = till.world.house, till.world.practice_id
    till.work()
    assert till.refunds(account) == []
    assert refunding.sweep_refunds(house, practice_id) == 1
    assert till.owed(account) == 700
    assert refunding.sweep_refunds(house, practice_id) == 0
    assert till.refunds(other) == []
    till.check()


@on_sqlite
def test_a_payment_given_back_before_we_heard_of_it_is_booked_with_its_refund(till: Till) -> None:
    account = till.world.account()
    till.pay(account)
    [intent] = till.charged()
    till.processor.control("refund", payment_intent=intent)
    told(till)
    assert [p.amount_cents for p in till.payments(account)] == [4250]
    assert till.owed(account) == 4250
    till.check()


def test_a_refund_that_waits_is_booked_when_it_succeeds(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account, 900, status="pending")
    told(till)
    assert [r.status for r in till.refunds(account)] == ["pending"]
    assert till.owed(account) == 0
    assert holds(till, account) == []
    till.processor.control("refund/end", refund=ref, status="succeeded")
    told(till)
    assert till.owed(account) == 900
    till.check()


@pytest.mark.parametrize("status", ["pending", "succeeded"])
def test_a_refund_that_fails_is_booked_back_and_is_somebodys_work(till: Till, status: str) -> None:
    account = paid(till)
    ref = till.give_back(account, 900, status=status)
    told(till)
    till.processor.control("refund/end", refund=ref, status="failed")
    for _ in range(3):
        told(till)
    assert [r.status for r in till.refunds(account)] == ["failed"]
    assert till.owed(account) == 0
    assert "refund_failed" in till.tasks(account)
    till.check()


@on_sqlite
def test_what_waited_is_booked_from_money_that_came_back_later(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account, 4000)
    told(till)
    till.processor.control("refund/end", refund=ref, status="failed")
    whole = till.give_back(account, status="pending")
    told(till)
    till.processor.control("refund/end", refund=whole, status="succeeded")
    told(till)
    assert till.owed(account) == 4250
    assert "refund_mismatch" not in till.tasks(account)
    till.check()


@on_sqlite
def test_money_that_comes_back_after_it_was_paid_again_is_credit(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account)
    told(till)
    explained(till, account)
    till.pay(account)
    told(till)
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    assert till.owed(account) == 0
    assert [r.credit_cents for r in till.refunds(account)] == [-4250]
    assert "overpaid" in till.tasks(account)
    page = till.patient(account).get("/statement").text
    assert "Ce trop-perçu est à vous." in page
    assert "42,50" in page
    till.check()


def test_more_than_ten_refunds_of_one_payment_are_all_found(till: Till) -> None:
    account = paid(till)
    for _ in range(13):
        till.give_back(account, 100)
    told(till)
    assert len(till.refunds(account)) == 13
    assert till.owed(account) == 1300
    till.check()


@on_sqlite
@pytest.mark.parametrize("error", [GatewayUnavailableError, GatewayRefusedError])
def test_a_refund_is_asked_about_ever_more_rarely_while_nobody_answers(
    till: Till, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    account = paid(till)
    till.later(seconds=1)
    till.give_back(account, 500)
    till.tell_all()
    till.later(seconds=1)
    asked: list[datetime] = []

    def ask(*_: Any) -> Any:
        asked.append(till.world.clock.now())
        raise error("no answer")

    began = till.world.clock.now()
    with monkeypatch.context() as patched:
        patched.setattr(type(till.desk().gateway), "retrieve_checkout", ask)
        for _ in range(60):
            settling.heed_signals(till.world.house, account.practice_id)
            till.world.later(seconds=5)
    assert asked[0] == began, "the first time at once"
    waits = [later - before for before, later in itertools.pairwise(asked)]
    assert waits == [timedelta(seconds=seconds) for seconds in (40, 80, 160)]
    till.later(hours=1)
    till.work()
    assert till.owed(account) == 500
    till.later(seconds=1)
    till.give_back(account, 300)
    told(till)
    assert till.owed(account) == 800, "the next one at once again"
    till.check()


@on_sqlite
def test_a_refund_is_asked_about_again_when_the_processor_does_not_answer(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = paid(till)
    till.give_back(account, 500)
    till.tell_all()
    with monkeypatch.context() as patched:
        patched.setattr(type(till.desk().gateway), "retrieve_checkout", silent)
        till.work()
    assert till.refunds(account) == []
    till.later(hours=2)
    till.work()
    assert till.owed(account) == 500
    till.check()


def test_refunds_of_another_software_on_the_account_are_none_of_ours(till: Till) -> None:
    account = paid(till)
    client = till.processor.client(till.key)
    page = client.v1.checkout.sessions.create(session_params())
    intent = till.processor.control("pay", session=page.id)["payment_intent"]
    till.processor.control("refund", payment_intent=intent)
    told(till)
    assert refunding.sweep_refunds(till.world.house, till.world.practice_id) == 0
    assert till.refunds(account) == []
    assert till.tasks() == []
    till.world.check()


@pytest.mark.parametrize(
    "odd", [{"amount_cents": 4251}, {"currency": "usd"}, {"intent_id": "pi_of_somebody"}]
)
@on_sqlite
def test_a_refund_that_can_not_be_of_this_payment_is_shown_to_a_person_once(
    till: Till, monkeypatch: pytest.MonkeyPatch, odd: dict[str, Any]
) -> None:
    account = paid(till)
    till.give_back(account, 500)
    door = type(till.desk().gateway)
    true = door.retrieve_checkout

    def altered(gateway: Gateway, session_id: str) -> Checkout:
        state = true(gateway, session_id)
        return replace(state, refunds=tuple(replace(one, **odd) for one in state.refunds))

    with monkeypatch.context() as patched:
        patched.setattr(door, "retrieve_checkout", altered)
        for _ in range(3):
            till.tell_all()
            refunding.sweep_refunds(till.world.house, till.world.practice_id)
            till.work()
    assert till.tasks(account) == ["refund_mismatch"]
    assert till.refunds(account) == []
    assert till.owed(account) == 0
    till.world.check()
    refunding.sweep_refunds(till.world.house, till.world.practice_id)
    assert till.owed(account) == 500
    till.check()


@on_postgres
def test_workers_that_find_a_refund_at_the_same_moment_book_it_once(till: Till) -> None:
    account = paid(till)
    till.give_back(account, 900)
    till.tell_all()
    house, practice_id = till.world.house, till.world.practice_id
    attempt = till.attempt(account)
    at_once(*[lambda: settling.settle_one(house, practice_id, attempt.id)] * 6)
    till.work()
    assert [r.amount_cents for r in till.refunds(account)] == [900]
    assert till.owed(account) == 900
    till.check()


@pytest.mark.parametrize("revision", ["0009", "base"])
def test_the_tables_do_not_go_back_while_the_journal_names_refunds(
    till: Till, database_url: str, revision: str
) -> None:
    account = paid(till)
    till.give_back(account, 1200)
    told(till)
    till.world.database.dispose()
    with pytest.raises(
        MigrationError, match=r"stay as they are: refunds were booked.*may not go\.$"
    ):
        downgrade(database_url, revision)
    assert [r.amount_cents for r in till.refunds(account)] == [1200]
    till.check()
