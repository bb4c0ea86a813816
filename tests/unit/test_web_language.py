"""The visitor reads in the language of the browser, or the one they chose."""

import pytest
from flask import Flask, g

from shared.web.language import own_path
from tests.unit.web_apps import bare_app


def app() -> Flask:
    made = bare_app()

    @made.get("/l/abc")
    def page() -> str:
        return str(g.language)

    return made


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "fr"),
        ("en-US,en;q=0.8", "en"),
        ("de-DE,en;q=0.8,fr;q=0.5", "en"),
        ("fr-CA,en", "fr"),
        ("xx;q=zz", "fr"),
    ],
)
def test_a_first_visit_follows_the_browser(header: str, language: str) -> None:
    assert app().test_client().get("/l/abc", headers={"Accept-Language": header}).text == language


def test_a_choice_holds_and_leads_back_to_the_page() -> None:
    client = app().test_client()
    answer = client.post("/language", data={"language": "en", "back": "/l/abc"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/l/abc")
    assert client.get("/l/abc", headers={"Accept-Language": "fr"}).text == "en"


def test_a_language_that_there_is_not_becomes_french() -> None:
    client = app().test_client()
    client.post("/language", data={"language": "<script>", "back": "/l/abc"})
    assert client.get("/l/abc", headers={"Accept-Language": "en"}).text == "fr"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "/a?b=c",
        "/a b",
        "/a\nb",
        "/" + "a" * 300,
        "l/abc",
    ],
)
def test_the_way_back_never_leads_to_another_site(path: str) -> None:
    assert own_path(path) == "/"


def test_the_way_back_may_be_any_page_of_ours() -> None:
    assert own_path("/l/Ab_9-.x") == "/l/Ab_9-.x"
