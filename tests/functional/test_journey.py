"""Whole journeys of patients in Chromium, through the real demo: from the message to the receipt."""

import re
import sys
import time
from collections.abc import Callable

from playwright.sync_api import Page, expect

from shared.base.formats import money
from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun, until
from tests.functional.staff_steps import sign_in
from tests.functional.visitor import plain

DESK = (1440, 900)
MOST_SECONDS = 30  # of machine time; a patient has sixty, and reads meanwhile
# Whose newest SMS is a few days old, so that its link still opens.
REMINDED = ("reminded", "reminded_twice")
OWING = ("unpaid", "not_due", "reminded", "reminded_twice", "call", "formal_notice")

# What the account page says of a story.
WHY = {
    "dispute": "Désaccord à vérifier",
    "plan": "Paiement étalé demandé ou en cours",
    "aid": "Demande d’aide en cours",
    "protected": "protection à respecter",
    "absent": "absente du dernier export",
    "bounced": "Contact qui ne marche plus",
    "no_contact": "aucun contact qui marche",
    "letter_only": "courrier seulement",
    "door_closed": "Dix mauvaises réponses",
    "call": "Appeler",
    "formal_notice": "Lettre recommandée à approuver",
    "paid": "Rien n’est dû",
    "refunded": "remboursement à expliquer",
    "partly_paid": "Paiements",
}


def test_from_the_sms_to_the_receipt_on_a_phone_without_javascript(
    demo: DemoRun, page_mobile: Page, proof_record: Callable[[str, float], None]
) -> None:
    patient = demo.claim(*REMINDED)
    page = page_mobile
    page.goto(demo.phone_page(patient))
    started = time.perf_counter()
    steps.first_link(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Un document vous attend")
    assert patient.name not in page.content()
    steps.give(page, patient.birth_date)
    expect(page.get_by_text(f"Bonjour {patient.name},")).to_be_visible()
    steps.see_owed(page, patient.balance_cents)
    steps.open_pay(page)
    steps.to_card(page)
    steps.pay_by_card(page)
    steps.see_receipt(page, patient.balance_cents)
    seconds = time.perf_counter() - started
    expect(page.get_by_role("heading", name="Merci, c’est payé.")).to_be_visible()
    expect(page.get_by_text("Il ne reste rien à payer.")).to_be_visible()
    steps.paid_once(demo, patient, patient.balance_cents)
    page.get_by_role("link", name="Retour à votre espace").click()
    steps.see_owed(page, 0)
    expect(page.get_by_role("link", name=re.compile("^Reçu n°"))).not_to_have_count(0)
    sys.stdout.write(f"From the SMS to the receipt: {seconds:.1f} s\n")
    proof_record("from the SMS to the receipt in Chromium, no JavaScript (s)", round(seconds, 2))
    assert seconds < MOST_SECONDS


def test_from_the_link_to_the_receipt_at_a_desk(demo: DemoRun, open_context: OpenContext) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(size=DESK), patient)
    page.get_by_role("link", name=re.compile("^Facture n°")).first.click()
    expect(page.get_by_role("heading", name="Qui a payé quoi")).to_be_visible()
    page.get_by_role("link", name="Retour").click()
    steps.open_pay(page)
    steps.to_card(page)
    steps.pay_by_card(page)
    steps.see_receipt(page, patient.balance_cents)
    page.get_by_role("link", name="Retour à votre espace").click()
    page.get_by_role("button", name="Quitter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous avez quitté votre espace")
    page.goto(f"{demo.portal}/statement")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre visite est fermée")


def test_the_whole_way_in_english(demo: DemoRun, open_context: OpenContext) -> None:
    patient = demo.claim("english")
    page = open_context(javascript=False).new_page()
    page.goto(demo.phone_page(patient))
    expect(page.locator("article.msg .body").first).to_contain_text("a document")
    steps.first_link(page)
    # Nobody is known before the answer: the browser's language is spoken, and can be changed.
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    steps.give(page, patient.birth_date)
    steps.see_owed(page, patient.balance_cents, "en")
    steps.open_pay(page)
    steps.to_card(page)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    steps.pay_by_card(page)
    steps.see_receipt(page, patient.balance_cents, "en")
    french = re.compile(r"\b(Reçu|Retour|Bonjour|votre|vous|payer)\b")
    assert not french.findall(plain(page.content()))


