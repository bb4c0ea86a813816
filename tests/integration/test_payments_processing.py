"""A bank that takes days: sums on their way can't be paid twice, hold the ladder, and end well or badly."""

from dataclasses import replace
from datetime import datetime
from html import unescape
from itertools import count
from uuid import UUID

import pytest
from sqlalchemy import select

from ardoise import jobs
from shared.accounts import Account
from shared.ladder import LadderCycle
from shared.payments import Choice, ChoiceError, payables_of
from shared.processor import BadWebhookError, Checkout, CheckoutOrder, Signal
from shared.reconciliation import settle_attempt
from tests.integration.till import ALL, Till, on_sqlite
from tests.security.portal_house import Browser


class SlowBank:
    """A processor with bank debits: its page is complete at once, the money comes or fails later."""

    livemode = False

    def __init__(self) -> None:
        self.pages: dict[str, Checkout] = {}
        self._by_key: dict[str, str] = {}
        self._numbers = count(1)

    def create_checkout(self, order: CheckoutOrder) -> Checkout:
        if order.idempotency_key not in self._by_key:
            number = next(self._numbers)
            page = Checkout(
                session_id=f"cs_{number}",
                url=f"http://bank.example/{number}",
                status="open",
                paid=False,
                amount_cents=order.amount_cents,
                currency="eur",
                reference=order.reference,
                livemode=False,
                intent_id=None,
                failed=None,
                received_at=None,
            )
            self._by_key[order.idempotency_key] = page.session_id
            self.pages[page.session_id] = page
        return self.pages[self._by_key[order.idempotency_key]]

    def retrieve_checkout(self, session_id: str) -> Checkout:
        return self.pages[session_id]

    def find_checkout(self, reference: str, **_opened: datetime) -> Checkout | None:
        return next((p for p in self.pages.values() if p.reference == reference), None)

    def expire_checkout(self, session_id: str) -> Checkout:
        if self.pages[session_id].status == "open":
            self._change(session_id, status="expired", url=None)
        return self.pages[session_id]

    def read_webhook(self, payload: bytes, signature: str, now: datetime) -> Signal:
        raise BadWebhookError(f"this bank never calls: {len(payload)}, {signature}, {now}")

    def _change(self, session_id: str, **changes: object) -> None:
        self.pages[session_id] = replace(self.pages[session_id], **changes)

    def mandate(self, session_id: str) -> None:
        """The person signs the debit."""
        intent = session_id.replace("cs_", "pi_")
        self._change(session_id, status="complete", url=None, intent_id=intent)

    def succeed(self, session_id: str) -> None:
        self._change(session_id, paid=True, failed=None)

    def fail(self, session_id: str, reason: str) -> None:
        self._change(session_id, failed=reason)


@pytest.fixture
def bank(till: Till, monkeypatch: pytest.MonkeyPatch) -> SlowBank:
    """The till's practice is with this bank, in worker and portal."""
    bank = SlowBank()
    for gateways in (till.world.house.gateways, till.app.extensions["portal"].gateways):
        monkeypatch.setattr(gateways, "of", lambda _practice_id: bank)
    monkeypatch.setattr("portal.views.paying.WAIT_SECONDS", 0.0)
    return bank


def debit(till: Till, bank: SlowBank, account: Account, choice: Choice = ALL) -> str:
    """The account pays by bank debit: the page is complete, the money on its way."""
    till.begin(account, choice)
    session_id = list(bank.pages)[-1]
    bank.mandate(session_id)
    settle_attempt(till.desk(), attempt_id=till.attempts(account)[-1].id)
    assert till.attempts(account)[-1].status == "processing"
    return session_id


def payables(till: Till, account: Account) -> list[int]:
    with till.world.database.reading(account.practice_id) as session:
        found = payables_of(session, practice_id=account.practice_id, account_id=account.id)
    return [p.cents for p in found]


def text(browser: Browser, path: str) -> str:
    page = unescape(browser.get(path).text).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(page.split())


def test_sums_on_their_way_are_deducted_from_what_can_be_paid(till: Till, bank: SlowBank) -> None:
    account = till.world.account(owes=(4000, 3000, 2000))
    debit(till, bank, account, Choice("other", amount=5000))
    assert payables(till, account) == [0, 2000, 2000]
    assert till.owed(account) == 9000
    assert till.payments() == []
    with pytest.raises(ChoiceError, match="out_of_bounds") as told:
        till.begin(account, Choice("other", amount=4001))
    assert told.value.high == 4000
    debit(till, bank, account)
    assert [a.amount_cents for a in till.attempts(account)] == [5000, 4000]
    assert payables(till, account) == [0, 0, 0]
    with pytest.raises(ChoiceError, match="nothing_left"):
        till.begin(account)
    till.world.check()


@on_sqlite
def test_the_portal_offers_only_what_is_not_on_its_way(till: Till, bank: SlowBank) -> None:
    account = till.world.account(owes=(4000, 3000))
    browser = till.patient(account)
    debit(till, bank, account, Choice("some", frozenset({till.invoice_id(account, 0)})))
    shown = text(browser, "/pay")
    assert "30,00 €" in shown
    assert "70,00 €" not in shown
    assert browser.post("/pay", {"choice": "all"}).status_code == 303
    assert till.attempts(account)[-1].amount_cents == 3000
    bank.mandate(list(bank.pages)[-1])
    till.later(minutes=1)
    till.work()
    assert browser.get("/pay").location == "/statement"
    assert "70,00 €" in text(browser, "/statement")
    till.world.check()


