"""What a patient does in the browser, from the link to the receipt."""

import re
from datetime import date

from playwright.sync_api import BrowserContext, Page, expect

from shared.base.formats import money
from tests.functional.demo_run import DemoRun, Patient

SUCCESS, DECLINED, AUTHENTICATES = (
    "4242 4242 4242 4242",
    "4000 0000 0000 9995",
    "4000 0027 6000 3184",
)
RECEIPT = re.compile(r"/receipt/[0-9a-f-]+(\?fresh=1)?$")
SETTLED_MS = 60_000  # the worker settles, and the machine may have other work
HOSTED = re.compile(r"/pay/cs_")
# Words of each language on the buttons that a patient presses.
OPEN = re.compile("Ouvrir le document|Open the document")
PAY = re.compile("^(Payer|Pay)")
GO_ON = re.compile("Continuer vers la carte|Continue to the card")


def first_link(page: Page) -> None:
    """Touch the link of the newest message on the phone page."""
    page.locator("article.msg a[href*='/l/']").first.click()


def give(page: Page, born: date | None) -> None:
    """Fill in a date of birth and open the document."""
    assert born
    page.get_by_label(re.compile("^(Jour|Day)")).fill(f"{born.day:02}")
    page.get_by_label(re.compile("^(Mois|Month)")).fill(f"{born.month:02}")
    page.get_by_label(re.compile("^(Année|Year)")).fill(str(born.year))
    page.get_by_role("button", name=OPEN).click()


def enter(context: BrowserContext, patient: Patient) -> Page:
    """The patient's statement, in a new page."""
    page = context.new_page()
    page.goto(patient.link)
    give(page, patient.birth_date)
    expect(page).to_have_url(re.compile("/statement$"))
    return page


def see_owed(page: Page, cents: int, language: str = "fr") -> None:
    """The big figure says this sum."""
    written = "".join(money(cents, language).split())
    expect(page.locator("h1 .sum")).to_have_text(re.compile(r"\s*".join(map(re.escape, written))))


def open_pay(page: Page) -> None:
    """Through the door to the page where one says how much."""
    page.get_by_role("link", name=PAY).click()


def to_card(page: Page) -> None:
    """On to the processor's page."""
    page.get_by_role("button", name=GO_ON).click()
    expect(page).to_have_url(HOSTED)


def pay_by_card(page: Page, number: str = SUCCESS) -> None:
    """Type a card on the processor's page, and pay."""
    page.locator("#card").fill(number)
    page.get_by_role("button", name=PAY).click()


def see_receipt(page: Page, cents: int, language: str = "fr") -> None:
    """The receipt of this sum, right after paying."""
    expect(page).to_have_url(RECEIPT, timeout=SETTLED_MS)
    written = "".join(money(cents, language).split())
    figure = page.locator("article.letter .sum")
    expect(figure).to_have_text(re.compile(r"\s*".join(map(re.escape, written))))


def paid_once(demo: DemoRun, patient: Patient, cents: int) -> None:
    """The books know one new payment of that sum, and the rest is still owed."""
    assert demo.payments(patient.number)[-1:] == [cents]
    assert demo.balance(patient.number) == patient.balance_cents - cents
