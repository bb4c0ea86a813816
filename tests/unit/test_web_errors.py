"""When something goes wrong, the page stays calm and tells nothing but what to do."""

import logging
import re

import pytest
from flask import Flask, abort
from werkzeug.exceptions import HTTPException

from shared.base.errors import (
    ArdoiseError,
    ConfigurationError,
    NotAllowedError,
    NotFoundError,
    SealError,
    UnavailableError,
)
from shared.web.errors import PAGES, PLAIN, install_errors
from tests.unit.web_apps import bare_app

SECRET = "Nadia Ferhat 27/03/1984"


def app_raising(error: BaseException | int) -> Flask:
    app = bare_app()

    @app.get("/page")
    def page() -> str:
        if isinstance(error, int):
            abort(error)
        raise error

    return app


@pytest.mark.parametrize("code", sorted(PAGES))
def test_each_error_has_its_own_calm_page(code: int) -> None:
    answer = app_raising(code).test_client().get("/page")
    assert answer.status_code == code
    assert PAGES[code].title in answer.text
    assert str(code) not in answer.text.split("</style>")[1].replace("0465712012", "")


@pytest.mark.parametrize(("code", "like"), [(410, 400), (418, 400), (502, 500), (504, 500)])
def test_a_rarer_error_gets_the_nearest_page(code: int, like: int) -> None:
    answer = app_raising(code).test_client().get("/page")
    assert answer.status_code == code
    assert PAGES[like].title in answer.text


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotFoundError("Cette facture n’est pas ici."), 404),
        (NotAllowedError("Cette somme est déjà payée."), 409),
        (UnavailableError("L’horloge est à régler."), 503),
        (ArdoiseError("Écrivez une somme en euros, par exemple 12,50."), 400),
    ],
)
def test_an_error_on_purpose_says_its_sentence(error: ArdoiseError, code: int) -> None:
    answer = app_raising(error).test_client().get("/page")
    assert answer.status_code == code
    assert str(error) in answer.text


def test_its_sentence_is_read_in_the_readers_language() -> None:
    client = app_raising(
        ArdoiseError("Écrivez une somme en euros, par exemple 12,50.")
    ).test_client()
    answer = client.get("/page", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert "Write a sum in euros, for example 12.50." in answer.text
    assert '<html lang="en">' in answer.text


@pytest.mark.parametrize(
    "error",
    [SealError("vault"), ConfigurationError("setting"), ValueError(SECRET), KeyError(SECRET)],
)
def test_a_fault_of_ours_is_owned_and_not_explained(error: Exception) -> None:
    answer = app_raising(error).test_client().get("/page")
    assert answer.status_code == 500
    assert "Quelque chose n’a pas marché chez nous" in answer.text
    assert str(error) not in answer.text
    assert "Ferhat" not in answer.text


def test_a_fault_gives_a_reference_that_stands_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = app_raising(ValueError(SECRET)).test_client().get("/page")
    reference = re.split(r"\W", answer.text.split("référence\u00a0: ")[1])[0]
    assert re.fullmatch("r[0-9a-f]{12}", reference)


def test_nothing_of_what_was_asked_comes_back() -> None:
    client = bare_app().test_client()
    asked = "zq7-marker-zq7"
    answers = [
        client.get(f"/{asked}?{asked}={asked}", headers={"Host": f"{asked}.example"}),
        client.post(f"/{asked}", data={asked: asked}),
    ]
    for answer in answers:
        assert answer.status_code == 404
        assert asked not in answer.text
        assert asked not in str(answer.headers)


def test_a_page_opened_the_wrong_way_names_the_right_one() -> None:
    answer = app_raising(400).test_client().post("/page")
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_redirect_stays_a_redirect() -> None:
    app = bare_app()
    app.add_url_rule("/folder/", "folder", lambda: "in")
    answer = app.test_client().get("/folder")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/folder/")


def test_even_a_broken_error_page_leaves_a_sentence() -> None:
    app = Flask("broken", static_folder=None)
    install_errors(app, "not/there.html")
    answer = app.test_client().get("/nothing")
    assert answer.status_code == 404
    assert answer.text == PLAIN
    assert answer.mimetype == "text/plain"


def test_the_pages_cover_what_the_portal_can_answer() -> None:
    assert {400, 403, 404, 405, 413, 429, 500} <= PAGES.keys()
    assert all(issubclass(HTTPException, Exception) and page.advice for page in PAGES.values())
