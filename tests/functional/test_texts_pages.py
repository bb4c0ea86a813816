"""« Réglages › Textes » on a phone, without JavaScript: written, warned, looked at, saved, taken back."""

from playwright.sync_api import expect

from tests.conftest import OpenContext
from tests.functional.demo_run import DemoRun
from tests.functional.looking import PHONE, Looking
from tests.functional.staff_steps import sign_in

BARE = "Bonjour,\n\nLe bureau vous écrit.\n\n{lien}\n\nÀ bientôt,"
WHOLE = (
    "Bonjour,\n\nDéjà fait ? Merci. Besoin de temps ou d’aide ? {téléphone}\n\n{lien}\n\nÀ bientôt,"
)


def test_an_owner_words_a_reminder_on_a_phone_and_takes_it_back(
    demo: DemoRun, open_context: OpenContext
) -> None:
    page = open_context(size=PHONE, javascript=False).new_page()
    sign_in(page, demo, demo.newcomer("owner"))
    page.goto(f"{demo.backoffice}/settings/texts")
    page.get_by_role("link", name="Rappel, E-mail, français").first.click()
    page.get_by_label("Objet").fill("Votre facture")
    page.get_by_label("Texte", exact=True).fill(BARE)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("« facture »")
    expect(page.get_by_label("Texte", exact=True)).to_have_value(BARE)
    page.get_by_label("Objet").fill("Un mot du bureau")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("À relire avant d’enregistrer")
    page.get_by_label("Texte", exact=True).fill(WHOLE)
    page.get_by_role("button", name="Aperçu").click()
    for phone in (page.locator(".phone.light"), page.locator(".phone.dark")):
        expect(phone).to_contain_text("Besoin de temps ou d’aide ?")
        expect(phone).to_contain_text("Ouvrir mon espace privé")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("status").first).to_contain_text("elle part dès le prochain message")
    page.get_by_role("button", name="Revenir aux mots d’Ardoise").click()
    expect(page.get_by_role("heading", name="Les mots d’Ardoise")).to_be_visible()


def test_the_pages_of_the_texts_are_well_at_every_size_and_colour(
    demo: DemoRun, open_context: OpenContext
) -> None:
    looking = Looking(open_context(size=PHONE).new_page())
    sign_in(looking.page, demo, demo.newcomer("owner"))
    for path in ("", "/second_reminder-sms-fr", "/pre_due-email-en", "/code-sms-fr"):
        looking.at(f"{demo.backoffice}/settings/texts{path}", closely=path == "/pre_due-email-en")
    assert not looking.faults
