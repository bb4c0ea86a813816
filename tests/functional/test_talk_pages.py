"""Writing, asking for help and being answered, in the real demo: patient and secretary, two browsers."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import papers
from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun, Patient, until
from tests.functional.looking import DESK, PHONE, Looking
from tests.functional.staff_steps import sign_in

OWING = ("unpaid", "not_due", "call", "formal_notice")
SENT = re.compile(r"\?fresh=1$")


def photo(folder: Path) -> Path:
    """A photo on the phone, its name telling too much."""
    file = folder / "ordonnance.jpg"
    file.write_bytes(papers.photo())
    return file


def at_desk(demo: DemoRun, page: Page, patient: Patient) -> None:
    page.goto(f"{demo.backoffice}/accounts/{patient.number}")


@pytest.mark.parametrize(("size", "javascript"), [(PHONE, False), (DESK, True)])
def test_a_question_goes_to_the_desk_and_its_answer_comes_back(
    demo: DemoRun,
    open_context: OpenContext,
    tmp_path: Path,
    size: tuple[int, int],
    javascript: bool,
) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(size=size, javascript=javascript), patient)
    page.get_by_role("link", name="Poser une question").click()
    page.get_by_label("J’ai déjà payé").check()
    page.get_by_label("Votre message").fill("J’ai payé le 20.")
    page.get_by_label("Joindre un document").set_input_files(photo(tmp_path))
    page.get_by_role("button", name="Envoyer").click()
    expect(page).to_have_url(SENT)
    expect(page.get_by_role("status")).to_contain_text("Votre message est parti.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Photo 1").click()
    assert download.value.suggested_filename == "document.jpg"
    before = len(demo.messages(demo.phone_of(patient)))
    desk = open_context(size=DESK).new_page()
    sign_in(desk, demo, "secretary")
    at_desk(demo, desk, patient)
    talk = desk.get_by_role("region", name="Conversations")
    expect(talk).to_contain_text("J’ai payé le 20.")
    talk.get_by_label("Votre réponse").fill("Dernier rappel avant le tribunal.")
    talk.get_by_role("button", name="Envoyer la réponse").click()
    expect(talk.get_by_role("alert")).to_contain_text("pression ou menace")
    talk.get_by_label("Votre réponse").fill("Merci, nous l’avons trouvé.")
    talk.get_by_role("button", name="Envoyer la réponse").click()
    expect(desk.get_by_role("status")).to_contain_text("Réponse envoyée.")
    told = until(lambda: demo.messages(demo.phone_of(patient))[: -before or None])
    assert "nous vous avons répondu" in str(told[0])
    page.goto(f"{demo.portal}/statement")
    page.get_by_role("link", name="Lire la réponse").click()
    expect(page.get_by_role("main")).to_contain_text("Merci, nous l’avons trouvé.")
    page.get_by_label("Votre réponse").fill("Merci à vous.")
    page.get_by_role("button", name="Envoyer").click()
    expect(page).to_have_url(SENT)


def test_help_is_asked_for_decided_and_read(demo: DemoRun, open_context: OpenContext) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(), patient)
    page.get_by_role("link", name=re.compile("^Demander de l’aide")).click()
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page.get_by_role("alert")).to_contain_text("Cochez au moins une réponse")
    page.get_by_label("Payer plus tard").check()
    page.get_by_label("Combien pourriez-vous payer").fill("0")
    page.get_by_role("button", name="Envoyer ma demande").click()
    expect(page).to_have_url(SENT)
    expect(page.get_by_role("main")).to_contain_text("Nous regardons votre demande.")
    desk = open_context(size=DESK).new_page()
    sign_in(desk, demo, "manager")
    at_desk(demo, desk, patient)
    talk = desk.get_by_role("region", name="Conversations")
    talk.get_by_label("Votre réponse").fill("Oui, prenez deux mois.")
    talk.get_by_label("La demande d’aide").select_option("grant")
    talk.get_by_role("button", name="Envoyer la réponse").click()
    expect(talk).to_contain_text("Demande d’aide : accordée.")
    page.reload()
    expect(page.get_by_role("main")).to_contain_text("Nous avons dit oui.")
    expect(page.get_by_role("main")).to_contain_text("prenez deux mois")


def test_the_pages_of_messages_and_help_hold_for_everyone(
    demo: DemoRun, open_context: OpenContext, tmp_path: Path
) -> None:
    patient = demo.claim(*OWING)
    page = steps.enter(open_context(), patient)
    looking = Looking(page)
    looking.at(f"{demo.portal}/messages", closely=True)
    page.get_by_role("button", name="Envoyer").click()
    looking.look(closely=True)
    page.get_by_label("Autre chose").check()
    page.get_by_label("Votre message").fill("Une question\navec deux lignes, " + "longue " * 30)
    page.get_by_label("Joindre un document").set_input_files(photo(tmp_path))
    page.get_by_role("button", name="Envoyer").click()
    looking.look(closely=True)
    looking.at(f"{demo.portal}/help", closely=True)
    page.get_by_role("button", name="Envoyer ma demande").click()
    looking.look()
    page.get_by_label("Parler à quelqu’un").check()
    page.get_by_role("button", name="Envoyer ma demande").click()
    looking.look(closely=True)
    looking.at(f"{demo.portal}/statement")
    looking.at(f"{demo.portal}/messages")
    assert looking.faults == []
    assert looking.hosts == {demo.portal}
    desk = open_context(size=DESK).new_page()
    sign_in(desk, demo, "secretary")
    at_desk(demo, desk, patient)
    looking = Looking(desk)
    looking.look(large_at=DESK)
    talk = desk.get_by_role("region", name="Conversations")
    talk.get_by_label("Votre réponse").first.fill("Vous devez payer immédiatement.")
    talk.get_by_role("button", name="Envoyer la réponse").first.click()
    looking.look(large_at=DESK)
    assert looking.faults == []