# How much


def test_another_sum_than_all(demo: DemoRun, page_mobile: Page) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(page_mobile.context, patient)
    steps.open_pay(page)
    page.get_by_label("Une autre somme").check()
    page.get_by_label("Somme en euros").fill("0,10")
    page.get_by_role("button", name=steps.GO_ON).click()
    expect(page.get_by_role("alert")).to_contain_text("Écrivez une somme entre")
    expect(page.get_by_label("Somme en euros")).to_have_value("0,10")
    page.get_by_label("Somme en euros").fill("7,5")
    steps.to_card(page)
    expect(page.get_by_text(money(750)).first).to_be_visible()
    steps.pay_by_card(page)
    steps.see_receipt(page, 750)
    left = money(patient.balance_cents - 750)
    expect(page.get_by_role("status")).to_contain_text(f"Il reste {left} à payer.")
    steps.paid_once(demo, patient, 750)


def test_one_invoice_of_two(demo: DemoRun, page_mobile: Page) -> None:
    patient = demo.claim(*OWING, invoices=2)
    page = steps.enter(page_mobile.context, patient)
    steps.open_pay(page)
    page.get_by_label("Certaines factures").check()
    page.get_by_role("button", name=steps.GO_ON).click()
    expect(page.get_by_role("alert")).to_contain_text("au moins une facture")
    page.get_by_role("checkbox").nth(1).check()
    chosen = plain(page.locator(".picks .picks .pick").nth(1).inner_text())
    steps.to_card(page)
    steps.pay_by_card(page)
    expect(page).to_have_url(steps.RECEIPT, timeout=steps.SETTLED_MS)
    (cents,) = demo.payments(patient.number)
    assert chosen.endswith(plain(money(cents)))
    assert 0 < cents < patient.balance_cents
    steps.paid_once(demo, patient, cents)
    page.get_by_role("link", name="Retour à votre espace").click()
    expect(page.get_by_role("heading", name="Votre facture")).to_be_visible()


# When it does not go straight


def test_a_refused_card_then_another(demo: DemoRun, page_mobile: Page) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(page_mobile.context, patient)
    steps.open_pay(page)
    steps.to_card(page)
    steps.pay_by_card(page, steps.DECLINED)
    expect(page.get_by_role("alert")).to_contain_text("Rien n’a été débité.")
    assert demo.payments(patient.number) == []
    steps.pay_by_card(page)
    steps.see_receipt(page, patient.balance_cents)
    steps.paid_once(demo, patient, patient.balance_cents)


def test_the_bank_asks_for_a_confirmation(demo: DemoRun, page_mobile: Page) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(page_mobile.context, patient)
    steps.open_pay(page)
    steps.to_card(page)
    steps.pay_by_card(page, steps.AUTHENTICATES)
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_role("alert")).to_contain_text("n’a pas été confirmé")
    steps.pay_by_card(page, steps.AUTHENTICATES)
    page.get_by_role("button", name="Confirmer").click()
    steps.see_receipt(page, patient.balance_cents)
    steps.paid_once(demo, patient, patient.balance_cents)


def test_giving_up_on_the_card_page_and_coming_back(demo: DemoRun, page_mobile: Page) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(page_mobile.context, patient)
    steps.open_pay(page)
    steps.to_card(page)
    page.get_by_role("link", name="Annuler et revenir").click()
    expect(page).to_have_url(f"{demo.portal}/pay?cancelled=1")
    expect(page.get_by_role("status")).to_have_text("Rien n’a été débité.")
    page.get_by_role("link", name="Retour").click()
    steps.see_owed(page, patient.balance_cents)
    assert demo.payments(patient.number) == []
    # Another sum than the one that was given up.
    steps.open_pay(page)
    page.get_by_label("Une autre somme").check()
    page.get_by_label("Somme en euros").fill("6")
    steps.to_card(page)
    steps.pay_by_card(page)
    steps.see_receipt(page, 600)
    steps.paid_once(demo, patient, 600)


