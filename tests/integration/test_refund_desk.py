"""Money of the desk that staff hand back themselves is booked on their word, once."""

import re
from collections import defaultdict

import pytest
from sqlalchemy import func, select

from ardoise.exporting import export_payments
from ardoise.invariants import ALL
from shared.base.invariants import find_breaches
from shared.ledger import CASH, PROCESSOR, TRANSFERS, JournalLine
from tests.integration.desk_money import paid_at_desk
from tests.integration.desk_world import Window
from tests.integration.refund_desk import RefundDesk
from tests.integration.test_receipts_kept import words
from tests.integration.test_transfer_pages import said
from tests.integration.till import Till, at_once, on_postgres, on_sqlite


@pytest.fixture
def desk(till: Till) -> RefundDesk:
    return RefundDesk.of(till)


def held(till: Till) -> dict[str, int]:
    """What the journal says is where."""
    sums: dict[str, int] = defaultdict(int)
    with till.world.database.reading(till.world.practice_id) as session:
        query = select(JournalLine.ledger_account, func.sum(JournalLine.amount_cents)).group_by(
            JournalLine.ledger_account
        )
        for name, cents in session.execute(query):
            sums[name] = int(cents)
    return sums


def test_cash_goes_back_from_the_till_and_is_owed_again_on_hold(
    till: Till, desk: RefundDesk
) -> None:
    account = paid_at_desk(till)
    assert held(till)[CASH] == 4250
    order = desk.ask(account, 3000, method="cash")
    desk.work()
    assert desk.order(order).status == "done"
    assert (held(till)[CASH], held(till)[PROCESSOR]) == (1250, 0)
    [refund] = till.refunds(account)
    assert (refund.status, refund.amount_cents, refund.by_hand) == ("succeeded", 3000, True)
    assert till.owed(account) == 3000
    assert till.tasks(account) == ["refund_to_explain"]
    assert till.notices(account)[-1] == "refunded"
    assert "Il reste 12,50" in desk.refused(account, 1251, method="cash")
    till.world.check()


@on_sqlite
def test_a_cheque_may_go_back_by_transfer(till: Till, desk: RefundDesk) -> None:
    account = paid_at_desk(till, "cheque")
    assert "comment l\u2019argent est rendu" in desk.refused(account, 100)
    desk.ask(account, 4250, method="transfer")
    desk.work()
    assert held(till)[TRANSFERS] == -4250
    till.world.check()


@on_sqlite
@pytest.mark.broken_books("a payment that was given back is cancelled by hand")
def test_the_check_sees_a_payment_that_is_cancelled_although_it_was_given_back(
    till: Till, desk: RefundDesk
) -> None:
    account = paid_at_desk(till)
    desk.ask(account, 1000, method="cash")
    desk.work()
    with till.world.database.unit_of_work() as work:
        payment = work.session.merge(till.payments(account)[-1])
        payment.cancelled_on = payment.booked_on
        work.commit()
    with till.world.database.reading() as session:
        found = {breach.invariant.name for breach in find_breaches(session, ALL)}
    assert {"cancelled-payment", "desk-payment-booked"} <= found


@on_sqlite
def test_the_receipt_says_that_it_was_given_back_and_names_no_card(
    till: Till, desk: RefundDesk
) -> None:
    account = paid_at_desk(till)
    desk.ask(account, 1000, method="cash")
    desk.work()
    payment = till.payments(account)[-1]
    page = till.patient(account).get(f"/receipt/{payment.id}")
    assert "Rendu le 24 novembre 2026, en espèces" in said(page)
    assert "sur la carte" not in said(page)
    assert "par le même moyen" not in said(page)


@on_sqlite
def test_a_cheque_that_goes_back_in_cash_is_told_so_wherever_money_is_told(
    till: Till, desk: RefundDesk
) -> None:
    account = paid_at_desk(till, "cheque")
    desk.ask(account, 1000, method="cash")
    desk.work()
    world, payment = till.world, till.payments(account)[-1]
    browser = till.patient(account)
    assert "Rendu le 24 novembre 2026, en espèces" in words(
        browser.get(f"/receipt/{payment.id}.pdf").data
    )
    for path in ("/statement", "/payments"):
        assert "Remboursé le 24 novembre 2026 : 10,00 €, en espèces." in said(browser.get(path))
    page = Window.of(world, desk.people["manager"]).says(account)
    assert re.search("Remboursé [^R]* en espèces − 10,00 €", page)
    assert "Remboursement fait en espèces : 10,00 €, du reçu R-2026-00001 Camille Secretary" in page
    assert "paiement par carte" not in page
    with world.database.reading(world.practice_id) as session:
        lines = [
            cells[3:5]
            for cells in export_payments(
                session, practice_id=world.practice_id, since=None, until=None
            )
        ]
    assert lines == [["42,50", "chèque"], ["-10,00", "espèces"]]


@on_sqlite
@pytest.mark.broken_books("a refund by hand says another way than the journal")
def test_the_check_sees_a_refund_that_left_another_till_than_it_says(
    till: Till, desk: RefundDesk
) -> None:
    account = paid_at_desk(till)
    desk.ask(account, 1000, method="cash")
    desk.work()
    [refund] = till.refunds(account)
    with till.world.database.unit_of_work() as work:
        work.session.merge(refund).method = "cheque"
        work.commit()
    with till.world.database.reading() as session:
        assert {breach.invariant.name for breach in find_breaches(session, ALL)} == {
            "desk-refund-way"
        }


@on_postgres
def test_two_workers_book_it_once(till: Till, desk: RefundDesk) -> None:
    account = paid_at_desk(till)
    desk.ask(account, 3000, method="cash")
    at_once(desk.work, desk.work)
    assert [r.amount_cents for r in till.refunds(account)] == [3000]
    assert held(till)[CASH] == 1250
    till.world.check()
