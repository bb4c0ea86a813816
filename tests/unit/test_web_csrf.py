"""A form is answered only when one of our own pages sent it."""

import re

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from shared.web.csrf import TOKEN_HOURS, install_csrf
from tests.unit.portal_samples import TRANSLATOR
from tests.unit.web_apps import bare_app

FORM = '<form method="post"><input name="csrf_token" value="{{ csrf_token() }}"></form>'


def app(*, secure: bool = False) -> Flask:
    made = bare_app()
    guard = install_csrf(made, cookie="desk", secret="k" * 32, secure=secure)

    @made.get("/form")
    def form() -> str:
        return render_template_string(FORM)

    @made.post("/form")
    def answer() -> str:
        return "answered"

    @made.post("/signed")
    @guard.exempt
    def signed() -> str:
        return "taken"

    return made


def token(client: FlaskClient, base: str = "http://localhost") -> str:
    found = re.search(r'value="([^"]+)"', client.get("/form", base_url=base).text)
    assert found
    return found[1]


def test_our_own_form_is_answered() -> None:
    client = app().test_client()
    own = {"Sec-Fetch-Site": "same-origin"}
    answer = client.post("/form", data={"csrf_token": token(client)}, headers=own)
    assert answer.text == "answered"


def test_a_program_without_a_browsers_headers_is_answered_with_its_token() -> None:
    client = app().test_client()
    assert client.post("/form", data={"csrf_token": token(client)}).text == "answered"


def test_over_https_no_referrer_is_asked_for() -> None:
    client = app(secure=True).test_client()
    value = token(client, "https://localhost")
    answer = client.post("/form", base_url="https://localhost", data={"csrf_token": value})
    assert answer.text == "answered"


@pytest.mark.parametrize("site", ["cross-site", "same-site", "anything"])
def test_a_form_of_another_site_is_refused_even_with_a_token(site: str) -> None:
    client = app().test_client()
    answer = client.post(
        "/form", data={"csrf_token": token(client)}, headers={"Sec-Fetch-Site": site}
    )
    assert answer.status_code == 400
    assert "answered" not in answer.text


@pytest.mark.parametrize("value", ["", "guessed", None])
def test_a_form_without_its_token_is_told_what_to_do(value: str | None) -> None:
    client = app().test_client()
    token(client)
    answer = client.post("/form", data={} if value is None else {"csrf_token": value})
    assert answer.status_code == 400
    assert "restée ouverte trop longtemps" in answer.text
    assert "rechargez-la" in answer.text


def test_anothers_token_does_not_pass() -> None:
    made = app()
    other = token(made.test_client())
    mine = made.test_client()
    token(mine)
    assert mine.post("/form", data={"csrf_token": other}).status_code == 400


def test_a_signed_webhook_needs_no_token() -> None:
    assert app().test_client().post("/signed", data=b"{}").text == "taken"


def test_the_cookie_is_bound_to_the_site_and_hidden_from_scripts() -> None:
    client = app(secure=True).test_client()
    cookie = client.get("/form", base_url="https://localhost").headers["Set-Cookie"]
    assert cookie.startswith("__Host-desk=")
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert flags == {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_on_plain_loopback_the_cookie_has_its_plain_name() -> None:
    cookie = app().test_client().get("/form").headers["Set-Cookie"]
    assert cookie.startswith("desk=")
    flags = {part.strip() for part in cookie.split(";")[1:]}
    assert flags == {"HttpOnly", "Path=/", "SameSite=Lax"}


def test_a_form_may_stay_open_for_a_day_at_work_not_longer() -> None:
    assert app().config["WTF_CSRF_TIME_LIMIT"] == TOKEN_HOURS * 3600
    assert TOKEN_HOURS == 8


def test_the_refusal_is_read_in_the_readers_language() -> None:
    assert "en" in TRANSLATOR.languages
    answer = app().test_client().post("/form", headers={"Accept-Language": "en"})
    assert "This page was left open too long" in answer.text
