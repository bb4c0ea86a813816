"""Photos that are too heavy, in the browser: what is said, and the words are there."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.conftest import OpenContext
from tests.functional import patient_steps as steps
from tests.functional.demo_run import DemoRun
from tests.functional.looking import PHONE

OWING = ("unpaid", "not_due", "call", "formal_notice")
WORDS = "Voici mes photos."


@pytest.mark.parametrize(
    ("megabytes", "told"), [(9, "Ce fichier est trop lourd"), (15, "Rien n’a été envoyé.")]
)
def test_three_heavy_photos_lose_none_of_the_words(
    demo: DemoRun, open_context: OpenContext, tmp_path: Path, megabytes: int, told: str
) -> None:
    page = steps.enter(open_context(size=PHONE, javascript=False), demo.claim(*OWING))
    page.goto(f"{demo.portal}/messages")
    page.get_by_role("radio").last.check()
    page.get_by_label("Votre message").fill(WORDS)
    photos = [tmp_path / f"{number}.jpg" for number in range(3)]
    for photo in photos:
        photo.write_bytes(b"x" * megabytes * 1_000_000)
    page.get_by_label("Joindre un document").set_input_files(photos)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.get_by_role("main")).to_contain_text(told)
    expect(page.locator("footer a[href^='tel:']")).to_be_visible()
    if megabytes * 3 > 40:
        page.go_back()
    expect(page.get_by_label("Votre message")).to_have_value(WORDS)
