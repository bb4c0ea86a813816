"""Receipts as letters to keep, and the list of all payments."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from shared.accounts import Account
from shared.base.ids import new_id
from shared.payments import Choice, Payment
from shared.payments.receipts import PAGE_OF_PAYMENTS
from tests.integration.test_transfer_pages import said
from tests.integration.till import Till, on_sqlite
from tests.security.portal_house import Browser

VAT = "Exonération de TVA, article 261-4-1° du CGI"


def paid(till: Till, account: Account, choice: Choice | None = None) -> Payment:
    till.pay(account, choice or Choice("all"))
    till.tell_all()
    till.work()
    return till.payments(account)[-1]


def words(pdf: bytes) -> str:
    return " ".join(" ".join(p.extract_text() for p in PdfReader(BytesIO(pdf)).pages).split())


def test_a_receipt_is_a_page_and_a_letter_that_say_the_same(till: Till) -> None:
    account = till.world.account(owes=(2750, 1500))
    browser = till.patient(account)
    payment = paid(till, account, Choice("other", amount=3000))
    page = browser.get(f"/receipt/{payment.id}")
    assert f'href="/receipt/{payment.id}.pdf"' in page.text
    letter = browser.get(f"/receipt/{payment.id}.pdf")
    assert letter.mimetype == "application/pdf"
    name = f"recu-{payment.number.removeprefix('R-')}.pdf"
    assert letter.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert letter.headers["Cache-Control"] == "no-store"
    assert name in said(page)
    told = words(letter.data)
    numbers = [invoice.number for invoice in till.world.invoices(account)]
    for fact in (
        *(payment.number, "24 novembre 2026, 10 h 40", "Nadia Ferhat", account.number, "carte"),
        *("30,00 €", "27,50 €", "2,50 €", "12,50 €", VAT, "900 412 876", *numbers),
    ):
        assert fact in told, fact
        assert fact in said(page), fact
    reader = PdfReader(BytesIO(letter.data))
    assert reader.metadata
    assert reader.metadata.title == f"Reçu n°\u00a0{payment.number}"
    assert b"pdfuaid" in reader.trailer["/Root"]["/Metadata"].get_data()
    assert browser.get(f"/receipt/{payment.id}.pdf").data == letter.data
    assert browser.get(f"/receipt/{uuid4()}.pdf").status_code == 404


def test_an_english_reader_gets_an_english_letter(till: Till) -> None:
    account = till.world.account(owes=(4250,), language="en")
    payment = paid(till, account)
    told = words(till.patient(account).get(f"/receipt/{payment.id}.pdf").data)
    assert f"Receipt no. {payment.number}" in told
    assert "€42.50" in told
    assert "Somme" not in told


@pytest.fixture
def many(till: Till) -> tuple[Browser, Account]:
    """Somebody who has paid forty-five times, some of it at the same instant."""
    account = till.world.account(owes=(4250,))
    first = paid(till, account)
    with till.world.database.unit_of_work(account.practice_id) as work:
        for place in range(2 * PAGE_OF_PAYMENTS + 4):
            at = first.received_at - timedelta(days=place // 3)
            work.session.add(
                Payment(
                    practice_id=account.practice_id,
                    id=new_id(),
                    account_id=account.id,
                    attempt_id=None,
                    method="import",
                    amount_cents=100 + place,
                    credit_cents=0,
                    left_cents=0,
                    processor_ref=f"before-{place}",
                    number=f"A-{place:03d}",
                    received_at=at,
                    booked_on=at.date(),
                )
            )
        work.commit()
    return till.patient(account), account


@pytest.mark.broken_books("payments of another software that were never booked here fill the pages")
def test_all_payments_are_listed_a_page_at_a_time(many: tuple[Browser, Account]) -> None:
    browser, _ = many
    seen: list[str] = []
    address: str | None = "/payments"
    pages = 0
    while address is not None:
        page = browser.get(address)
        seen += re.findall(r'href="/receipt/([0-9a-f-]{36})"', page.text)
        older = re.search(r'href="(/payments\?before=[0-9a-f-]{36})"', page.text)
        address = older[1] if older else None
        pages += 1
    assert pages == 3
    assert len(seen) == len(set(seen)) == 2 * PAGE_OF_PAYMENTS + 5
    assert "Derniers paiements" in said(page)
    statement = browser.get("/statement").text
    assert statement.count('href="/receipt/') == 3
    assert 'href="/payments"' in statement


@on_sqlite
def test_a_page_that_goes_on_from_nowhere_is_not_there(till: Till) -> None:
    account, other = till.world.account(), till.world.account()
    theirs = paid(till, other)
    browser = till.patient(account)
    assert "Aucun paiement n’est encore arrivé ici." in said(browser.get("/payments"))
    for before in (uuid4(), theirs.id, "x", "'", "0" * 400):
        assert browser.get(f"/payments?before={before}").status_code == 404, before


def test_what_was_received_elsewhere_is_told_apart(till: Till) -> None:
    account = till.world.account(owes=(4250, 1500))
    till.paid_elsewhere(account, 1200)
    till.paid_elsewhere(account, 1500, place=1)
    page = said(till.patient(account).get("/payments"))
    assert "Payé autrement ou corrigé" in page
    assert "12,00 €" in page
    assert "15,00 €" in page, "a settled invoice too"
    untouched = till.world.account()
    assert "Payé autrement" not in said(till.patient(untouched).get("/payments"))
