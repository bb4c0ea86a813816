"""A refund that the practice's list knew first is owed once; one that failed leaves nothing to look at;
and who had paid for someone else is not thanked for money that is back."""

import pytest

from ardoise import refunding
from shared.accounts import Account
from shared.billing import Invoice
from tests.integration.payer_world import pay_link
from tests.integration.test_refunds import explained, holds, paid, told
from tests.integration.test_transfer_pages import said
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import CSRF, Browser


def listed_first(till: Till, cents: int = 4250) -> Account:
    """The list named the payment, then what is left after its refund, of which we don't know yet."""
    account = paid(till)
    with till.world.database.unit_of_work(account.practice_id) as work:
        invoice = work.session.get_one(Invoice, (account.practice_id, till.invoice_id(account, 0)))
        invoice.source_left_cents = invoice.unacknowledged_cents = 0
        work.commit()
    till.paid_elsewhere(account, -cents)
    assert till.owed(account) == cents
    return account


def found(till: Till, account: Account, cents: int | None = None) -> str:
    """A refund that no webhook told of is found by the look at the processor's list."""
    ref = till.give_back(account, cents)
    assert refunding.sweep_refunds(till.world.house, till.world.practice_id) == 1
    return ref


def test_a_refund_that_the_list_named_first_is_not_owed_twice(till: Till) -> None:
    account = listed_first(till)
    found(till, account)
    assert till.owed(account) == 4250
    [invoice] = till.world.invoices(account)
    assert (invoice.source_left_cents, invoice.unacknowledged_cents) == (4250, 0)
    assert holds(till, account) == ["refund"]
    page = said(till.patient(account).get("/statement"))
    assert "Il reste à payer 42,50 €" in page
    assert "Ne payez rien pour l’instant" in page
    till.check()


def test_who_paid_again_before_the_refund_was_known_owes_nothing_more(till: Till) -> None:
    account = listed_first(till)
    [first] = till.payments(account)
    till.pay(account)
    told(till)
    assert till.owed(account) == 0
    till.processor.control("refund", payment_intent=first.processor_ref)
    told(till)
    assert [r.amount_cents for r in till.refunds(account)] == [4250]
    assert till.owed(account) == 0
    till.check()


def test_a_refund_of_which_the_list_named_a_part_opens_the_other(till: Till) -> None:
    account = listed_first(till, 1000)
    found(till, account)
    assert till.owed(account) == 4250
    till.check()


def test_a_refund_that_the_list_named_first_and_that_fails_is_booked_back(till: Till) -> None:
    account = listed_first(till)
    ref = found(till, account)
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    assert till.owed(account) == 0
    till.check()


def test_a_refund_that_fails_ends_our_pause_and_leaves_nothing_to_explain(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account, 900)
    told(till)
    assert holds(till, account) == ["refund"]
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    assert holds(till, account) == []
    assert till.tasks(account) == ["refund_failed"]
    till.check()


@pytest.mark.parametrize("fails", [0, 1])
def test_the_pause_stays_for_another_refund_that_is_to_be_explained(till: Till, fails: int) -> None:
    account = paid(till)
    refs = [till.give_back(account, 900), till.give_back(account, 800)]
    told(till)
    till.processor.control("refund/end", refund=refs[fails], status="failed")
    told(till)
    assert holds(till, account) == ["refund"]
    assert till.tasks(account) == ["refund_failed", "refund_to_explain"]
    till.processor.control("refund/end", refund=refs[1 - fails], status="failed")
    told(till)
    assert holds(till, account) == []
    till.check()


def paid_for(till: Till) -> tuple[Account, Browser, str]:
    """Someone else paid by a link: the account, their browser, the link's address."""
    account = till.world.account()
    _, token = pay_link(till.world, account)
    browser, address = Browser(till.app), f"/p/{token}"
    csrf = CSRF.findall(browser.get(address).text)[0]
    till.press(browser.send("POST", address, data={"csrf_token": csrf}).location)
    told(till)
    assert "Merci, c’est payé." in said(browser.get(address))
    return account, browser, address


def test_who_paid_for_someone_else_is_not_thanked_for_money_that_is_back(till: Till) -> None:
    account, browser, address = paid_for(till)
    till.give_back(account, 4000)
    told(till)
    assert "Merci, c’est payé." in said(browser.get(address))
    till.give_back(account)
    told(till)
    for path in (address, "/thanks"):
        page = browser.get(path)
        assert page.status_code == 410
        assert "Ce lien ne marche plus" in said(page)
        assert "c’est payé" not in said(page)
    explained(till, account)
    assert browser.get(address).status_code == 410


@on_sqlite
def test_money_of_a_refund_that_failed_is_paid_as_before(till: Till) -> None:
    account, browser, address = paid_for(till)
    ref = till.give_back(account)
    told(till)
    assert browser.get(address).status_code == 410
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    assert "Merci, c’est payé." in said(browser.get(address))