@on_sqlite
def test_the_return_page_says_that_it_takes_days(till: Till, bank: SlowBank) -> None:
    account = till.world.account()
    browser = till.patient(account)
    debit(till, bank, account)
    answer = browser.get(f"/payment/{till.attempt(account).id}")
    assert "Votre paiement est en cours" in answer.text
    assert "Ne payez pas une seconde fois" in answer.text
    assert "Refresh" not in answer.headers


def test_money_on_its_way_holds_the_ladder(till: Till, bank: SlowBank) -> None:
    world = till.world
    account = world.account()
    debit(till, bank, account)
    run = world.night()
    assert run.withheld == {"paying": 1}
    jobs.send_reminders(world.house, world.office, world.practice_id)
    assert world.sms.sent == []
    world.check()


def test_a_planned_reminder_is_not_sent_when_a_debit_began_since(
    till: Till, bank: SlowBank
) -> None:
    world = till.world
    account = world.account()
    assert world.night().planned.total() == 1
    debit(till, bank, account)
    jobs.send_reminders(world.house, world.office, world.practice_id)
    assert world.sms.sent == []
    world.check()


def test_money_that_comes_after_days_is_found_by_the_sweep(till: Till, bank: SlowBank) -> None:
    account = till.world.account()
    till.world.night()
    session_id = debit(till, bank, account)
    for _ in range(5):
        till.later(days=1)
        till.work()
        assert till.attempt(account).status == "processing"
    bank.succeed(session_id)
    till.later(hours=2)
    till.work()
    [payment] = till.payments()
    assert payment.amount_cents == 4250
    assert till.owed(account) == 0
    with till.world.database.reading() as session:
        assert session.scalars(select(LadderCycle.status)).all() == ["closed"]
    till.world.check()


def test_a_debit_that_fails_can_be_paid_again_and_is_asked_for_again(
    till: Till, bank: SlowBank
) -> None:
    world = till.world
    account = world.account()
    browser = till.patient(account)
    session_id = debit(till, bank, account)
    bank.fail(session_id, "insufficient_funds")
    till.later(minutes=5)
    till.work()
    attempt = till.attempt(account)
    assert (attempt.status, attempt.failure) == ("failed", "insufficient_funds")
    assert attempt.settled_at == world.clock.now()
    assert "il n’y a pas assez sur le compte" in text(browser, f"/payment/{attempt.id}")
    assert payables(till, account) == [4250]
    assert world.night().planned.total() == 1
    till.begin(account)
    assert [a.status for a in till.attempts(account)] == ["failed", "redirected"]
    world.check()


@on_sqlite
def test_a_page_whose_debit_failed_at_once_is_failed(till: Till, bank: SlowBank) -> None:
    account = till.world.account()
    till.begin(account)
    bank.mandate("cs_1")
    bank.fail("cs_1", "generic_decline")
    till.later(minutes=1)
    till.work()
    assert till.attempt(account).status == "failed"
    till.world.check()


def late(till: Till, bank: SlowBank, account: Account, attempt_id: UUID, session_id: str) -> None:
    """A webhook tells that money came after all."""
    bank.mandate(session_id)
    bank.succeed(session_id)
    settle_attempt(till.desk(), attempt_id=attempt_id)
    assert till.owed(account) == 0
    assert [p.attempt_id for p in till.payments()] == [attempt_id]
    till.world.check()


@pytest.mark.parametrize("end", ["failed", "expired"])
@on_sqlite
def test_money_that_comes_late_is_never_refused_a_booking(
    till: Till, bank: SlowBank, end: str
) -> None:
    account = till.world.account()
    if end == "failed":
        bank.fail(debit(till, bank, account), "generic_decline")
    else:
        till.begin(account)
        bank.expire_checkout("cs_1")
    till.later(hours=1)
    till.work()
    attempt = till.attempt(account)
    assert attempt.status == end
    late(till, bank, account, attempt.id, "cs_1")


def test_late_money_beside_a_second_payment_is_credit(till: Till, bank: SlowBank) -> None:
    account = till.world.account()
    first = debit(till, bank, account)
    bank.fail(first, "generic_decline")
    till.later(minutes=5)
    till.work()
    second = debit(till, bank, account)
    bank.succeed(second)
    till.later(minutes=5)
    till.work()
    bank.succeed(first)
    settle_attempt(till.desk(), attempt_id=till.attempts(account)[0].id)
    assert sorted((p.amount_cents, p.credit_cents) for p in till.payments()) == [
        (4250, 0),
        (4250, 4250),
    ]
    assert till.tasks(account) == ["overpaid"]
    assert till.owed(account) == 0
    till.world.check()


@on_sqlite
def test_a_click_while_the_debit_was_just_signed_is_told_instead(
    till: Till, bank: SlowBank
) -> None:
    account = till.world.account(owes=(4000, 3000))
    browser = till.patient(account)
    till.begin(account)
    bank.mandate("cs_1")
    answer = browser.post("/pay", {"choice": "other", "amount": "20"})
    till.work()
    attempt = till.attempt(account)
    assert answer.location == f"/payment/{attempt.id}"
    assert attempt.status == "processing"
    assert "Votre paiement est en cours" in browser.get(answer.location).text
    assert list(bank.pages) == ["cs_1"]
    till.world.check()
