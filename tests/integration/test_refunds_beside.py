"""Refunds beside what else knows of the money: plans and saved cards, the practice's exports, the worker."""

from datetime import timedelta

import pytest

from ardoise import refunding
from ardoise.worker import Worker
from shared.base.ids import new_id
from shared.billing import Invoice
from shared.payments import Payment, Refund
from shared.processor import GatewayRefusedError, GatewayUnavailableError
from tests.backoffice_office import OURS, Samples, text_of
from tests.integration.card_world import FIRST, NEAR, SECOND, Cards
from tests.integration.test_backoffice_accounts import office as _office
from tests.integration.test_refunds import explained, holds, paid, told
from tests.integration.till import Till, on_sqlite

office = _office


@pytest.fixture
def cards(till: Till) -> Cards:
    return Cards.of(till)


def test_a_date_that_a_refund_opened_again_is_neither_told_nor_taken(cards: Cards) -> None:
    till, account = cards.till, cards.with_card()
    cards.look_on(NEAR, FIRST)
    assert cards.taken() == [1500]
    till.give_back(account)
    told(till)
    assert till.owed(account) == 4250
    assert holds(till, account) == ["plan", "refund"]
    before = cards.world.told(account)
    cards.look_on(*(FIRST + timedelta(days=n) for n in range(1, 20)))
    assert cards.world.told(account) == before
    assert cards.taken() == [0]
    assert cards.world.tasks(account) == ["refund_to_explain"]
    assert cards.plan(account).plan.status == "active"
    till.check()


def test_once_it_is_explained_the_plan_goes_on_and_takes_no_date_twice(cards: Cards) -> None:
    till, account = cards.till, cards.with_card()
    cards.look_on(NEAR, FIRST)
    till.give_back(account)
    told(till)
    explained(till, account)
    cards.look_on(FIRST + timedelta(days=1))
    assert cards.taken() == [0]
    assert len(cards.charges(account)) == 1
    cards.look_on(SECOND - timedelta(days=3), SECOND)
    assert cards.taken() == [0, 1500]
    till.check()


@on_sqlite
def test_a_plan_that_was_kept_stays_so(cards: Cards) -> None:
    till, account = cards.till, cards.with_card(owes=1500)
    cards.look_on(NEAR, FIRST)
    cards.look()
    assert cards.plan(account).plan.status == "kept"
    till.give_back(account)
    told(till)
    cards.look()
    assert cards.plan(account).plan.status == "kept"
    assert holds(till, account) == ["refund"]
    till.check()


def test_a_refund_of_what_the_software_had_entered_stays_until_the_software_speaks(
    till: Till,
) -> None:
    account = paid(till)
    with till.world.database.unit_of_work(account.practice_id) as work:
        invoice = work.session.get_one(Invoice, (account.practice_id, till.invoice_id(account, 0)))
        invoice.source_left_cents = invoice.unacknowledged_cents = 0
        work.commit()
    till.give_back(account, 1200)
    told(till)
    [invoice] = till.world.invoices(account)
    assert (invoice.source_left_cents, invoice.unacknowledged_cents) == (0, -1200)
    assert invoice.open_cents == 1200
    till.check()


@on_sqlite
def test_the_worker_looks_at_the_list_of_refunds_once_an_hour(
    till: Till, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def sweep(_house: object, practice_id: int, _patience: object) -> int:
        asked.append(practice_id)
        return 0

    monkeypatch.setattr(refunding, "sweep_refunds", sweep)
    worker = Worker(till.world.settings, till.world.clock)
    for _ in range(5):
        worker.look()
    assert asked == [till.world.practice_id]


@on_sqlite
@pytest.mark.parametrize("error", [GatewayUnavailableError, GatewayRefusedError])
def test_a_list_that_is_not_answered_is_asked_for_again_and_breaks_nothing(
    till: Till, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    account = paid(till)
    till.give_back(account, 300)
    house, practice_id = till.world.house, till.world.practice_id

    def silent(*_: object) -> None:
        raise error("APIConnectionError")

    with monkeypatch.context() as patched:
        patched.setattr(type(till.desk().gateway), "refunds_since", silent)
        assert refunding.sweep_refunds(house, practice_id) is None
    assert till.owed(account) == 0
    assert refunding.sweep_refunds(house, practice_id) == 1
    assert till.owed(account) == 300
    till.check()


def test_the_accounts_page_names_refunds_under_their_payment(office: Samples) -> None:
    with office.database.unit_of_work(OURS) as work:
        payment = work.session.query(Payment).filter_by(account_id=office.ids["held"]).one()
        for status, cents in (("succeeded", 1200), ("pending", 300), ("failed", 100)):
            work.session.add(
                Refund(
                    practice_id=OURS,
                    payment_id=payment.id,
                    account_id=payment.account_id,
                    status=status,
                    amount_cents=cents,
                    credit_cents=0,
                    processor_ref=f"re_{new_id().hex}",
                    refunded_at=payment.received_at,
                    moved_at=payment.received_at,
                )
            )
        work.commit()
    said = text_of(office.client("secretary").get(f"/accounts/{office.numbers['held']}"))
    assert "carte − 12,00 €" in said
    for state in ("Remboursé ", "Remboursement en cours", "Remboursement non abouti"):
        assert state in said
