"""A payment at the desk that was none: the patient gets a neutral word, and reads what happened."""

from ardoise import cancelled
from shared.accounts import Account
from tests.integration.desk_world import Secretary
from tests.integration.test_refunds_shown import said
from tests.integration.till import Till

PLAIN = "cette somme n’a pas été reçue, elle ne compte pas"


def cancelled_payment(till: Till, **more: str) -> Account:
    claire = Secretary.of(till.world)
    account = till.world.account(**more)
    claire.cancels(account, claire.receives(account, 4250, "cheque"))
    claire.work()
    return account


def told(till: Till) -> None:
    cancelled.tell_cancelled(till.world.house, till.world.practice_id)


def test_the_patient_gets_one_neutral_word_and_reads_what_happened(till: Till) -> None:
    account = cancelled_payment(till)
    for _ in range(3):
        told(till)
        till.later(hours=1)
    assert till.notices(account) == ["payment_cancelled"]
    page = said(till.patient(account).get("/statement"))
    assert "Annulé le 24 novembre 2026" in page
    assert PLAIN in page
    assert "42,50 €" in page


def test_an_english_reader_reads_it_in_english(till: Till) -> None:
    account = cancelled_payment(till, language="en")
    told(till)
    page = said(till.patient(account).get("/statement"))
    assert "this sum was not received, it does not count" in page


def test_a_payment_that_stands_gives_no_word(till: Till) -> None:
    account = till.world.account()
    Secretary.of(till.world).receives(account, 4250)
    told(till)
    assert till.notices(account) == []
    assert PLAIN not in said(till.patient(account).get("/statement"))