def test_the_back_button_after_paying_takes_no_money(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(), patient)
    steps.open_pay(page)
    steps.to_card(page)
    steps.pay_by_card(page)
    steps.see_receipt(page, patient.balance_cents)
    page.go_back()
    if steps.HOSTED.search(page.url):
        page.reload()
        expect(page.get_by_role("heading", name="C’est déjà payé")).to_be_visible()
        page.get_by_role("link", name="Continuer").click()
        steps.see_receipt(page, patient.balance_cents)
        page.go_back()
    page.goto(f"{demo.portal}/pay")
    expect(page).to_have_url(f"{demo.portal}/statement")
    steps.see_owed(page, 0)
    steps.paid_once(demo, patient, patient.balance_cents)


def test_two_clicks_and_two_windows_pay_once(demo: DemoRun, open_context: OpenContext) -> None:
    patient = demo.claim(*OWING)
    context = open_context()
    first = steps.enter(context, patient)
    second = context.new_page()
    for page in (first, second):
        page.goto(f"{demo.portal}/pay")
    for page in (first, second):
        page.get_by_role("button", name=steps.GO_ON).dblclick()
        expect(page).to_have_url(steps.HOSTED)
    assert first.url == second.url
    for page in (first, second):
        page.get_by_role("button", name=steps.PAY).dblclick()
        expect(page).to_have_url(steps.RECEIPT, timeout=steps.SETTLED_MS)
    steps.paid_once(demo, patient, patient.balance_cents)
    assert len(demo.payments(patient.number)) == 1


def test_a_visit_that_ended_half_way_says_how_to_come_back(
    demo: DemoRun, page_mobile: Page
) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(page_mobile.context, patient)
    steps.open_pay(page)
    page.context.clear_cookies(name="visit")
    page.get_by_role("button", name=steps.GO_ON).click()
    expect(page.get_by_role("main")).to_contain_text("ouvrez de nouveau le lien")
    # Not even the cookie that guards the forms is left.
    page = steps.enter(page_mobile.context, patient)
    steps.open_pay(page)
    page.context.clear_cookies()
    page.get_by_role("button", name=steps.GO_ON).click()
    expect(page.get_by_role("main")).to_contain_text("ouvrez de nouveau le lien")
    expect(page.get_by_role("main")).not_to_contain_text("rechargez-la")
    assert demo.payments(patient.number) == []
    # Gone again, this time while the card is being typed: the payment counts all the same.
    page = steps.enter(page_mobile.context, patient)
    steps.open_pay(page)
    steps.to_card(page)
    page.context.clear_cookies()
    steps.pay_by_card(page)
    expect(page.get_by_role("main")).to_contain_text("ouvrez de nouveau le lien")
    until(lambda: demo.payments(patient.number))
    steps.paid_once(demo, patient, patient.balance_cents)
    page = steps.enter(page_mobile.context, patient)
    steps.see_owed(page, 0)


# Getting in


def test_a_wrong_birth_date_is_told_kindly_and_the_right_one_opens(
    demo: DemoRun, page_mobile: Page
) -> None:
    patient = demo.claim(*OWING)
    assert patient.birth_date
    page = page_mobile
    page.goto(patient.link)
    steps.give(page, patient.birth_date.replace(year=patient.birth_date.year - 1))
    expect(page.get_by_role("alert")).to_contain_text("Une réponse est à corriger")
    expect(page.get_by_text(re.compile("Il vous reste 2 essais"))).to_be_visible()
    expect(page.get_by_label("Jour")).to_have_value(f"{patient.birth_date.day:02}")
    assert patient.name not in page.content()
    page.get_by_label("Mois").fill("13")
    page.get_by_role("button", name=steps.OPEN).click()
    expect(page.get_by_role("alert")).to_contain_text("Le mois va de 1 à 12.")
    steps.give(page, patient.birth_date)
    steps.see_owed(page, patient.balance_cents)


