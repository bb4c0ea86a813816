"""What was written is given back when the session ended meanwhile, and one goes on where one was."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from backoffice.unsent import LONG_TEXTS
from tests.backoffice_office import PASSWORD, Samples, opened, press, tables_of, text_of, token_of
from tests.integration.staff_doors import give_password, send
from tests.integration.today_desk import IN_PLACE

TEMPLATES = Path(__file__).parents[2] / "templates/backoffice"
WRITTEN = "\nBonjour </textarea><script>alert(1)</script>\nà mardi & bonne journée"
OVER = "Votre session a pris fin avant cet envoi : rien n’a été envoyé ni enregistré."
LED = "Votre session est finie : connectez-vous pour continuer."


@pytest.fixture
def office(database_url: str) -> Iterator[Samples]:
    with opened(database_url) as samples:
        yield samples


def given_back(answer: TestResponse) -> list[str]:
    """What stands in the page's fields, as a browser reads it."""
    found = re.findall(r"<textarea[^>]*readonly>\n(.*?)</textarea>", answer.text, flags=re.S)
    return [unescape(text) for text in found]


def sign_in_again(office: Samples, client: FlaskClient) -> TestResponse:
    give_password(client, "secretary")
    return send(client, "/sign-in/code", code=office.code("secretary"))


def answer_of(office: Samples) -> str:
    return f"/inbox/{office.ids['settled_thread']}/answer?list=mine"


def test_an_answer_written_past_the_sessions_end_comes_back_and_so_does_its_writer(office: Samples):
    client = office.client("secretary")
    token = token_of(client)
    office.later(minutes=21)
    before = tables_of(office.database)
    late = client.post(answer_of(office), data={"csrf_token": token, "body": WRITTEN})
    assert late.status_code == 401
    assert OVER in text_of(late)
    assert given_back(late) == [WRITTEN]
    assert "<script>alert" not in late.text
    assert late.headers["Cache-Control"] == "no-store"
    assert tables_of(office.database) == before
    assert LED in text_of(client.get("/sign-in"))
    came = sign_in_again(office, client)
    assert came.location == f"/inbox/{office.ids['settled_thread']}?list=mine"
    assert client.get(came.location).status_code == 200


def test_a_note_sent_after_signing_out_in_another_tab_comes_back(office: Samples):
    client, number = office.client("secretary"), office.numbers["held"]
    token = token_of(client)
    press(client, "/sign-out")
    late = client.post(
        f"/accounts/{number}/holds", data={"csrf_token": token, "kind": "staff", "note": WRITTEN}
    )
    assert (late.status_code, given_back(late)) == (401, [WRITTEN])
    assert OVER in text_of(late)
    assert sign_in_again(office, client).location == f"/accounts/{number}"


def test_the_title_of_a_ready_made_answer_comes_back_before_its_words(office: Samples):
    client = office.client("manager")
    token = token_of(client)
    office.later(minutes=21)
    words = {"body": WRITTEN, "title": "Délai & mutuelle"}
    late = client.post("/inbox/ready-made", data={"csrf_token": token, **words})
    assert given_back(late) == ["Délai & mutuelle", WRITTEN]


def test_whoever_signed_in_again_elsewhere_gets_the_text_of_the_old_page_too(office: Samples):
    client = office.client("secretary")
    aged = client.post(answer_of(office), data={"csrf_token": "old", "body": WRITTEN})
    assert (aged.status_code, given_back(aged)) == (400, [WRITTEN])
    assert "rien n’a été envoyé ni enregistré" in text_of(aged)
    assert f'href="/inbox/{office.ids["settled_thread"]}?list=mine"' in aged.text


def test_nothing_secret_and_nothing_of_the_practice_stands_in_that_page(office: Samples):
    client, number = office.client("owner"), office.numbers["held"]
    token = token_of(client)
    office.later(minutes=21)
    secret = {
        **{"confirm_password": PASSWORD, "confirm_code": "123456", "confirm_passkey": "{7}"},
        **{"new_password": PASSWORD, "amount": "77,77", "once": "c" * 32},
    }
    for address in (f"/accounts/{number}/forgive", "/access/password", f"/accounts/{number}/file"):
        late = client.post(address, data={"csrf_token": token, "note": "geste", **secret})
        assert given_back(late) == ["geste"]
        assert not [value for value in (*secret.values(), token) if value in late.text]
        assert not re.search(rf"Secrétariat R12|Nadia|Ferhat|{number}", late.text)


def test_another_sites_page_is_given_nothing_back_and_leads_nowhere(office: Samples):
    client = office.client()
    foreign = client.post(
        answer_of(office), data={"body": WRITTEN}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert (foreign.status_code, given_back(foreign)) == (400, [])
    assert sign_in_again(office, client).location == "/accounts"


def test_a_part_of_a_page_is_told_so_and_the_page_stays(office: Samples):
    client = office.client("secretary")
    token = token_of(client)
    office.later(minutes=21)
    for deed in ("draft", "writing"):
        late = client.post(
            f"/inbox/{office.ids['settled_thread']}/{deed}",
            data={"csrf_token": token, "body": WRITTEN},
            headers=IN_PLACE,
        )
        assert (late.status_code, "HX-Redirect" in late.headers) == (401, False)
    assert sign_in_again(office, client).location == f"/inbox/{office.ids['settled_thread']}"


def test_the_door_says_that_the_session_has_ended_and_says_it_to_nobody_else(office: Samples):
    new, known = office.client(), office.client("secretary")
    assert LED not in text_of(new.get("/today", follow_redirects=True))
    office.later(minutes=21)
    assert LED not in text_of(known.get("/sign-in")), "led there by nothing"
    assert LED in text_of(known.get("/today", follow_redirects=True))
    assert sign_in_again(office, known).location == "/today"


def test_every_long_field_of_our_pages_is_given_back():
    pages = (page.read_text("utf-8") for page in TEMPLATES.rglob("*.html"))
    areas = [area for page in pages for area in re.findall(r"<textarea.*?>\n", page, flags=re.S)]
    named = {name for area in areas for name in re.findall(r'\sname="([^"]+)"', area)}
    assert named == set(LONG_TEXTS)
