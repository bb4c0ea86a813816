"""Choosing what to pay: all, some invoices, another amount; typed kindly, bounded on the server."""

from html import unescape
from uuid import uuid4

import pytest
from sqlalchemy import delete, update
from werkzeug.test import TestResponse

from shared.accounts import Account, Practice
from shared.payments import Choice
from shared.processor import ProcessorAccount
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser
from tests.world import PersonName

LEAST = 500


@pytest.fixture
def till(till: Till) -> Till:
    """The practice takes no payment below 5 €."""
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        work.session.execute(update(Practice).values(minimum_payment_cents=LEAST))
        work.commit()
    return till


def other(browser: Browser, typed: str) -> TestResponse:
    return browser.post("/pay", {"choice": "other", "amount": typed})


def said(answer: TestResponse) -> str:
    return " ".join(unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ").split())


def asked(till: Till) -> list[int]:
    return [s["amount_total"] for s in till.sessions() if s["status"] == "open"]


READ_KINDLY = {
    "12,5": 1250,
    "12": 1200,
    "12.50": 1250,
    " 12,50 € ": 1250,
    "1 234,56 €": 123456,
    "1\u202f234,56\u00a0€": 123456,
    "1234,56": 123456,
    "0012,05": 1205,
    "5": LEAST,
    "1500": 150000,
}


@on_sqlite
def test_another_amount_is_read_kindly(till: Till) -> None:
    account = till.world.account(owes=(130000, 20000))
    browser = till.patient(account)
    for typed, cents in READ_KINDLY.items():
        assert other(browser, typed).status_code == 303, typed
        assert asked(till) == [cents], typed
    till.check()


@on_sqlite
def test_an_amount_out_of_bounds_is_told_the_bounds(till: Till) -> None:
    account = till.world.account(owes=(130000, 20000))
    browser = till.patient(account)
    for typed in ("4,99", "0", "0,00", "0,01", "1500,01", "999999999", "1501"):
        answer = other(browser, typed)
        assert answer.status_code == 422
        assert "Écrivez une somme entre 5,00 € et 1 500,00 €." in said(answer)
        assert f'value="{typed}"' in answer.text
    assert till.attempts(account) == till.sessions() == []
    till.check()


@on_sqlite
def test_what_is_no_amount_gets_one_sentence_with_an_example(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    for typed in ("", "douze", "-12", "12,345", "12 50", "1e3", "NaN", "12 EUR", "<i>"):
        answer = other(browser, typed)
        assert answer.status_code == 422
        assert "Écrivez une somme en euros, par exemple 12,50." in said(answer)
        assert "<i>" not in answer.text
    assert "Cette somme est trop grande : vérifiez-la." in said(other(browser, "9" * 60))
    assert till.attempts(account) == []


@on_sqlite
def test_less_than_the_least_may_be_paid_when_it_is_all_that_is_left(till: Till) -> None:
    account = till.world.account(owes=(300,))
    assert till.patient(account).post("/pay", {"choice": "all"}).status_code == 303
    assert other(till.patient(account), "3").status_code == 303
    assert asked(till) == [300]
    till.check()


@on_sqlite
def test_less_than_the_card_can_take_is_told(till: Till) -> None:
    account = till.world.account(owes=(49,))
    answer = till.patient(account).post("/pay", {"choice": "all"})
    assert answer.status_code == 422
    assert "le minimum est de 0,50 €" in said(answer)
    assert till.attempts(account) == []


@on_sqlite
def test_a_part_that_leaves_too_little_for_a_card_is_told_what_can_be_paid(till: Till) -> None:
    account = till.world.account(owes=(4000, 250))
    browser = till.patient(account)
    for typed in ("42,01", "42,49"):
        answer = other(browser, typed)
        assert answer.status_code == 422
        assert (
            "Il resterait moins de 0,50 €, trop peu pour une carte. "
            "Payez tout, 42,50 €, ou au plus 42,00 €."
        ) in said(answer)
    assert till.attempts(account) == till.sessions() == []
    for typed, cents in (("42,50", 4250), ("42", 4200)):
        assert other(browser, typed).status_code == 303
        assert asked(till) == [cents]
    till.press(till.sessions()[-1]["url"])
    till.tell_all()
    till.work()
    assert till.owed(account) == 50
    till.pay(account)
    till.tell_all()
    till.work()
    assert till.owed(account) == 0
    till.check()


@on_sqlite
def test_some_invoices_that_leave_too_little_for_a_card_are_not_paid_alone(till: Till) -> None:
    account = till.world.account(owes=(4000, 49))
    browser = till.patient(account)
    first = str(till.invoice_id(account, 0))
    answer = browser.post("/pay", {"choice": "some", "invoice": [first]})
    assert answer.status_code == 422
    assert "trop peu pour une carte. Payez tout : 40,49 €." in said(answer)
    assert till.attempts(account) == []
    assert browser.post("/pay", {"choice": "all"}).status_code == 303
    assert asked(till) == [4049]
    till.check()


@on_sqlite
def test_who_can_pay_no_part_is_offered_none(till: Till) -> None:
    account = till.world.account(owes=(549,))
    browser = till.patient(account)
    assert "Une autre somme" not in said(browser.get("/pay"))
    answer = other(browser, "5")
    assert answer.status_code == 422
    assert "Payez tout : 5,49 €." in said(answer)
    assert other(browser, "5,49").status_code == 303
    till.check()


@on_sqlite
def test_some_invoices_are_paid_whole_and_no_others(till: Till) -> None:
    account = till.world.account(owes=(4250, 1000, 2000))
    ids = [i.id for i in till.world.invoices(account)]
    browser = till.patient(account)
    browser.post("/pay", {"choice": "some", "invoice": [str(ids[0]), str(ids[2])]})
    till.press(till.sessions()[0]["url"])
    till.tell_all()
    till.work()
    assert [i.open_cents for i in till.world.invoices(account)] == [0, 1000, 0]
    assert till.owed(account) == 1000
    till.check()


@on_sqlite
def test_some_without_an_open_invoice_of_theirs_is_told(till: Till) -> None:
    account, stranger = till.world.account(owes=(4250, 1000)), till.world.account()
    browser = till.patient(account)
    foreign = str(till.invoice_id(stranger, 0))
    for ticked in ([], ["nonsense"], [str(uuid4())], [foreign]):
        answer = browser.post("/pay", {"choice": "some", "invoice": ticked})
        assert answer.status_code == 422
        assert "Choisissez dans la liste au moins une facture." in said(answer)
    assert till.sessions() == []


@on_sqlite
def test_no_choice_or_an_unknown_one_is_told(till: Till) -> None:
    browser = till.patient(till.world.account())
    for choice in ({}, {"choice": ""}, {"choice": "everything"}):
        answer = browser.post("/pay", choice)
        assert answer.status_code == 422
        assert "Choisissez ce que vous voulez payer." in said(answer)
    assert till.sessions() == []


@on_sqlite
def test_nothing_left_leads_back_to_the_statement(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    till.pay(account)
    till.tell_all()
    till.work()
    assert browser.get("/pay").location == "/statement"
    answer = browser.post("/pay", {"choice": "all"})
    assert answer.status_code == 422
    assert "Il ne reste rien à payer" in said(answer)
    assert len(till.sessions()) == 1
    till.check()


@on_sqlite
def test_a_practice_that_takes_no_cards_says_so(till: Till) -> None:
    account = till.world.account()
    browser = till.patient(account)
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        work.session.execute(delete(ProcessorAccount))
        work.commit()
    answer = browser.post("/pay", {"choice": "all"})
    assert answer.status_code == 422
    assert "Le paiement par carte n’est pas ouvert ici." in said(answer)
    assert till.attempts(account) == []


def test_partial_payments_in_a_row_settle_the_oldest_first(till: Till) -> None:
    account = till.world.account(owes=(4000, 3000, 2000))
    left = []
    for cents in (1000, 4500, 3500):
        till.pay(account, Choice("other", amount=cents))
        till.tell_all()
        till.work()
        left.append([i.open_cents for i in till.world.invoices(account)])
        till.check()
    assert left == [[3000, 3000, 2000], [0, 1500, 2000], [0, 0, 0]]
    assert [(p.number, p.left_cents) for p in till.payments()] == [
        ("R-2026-00001", 8000),
        ("R-2026-00002", 3500),
        ("R-2026-00003", 0),
    ]


@on_sqlite
def test_receipts_and_attempts_open_to_their_own_account_only(till: Till) -> None:
    account, stranger = till.world.account(), till.world.account()
    till.pay(account)
    till.tell_all()
    till.work()
    [payment] = till.payments()
    mine, theirs = till.patient(account), till.patient(stranger)
    for page in (f"/receipt/{payment.id}", f"/payment/{payment.attempt_id}"):
        assert mine.get(page).status_code in {200, 303}
        assert theirs.get(page).status_code == 404
    assert "R-2026-00001" in mine.get(f"/receipt/{payment.id}").text
    till.check()


def accounts_of_two_practices(till: Till, second: int) -> tuple[Account, Account]:
    """The same person, who owes to both."""
    name = PersonName("Nadia", "Ferhat")
    return (
        till.world.account(owes=(4250,), name=name),
        till.world.account(owes=(8000,), name=name, practice_id=second),
    )


def test_money_of_two_practices_never_mixes(till: Till) -> None:
    second = till.world.open_practice("Secrétariat B7")
    key, secret = till.take_cards(second)
    here, there = accounts_of_two_practices(till, second)
    till.pay(here)
    till.pay(there)
    for event in till.events():
        assert till.tell(event).status_code == 200
        assert till.tell(event, practice_id=second).status_code == 400
    till.work()
    assert (till.owed(here), till.owed(there)) == (0, 8000)
    for event in till.events(key):
        assert till.tell(event, practice_id=second, secret=secret).status_code == 200
    till.work_for(second)
    assert (till.owed(here), till.owed(there)) == (0, 0)
    assert [(p.practice_id, p.number) for p in till.payments()] == [
        (till.world.practice_id, "R-2026-00001"),
        (second, "R-2026-00001"),
    ]
    assert till.booked(second) == till.charged(key)
    assert till.booked() == till.charged()
    till.world.check()


def test_practices_that_share_one_processor_account_keep_their_own_payments(till: Till) -> None:
    second = till.world.open_practice("Secrétariat B7")
    till.set_key(second, till.key, till.secret)
    here, there = accounts_of_two_practices(till, second)
    till.pay(here)
    till.pay(there)
    for event in till.events():
        for practice_id in (till.world.practice_id, second):
            assert till.tell(event, practice_id=practice_id).status_code == 200
    till.work()
    till.work_for(second)
    assert (till.owed(here), till.owed(there)) == (0, 0)
    assert till.booked() | till.booked(second) == till.charged()
    assert list(till.booked().values()) == [4250]
    assert list(till.booked(second).values()) == [8000]
    till.world.check()
