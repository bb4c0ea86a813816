"""Paying by bank debit: the page is done at once, the bank answers days later, nothing is paid twice."""

from html import unescape
from urllib.parse import urlsplit

import pytest

from ardoise import jobs, late_answers
from shared.accounts import Account, get_practice
from shared.payments import Choice, payables_of
from tests.integration.stray_till import Clerk, give_back, strays, sweep
from tests.integration.till import Till, on_sqlite, until
from tests.servers.sandbox import session_params

SLOW_YES = "FR3020041010050500013M02609"
SLOW_NO = "FR7920041010050500013M02600"
YES_AT_ONCE = "FR1420041010050500013M02606"


@pytest.fixture(autouse=True)
def takes_debits(till: Till) -> None:
    """The practice's page takes bank debits too."""
    allow(till, debits=True)


def allow(till: Till, *, debits: bool) -> None:
    with till.world.database.unit_of_work(till.world.practice_id) as work:
        get_practice(work.session, till.world.practice_id).bank_debit = debits
        work.commit()


def debit(till: Till, account: Account, iban: str, choice: Choice | None = None) -> str:
    """The patient agrees to be debited; the name of the intent."""
    url = till.begin(account, choice or Choice("all"))
    answer = till.processor.call("POST", f"{urlsplit(url).path}/debit", form={"iban": iban})
    assert answer.status == 303, answer.text
    till.tell_all()
    till.work()
    return str(till.sessions()[-1]["payment_intent"])


def look(till: Till) -> None:
    """No webhook comes: the worker asks by itself."""
    till.later(hours=2)
    till.work()


def payables(till: Till, account: Account) -> list[int]:
    with till.world.database.reading(account.practice_id) as session:
        found = payables_of(session, practice_id=account.practice_id, account_id=account.id)
    return [p.cents for p in found]


def said(page: str) -> str:
    return " ".join(unescape(page).replace("\u00a0", " ").replace("\u202f", " ").split())


def test_a_debit_is_on_its_way_for_days_and_then_paid_once(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    debit(till, account, SLOW_YES)
    assert till.attempt(account).status == "processing"
    assert payables(till, account) == [0]
    assert till.owed(account) == 4250
    till.later(days=2)
    look(till)
    assert till.payments() == []
    till.later(days=1)
    until(lambda: bool(till.charged()))
    look(till)
    [payment] = till.payments()
    assert (payment.method, payment.amount_cents) == ("debit", 4250)
    assert till.owed(account) == 0
    look(till)
    assert len(till.payments()) == 1


def test_a_debit_that_the_bank_refuses_is_told_kindly_and_once(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    intent = debit(till, account, SLOW_NO)
    till.later(days=1)
    till.processor.control("debit/answer", payment_intent=intent, answer="fails")
    look(till)
    assert till.attempt(account).status == "failed"
    assert payables(till, account) == [4250]
    assert till.payments() == []
    house, practice_id = till.world.house, till.world.practice_id
    assert late_answers.tell_failed_debits(house, practice_id) == 1
    assert late_answers.tell_failed_debits(house, practice_id) == 0
    assert till.notices(account)[-1] == "debit_failed"


def test_nothing_is_told_of_a_debit_when_the_sum_was_paid_since(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    intent = debit(till, account, SLOW_NO)
    till.processor.control("debit/answer", payment_intent=intent, answer="fails")
    look(till)
    late_answers.tell_failed_debits(till.world.house, till.world.practice_id)
    till.pay(account)
    till.tell_all()
    till.work()
    jobs.send_reminders(till.world.house, till.world.office, till.world.practice_id)
    assert till.world.mail.sent == till.world.sms.sent == []


def test_beside_a_debit_that_is_on_its_way_only_the_rest_can_be_paid(till: Till) -> None:
    account = till.world.account(owes=(4000, 3000))
    debit(till, account, SLOW_YES, Choice("other", amount=4500))
    assert payables(till, account) == [0, 2500]
    till.pay(account)
    till.tell_all()
    till.work()
    assert till.owed(account) == 4500
    till.later(days=3)
    until(lambda: len(till.charged()) == 2)
    look(till)
    assert till.owed(account) == 0
    assert sorted(p.method for p in till.payments()) == ["card", "debit"]


def test_the_page_to_pay_and_the_receipt_say_that_it_is_a_debit(till: Till) -> None:
    account = till.world.account(owes=(4250,))
    page = till.patient(account).get("/pay")
    assert "par prélèvement sur votre compte" in said(page.text)
    debit(till, account, YES_AT_ONCE)
    look(till)
    [payment] = till.payments()
    assert "prélèvement" in said(till.patient(account).get(f"/receipt/{payment.id}").text)


@on_sqlite
def test_a_practice_that_takes_no_debits_offers_none(till: Till) -> None:
    allow(till, debits=False)
    account = till.world.account(owes=(4250,))
    assert "prélèvement" not in said(till.patient(account).get("/pay").text)
    page = urlsplit(till.begin(account)).path
    assert "IBAN" not in till.processor.call("GET", page).text
    till.processor.call("POST", f"{page}/debit", form={"iban": SLOW_YES})
    assert till.sessions()[-1]["status"] == "open"


def test_a_debit_of_nobody_known_that_staff_assign_stays_a_debit(till: Till) -> None:
    account = till.world.account(owes=(5000,))
    client = till.processor.client(till.key)
    given = session_params(5000) | {
        "allowed_payment_method_types": ["card", "sepa_debit"],
        "client_reference_id": "by-hand",
        "metadata": {},
        "payment_intent_data": {},
    }
    page = client.v1.checkout.sessions.create(given)  # type: ignore[arg-type]
    till.processor.control("debit", session=page.id, iban=YES_AT_ONCE)
    until(lambda: bool(till.charged()))
    sweep(till)
    [stray] = strays(till)
    Clerk.of(till).assign(stray, account)
    [payment] = till.payments(account)
    assert (payment.method, payment.amount_cents) == ("debit", 5000)
    assert "prélèvement" in said(till.patient(account).get(f"/receipt/{payment.id}").text)
    give_back(till, payment.processor_ref, 1000, "pending")
    sweep(till)
    till.processor.control(
        "refund/end", refund=till.refunds(account)[0].processor_ref, status="succeeded"
    )
    till.later(days=60)  # it is in no list any more
    sweep(till)
    assert [r.status for r in till.refunds(account)] == ["succeeded"]
    till.check()