def test_an_expired_link_brings_a_new_one_to_the_phone(demo: DemoRun, page_mobile: Page) -> None:
    patient = demo.claim("expired_link")
    page = page_mobile
    phone = demo.phone_of(patient)
    before = len(demo.messages(phone))
    page.goto(patient.link)
    steps.give(page, patient.birth_date)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ce lien ne marche plus")
    page.get_by_role("button", name="Recevoir un nouveau lien").click()
    expect(page).to_have_url(f"{demo.portal}/asked")
    expect(page.get_by_role("status")).to_contain_text("C’est demandé")
    until(lambda: len(demo.messages(phone)) > before)
    page.goto(demo.phone_page(patient))
    steps.first_link(page)
    steps.give(page, patient.birth_date)
    steps.see_owed(page, patient.balance_cents)


# The other side of the desk


def test_a_secretary_sees_where_an_account_stands_and_why_and_holds_it(
    demo: DemoRun, open_context: OpenContext
) -> None:
    patient = demo.claim("reminded")
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "secretary")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    page.get_by_role("link", name="Comptes", exact=True).click()
    page.get_by_role("link", name=re.compile(r"^Rappel\s+\d+$")).click()
    page.get_by_role("link", name=patient.name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(patient.name)
    expect(page.locator(".hero .big")).to_have_text(money(patient.balance_cents))
    ladder = page.get_by_role("region", name="Échelle")
    expect(ladder.locator("[aria-current=step]")).to_contain_text("Rappel")
    expect(ladder).to_contain_text("Second rappel : au plus tôt")
    expect(page.get_by_role("region", name="Messages envoyés")).to_contain_text("envoyé")
    # Held: nothing goes out, and both sides are told why.
    page.get_by_text("Mettre en pause", exact=True).first.click()
    page.get_by_label("Note").fill("Rappelle la semaine prochaine.")
    page.get_by_role("button", name="Mettre en pause").click()
    expect(page.get_by_role("status")).to_contain_text("En pause : rien ne part.")
    expect(ladder).to_contain_text("Pourquoi rien ne part")
    expect(page.get_by_role("region", name="Pauses")).to_contain_text("Rappelle la semaine")
    visit = steps.enter(open_context(), patient)
    expect(visit.get_by_role("main")).to_contain_text("Nos messages sont en pause.")
    # Released: the ladder goes on.
    page.get_by_text("Lever cette pause").click()
    page.get_by_label("Raison").select_option(index=1)
    page.get_by_role("button", name="Lever la pause").click()
    expect(page.get_by_role("status")).to_contain_text("Cette pause est levée.")
    expect(ladder).not_to_contain_text("Pourquoi rien ne part")
    expect(ladder.locator("[aria-current=step]")).to_contain_text("Rappel")
    visit.reload()
    expect(visit.get_by_role("main")).not_to_contain_text("en pause")


def test_the_desk_tells_why_each_story_is_held(demo: DemoRun, open_context: OpenContext) -> None:
    page = open_context(size=DESK).new_page()
    sign_in(page, demo, "manager")
    for story, why in WHY.items():
        page.goto(f"{demo.backoffice}/accounts/{demo.one_of(story).number}")
        expect(page.get_by_role("main")).to_contain_text(why)


def test_a_code_opens_once(demo: DemoRun, open_context: OpenContext) -> None:
    page = open_context(size=DESK).new_page()
    code = sign_in(page, demo, "owner")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aujourd’hui")
    page.get_by_role("button", name="Fermer la session").click()
    sign_in(page, demo, "owner", code=code)
    expect(page.get_by_role("alert")).to_contain_text("il a déjà servi")
