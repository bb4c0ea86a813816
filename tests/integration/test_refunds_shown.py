"""What the patient sees of money that was given back, and what goes to the practice's software."""

import csv
from pathlib import Path

from ardoise import jobs, refunding
from ardoise.exporting import write_csv
from shared.accounts import Account, place_hold
from shared.audit import SYSTEM
from tests.integration.test_receipts_kept import words
from tests.integration.test_refunds import paid, told
from tests.integration.test_statement_cost import MOST_STATEMENTS
from tests.integration.test_transfer_pages import said
from tests.integration.till import Till, on_sqlite
from tests.statements import counting


def refunded(till: Till, cents: int = 1200, *, owes: tuple[int, ...] = (4250,)) -> Account:
    account = paid(till, owes)
    till.later(days=1)
    till.give_back(account, cents)
    told(till)
    return account


def test_the_statement_names_the_refund_and_its_sums_add_up(till: Till) -> None:
    account = refunded(till)
    browser = till.patient(account)
    page = said(browser.get("/statement"))
    assert "Il reste à payer 12,00 €" in page
    assert "Remboursé le 25 novembre 2026 : 12,00 €, par le même moyen." in page
    assert "Vous avez déjà payé − 30,50 €" in page
    assert "Ajouté par une correction" not in page
    assert "Un remboursement a été fait." in page
    assert "Ne payez rien pour l’instant" in page
    assert "Remboursé le 25 novembre 2026 : 12,00 €, par le même moyen." in said(
        browser.get("/payments")
    )


def test_the_receipt_and_its_letter_keep_their_number_and_name_the_refund(till: Till) -> None:
    account = refunded(till, owes=(2750, 1500))
    browser = till.patient(account)
    [payment] = till.payments(account)
    page = said(browser.get(f"/receipt/{payment.id}"))
    letter = words(browser.get(f"/receipt/{payment.id}.pdf").data)
    for fact in ("42,50 €", "27,50 €", "15,00 €", "Remboursé depuis", "Le 25 novembre 2026"):
        assert fact in page, fact
        assert fact in letter, fact
    for shown in (page, letter):
        assert "− 12,00 €" in shown
        assert "Payé, après remboursement 30,50 €" in shown
        assert payment.number in shown


@on_sqlite
def test_a_refund_on_an_invoice_that_is_checked_anyway_is_explained_once(till: Till) -> None:
    account = refunded(till)
    world = till.world
    with world.database.unit_of_work(account.practice_id) as work:
        place_hold(
            work.session,
            account=account,
            kind="absent",
            actor=SYSTEM,
            at=world.clock.now(),
            review_on=world.clock.now().date(),
            invoice_id=world.invoices(account)[0].id,
        )
        work.commit()
    page = said(till.patient(account).get("/statement"))
    assert "Un remboursement a été fait. Nous vérifions ce qui reste vraiment à payer." in page
    assert "Nous vérifions ce qui est à payer." not in page


@on_sqlite
def test_a_receipt_without_refund_says_nothing_of_refunds(till: Till) -> None:
    account = paid(till)
    [payment] = till.payments(account)
    browser = till.patient(account)
    for path in (f"/receipt/{payment.id}", "/payments", "/statement"):
        assert "embours" not in said(browser.get(path)), path
    assert "Ne payez rien" not in said(browser.get("/statement"))
    assert "embours" not in words(browser.get(f"/receipt/{payment.id}.pdf").data)


@on_sqlite
def test_a_refund_that_waits_or_failed_is_not_shown_as_made(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account, 900, status="pending")
    told(till)
    browser = till.patient(account)
    assert "Remboursé" not in said(browser.get("/statement"))
    till.processor.control("refund/end", refund=ref, status="succeeded")
    told(till)
    assert "Remboursé" in said(browser.get("/statement"))
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    assert "Remboursé" not in said(browser.get("/statement"))


@on_sqlite
def test_an_english_reader_reads_it_in_english(till: Till) -> None:
    account = till.world.account(language="en")
    till.pay(account)
    told(till)
    till.give_back(account, 1200)
    told(till)
    browser = till.patient(account)
    [payment] = till.payments(account)
    assert "Refunded on 24 November 2026: €12.00, the way it was paid." in said(
        browser.get("/statement")
    )
    assert "Refunded since" in said(browser.get(f"/receipt/{payment.id}"))
    assert "A refund was made." in said(browser.get("/statement"))


def test_the_statement_takes_no_more_statements_with_refunds(till: Till) -> None:
    account = refunded(till)
    for _ in range(3):
        till.give_back(account, 100)
    told(till)
    browser = till.patient(account)
    browser.get("/statement")
    with counting(till.world.database.engine) as statements:
        assert said(browser.get("/statement")).count("Remboursé le") == 4
    assert len(statements) <= MOST_STATEMENTS, statements


def test_the_patient_is_told_once_that_there_is_news_and_not_what(till: Till) -> None:
    account = refunded(till)
    house, practice_id = till.world.house, till.world.practice_id
    assert [refunding.tell_refunds(house, practice_id) for _ in range(3)] == [1, 0, 0]
    jobs.send_reminders(house, till.world.office, practice_id)
    [message] = till.world.sms.sent
    assert "du nouveau dans votre espace" in message.text
    assert "embours" not in message.text
    assert "12" not in message.text.replace("R12", "").partition("http")[0]
    till.give_back(account, 100)
    told(till)
    assert refunding.tell_refunds(house, practice_id) == 1
    till.world.check()


@on_sqlite
def test_a_refund_that_failed_before_it_was_told_is_not_told(till: Till) -> None:
    account = paid(till)
    ref = till.give_back(account)
    told(till)
    house, practice_id = till.world.house, till.world.practice_id
    assert refunding.tell_refunds(house, practice_id) == 1
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    jobs.send_reminders(house, till.world.office, practice_id)
    assert till.world.sms.sent == []


def test_the_practices_software_gets_refunds_back_as_lines_with_a_minus(
    till: Till, tmp_path: Path
) -> None:
    account = paid(till, owes=(2750, 1500))
    till.later(days=1)
    ref = till.give_back(account, 2000)
    told(till)
    till.later(days=1)
    till.processor.control("refund/end", refund=ref, status="failed")
    told(till)
    path, number = tmp_path / "payments.csv", till.world.practice_id
    with till.world.database.reading(number) as session:
        write_csv(session, path, practice_id=number, since=None, until=None)
    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file, delimiter=";"))
    assert [(line["Date"], line["Montant"]) for line in lines] == [
        ("24/11/2026", "27,50"),
        ("24/11/2026", "15,00"),
        ("25/11/2026", "-5,00"),
        ("25/11/2026", "-15,00"),
        ("26/11/2026", "5,00"),
        ("26/11/2026", "15,00"),
    ]
    assert {line["Référence"] for line in lines[2:]} == {ref}
    assert len({line["Reçu"] for line in lines}) == 1
    assert len({line["N° dossier"] for line in lines}) == 1
