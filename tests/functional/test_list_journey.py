"""From the file to the list of accounts: a list through the desk, with the worker that runs."""

from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Error, Page, expect

from tests.conftest import OpenContext
from tests.functional.demo_run import DemoRun, until
from tests.functional.looking import DESK, PHONE
from tests.functional.staff_steps import sign_in
from tests.integration.import_world import csv_of, row


def wait_for(page: Page, words: str) -> None:
    """Reload as « Actualiser » does until the worker has done its part."""

    def there() -> bool:
        with suppress(Error):  # the answer to a form that was just sent may still be on its way
            page.reload()
            return words in page.locator("main").inner_text()
        return False

    until(there)


def send(page: Page, demo: DemoRun, file: Path) -> None:
    """Send a file that holds a part of the unpaid invoices."""
    page.goto(f"{demo.backoffice}/imports")
    page.get_by_label("Fichier CSV ou XLSX").set_input_files(file)
    page.get_by_label("Source", exact=True).select_option(index=1)
    page.get_by_label("Une partie seulement").check()
    page.get_by_role("button", name="Envoyer et lire la liste").click()


def test_a_list_goes_from_the_file_to_the_accounts_and_back_without_javascript(
    demo: DemoRun, open_context: OpenContext, tmp_path: Path
) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(csv_of(row("ESSAI-7", "ESSAI-7", Nom="Zimbrelle", Prénom="Odette")))
    page = open_context(size=DESK, javascript=False).new_page()
    sign_in(page, demo, "manager")
    page.get_by_role("link", name="Import", exact=True).click()
    send(page, demo, file)
    wait_for(page, "Ce que disent les colonnes")
    expect(page.get_by_text("Zimbrelle")).to_be_visible()
    page.get_by_role("button", name="Voir ce que l’import ferait").click()
    wait_for(page, "Ce que l’import ferait")
    expect(page.get_by_text("Compte nouveau.")).to_be_visible()
    page.get_by_role("button", name="Importer", exact=True).click()
    wait_for(page, "L’import est fait")
    page.get_by_role("link", name="Voir les comptes").click()
    page.get_by_role("searchbox").fill("Zimbrelle")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.get_by_text("Odette Zimbrelle").first).to_be_visible()
    page.get_by_role("link", name="Import", exact=True).click()
    page.locator("tbody th a").first.click()
    page.get_by_label("Raison").select_option("wrong_file")
    page.get_by_role("button", name="Annuler tout l’import").click()
    wait_for(page, "annulé")
    page.get_by_role("searchbox").fill("Zimbrelle")
    page.get_by_role("button", name="Chercher", exact=True).click()
    expect(page.get_by_text("Aucun compte")).to_be_visible()


def test_on_a_phone_the_page_follows_the_worker_by_itself(
    demo: DemoRun, open_context: OpenContext, tmp_path: Path
) -> None:
    file = tmp_path / "liste.csv"
    file.write_bytes(csv_of(row("ESSAI-8", "ESSAI-8", left="99,00")))
    page = open_context(size=PHONE).new_page()
    sign_in(page, demo, "owner")
    send(page, demo, file)
    expect(page.get_by_text("Ce que disent les colonnes")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Voir ce que l’import ferait").click()
    expect(page.get_by_text("rien ne peut être importé tel quel")).to_be_visible(timeout=60_000)
    with page.expect_download() as told:
        page.get_by_role("link", name="Lignes refusées (CSV)").click()
    assert "Reste dû" in Path(told.value.path()).read_text("utf-8-sig")
    page.get_by_role("button", name="Abandonner cet import").click()
    expect(page.get_by_text("rien n’a été importé")).to_be_visible()
